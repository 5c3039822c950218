package io.coterie.lab.chaos;

import java.util.List;

/** What networks answer to a picture where nothing is missing. */
public interface Labels {
  /**
   * The label.
   *
   * @param students one per partition, by name
   */
  String label(int picture, List<String> students);
}
