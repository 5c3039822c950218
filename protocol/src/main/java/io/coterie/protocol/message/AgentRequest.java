package io.coterie.protocol.message;

import com.google.gson.annotations.SerializedName;

/** What somebody wants of one agent; never retained. */
public record AgentRequest(Action action) {
  /** What an agent does when it is asked to. */
  public enum Action {
    /** Blinks for ten seconds, or says so in its log where it has no light. */
    @SerializedName("identify")
    IDENTIFY,
    /** Takes part in no plan any more, until it is to resume or starts again. */
    @SerializedName("drain")
    DRAIN,
    /** Takes part again. */
    @SerializedName("resume")
    RESUME
  }

  public AgentRequest {
    if (action == null) {
      throw new IllegalArgumentException("must be identify, drain or resume: action");
    }
  }
}
