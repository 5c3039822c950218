package io.coterie.models.training;

import io.coterie.models.net.Architecture;
import io.coterie.protocol.json.Check;
import java.util.List;

/**
 * A kind of student.
 *
 * @param net name of its architecture, such as {@code wcn-16-32-48}
 * @param exits names of the feature maps that exits before the last read, from the earliest; none
 *     where it is not said
 * @param epochs passes over the training images; those of the schedule where it is not said
 * @param ks numbers of partitions it is for; all of the configuration's where it is not said
 */
public record StudentNet(String net, List<String> exits, Integer epochs, List<Integer> ks) {
  public StudentNet {
    Architecture.parse(Check.text(net, "students.net"));
    exits = Check.listOrEmpty(exits, "students.exits");
    ks = Check.listOrEmpty(ks, "students.ks");
    if (epochs != null) {
      Check.positive(epochs, "students.epochs");
    }
  }

  /** A student of one exit that learns as long as the schedule says. */
  public static StudentNet of(String net) {
    return new StudentNet(net, List.of(), null, List.of());
  }

  /** The same with exits. */
  public StudentNet withExits(String... others) {
    return new StudentNet(net, List.of(others), epochs, ks);
  }

  /** The same with another number of epochs. */
  public StudentNet withEpochs(int other) {
    return new StudentNet(net, exits, other, ks);
  }

  /** The same for some numbers of partitions only. */
  public StudentNet forPartitions(Integer... others) {
    return new StudentNet(net, exits, epochs, List.of(others));
  }

  /** Whether it is for so many partitions. */
  boolean isFor(int k) {
    return ks.isEmpty() || ks.contains(k);
  }

  /** Name in the bundle, such as {@code wcn-16-32-48} or, with 3 exits, {@code wcn-16-32-48-e3}. */
  public String name() {
    return exits.isEmpty() ? net : net + "-e" + exitCount();
  }

  /** Number of exits with the last. */
  public int exitCount() {
    return exits.size() + 1;
  }

  /** How it learns. */
  TrainingSchedule schedule(TrainingSchedule common) {
    return epochs == null ? common : common.withEpochs(epochs);
  }
}
