package io.coterie.protocol.message;

import com.google.gson.annotations.SerializedName;

/** Whether an agent or an orchestrator takes part. */
public enum Availability {
  /** Takes part. */
  @SerializedName("online")
  ONLINE,
  /** Finishes what it has and wants nothing new. */
  @SerializedName("draining")
  DRAINING,
  /** Ended in good order. */
  @SerializedName("stopped")
  STOPPED,
  /** Vanished; only the broker says this, as the will. */
  @SerializedName("offline")
  OFFLINE
}
