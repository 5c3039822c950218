package io.coterie.protocol.bundle;

import com.google.gson.annotations.SerializedName;
import java.util.Locale;

/** How a fleet computes an answer together. */
public enum Strategy {
  /** Every student runs to its end; the portions are fused once. */
  @SerializedName("rocoin")
  ROCOIN,
  /** Students give a portion at each of several exits; the first that is good enough answers. */
  @SerializedName("distree")
  DISTREE,
  /** Boards hand a frame's activation on from segment to segment until an exit is good enough. */
  @SerializedName("mdi-exit")
  MDI_EXIT;

  /** As it is written in messages and on the command line. */
  public String text() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /**
   * Reads what {@link #text} gives.
   *
   * @throws IllegalArgumentException if there is no such strategy
   */
  public static Strategy parse(String text) {
    for (Strategy strategy : values()) {
      if (strategy.text().equals(text)) {
        return strategy;
      }
    }
    throw new IllegalArgumentException(
        "unknown strategy (there are rocoin, distree and mdi-exit): " + text);
  }
}
