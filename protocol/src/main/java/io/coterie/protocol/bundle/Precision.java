package io.coterie.protocol.bundle;

import com.google.gson.annotations.SerializedName;

/** How the numbers of a model are stored and computed. */
public enum Precision {
  /** Stored and computed as float32. */
  @SerializedName("fp32")
  FP32,
  /** Stored as float16, computed as float32: half the file. */
  @SerializedName("fp16")
  FP16,
  /** Stored and computed as 8-bit integers between float32 in- and outputs. */
  @SerializedName("int8")
  INT8
}
