package io.coterie.protocol.message;

import com.google.gson.annotations.SerializedName;

/** How a frame ended. */
public enum Outcome {
  /** Answered with every portion. */
  @SerializedName("ok")
  OK,
  /** Answered, with training means in place of missing portions. */
  @SerializedName("degraded")
  DEGRADED,
  /** Not answered: no portion by the deadline. */
  @SerializedName("expired")
  EXPIRED,
  /** Not answered: the frame is unusable or the system is too busy; the reason says which. */
  @SerializedName("rejected")
  REJECTED
}
