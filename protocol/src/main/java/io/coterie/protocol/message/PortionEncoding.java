package io.coterie.protocol.message;

import com.google.gson.annotations.SerializedName;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** How the values of a portion travel. */
public enum PortionEncoding {
  /** Four bytes a value, exact. */
  @SerializedName("float32")
  FLOAT32(Float.BYTES) {
    @Override
    byte[] encode(float[] values, float scale) {
      ByteBuffer bytes =
          ByteBuffer.allocate(values.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
      bytes.asFloatBuffer().put(values);
      return bytes.array();
    }

    @Override
    float[] decode(byte[] bytes, float scale) {
      float[] values = new float[bytes.length / Float.BYTES];
      ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(values);
      return values;
    }
  },

  /** One signed byte a value and one factor for all: value = byte x scale, scale = max / 127. */
  @SerializedName("int8")
  INT8(1) {
    @Override
    byte[] encode(float[] values, float scale) {
      byte[] bytes = new byte[values.length];
      for (int i = 0; i < bytes.length; i++) {
        bytes[i] = (byte) Math.round(values[i] / scale);
      }
      return bytes;
    }

    @Override
    float[] decode(byte[] bytes, float scale) {
      float[] values = new float[bytes.length];
      for (int i = 0; i < values.length; i++) {
        values[i] = bytes[i] * scale;
      }
      return values;
    }
  };

  private final int bytesPerValue;

  PortionEncoding(int bytesPerValue) {
    this.bytesPerValue = bytesPerValue;
  }

  public int bytesPerValue() {
    return bytesPerValue;
  }

  abstract byte[] encode(float[] values, float scale);

  abstract float[] decode(byte[] bytes, float scale);

  /** The values as they arrive; NaN and infinity have no place in {@link #INT8} and stay alone. */
  public float[] roundTrip(float[] values) {
    PortionEncoding fitting = fitting(values);
    float scale = scale(values);
    return fitting.decode(fitting.encode(values, scale), scale);
  }

  /** This encoding, or float32 where a value is not finite. */
  PortionEncoding fitting(float[] values) {
    for (float value : values) {
      if (!Float.isFinite(value)) {
        return FLOAT32;
      }
    }
    return this;
  }

  /** The factor that makes the largest value 127; 1 where all are 0. */
  static float scale(float[] values) {
    float largest = 0;
    for (float value : values) {
      largest = Math.max(largest, Math.abs(value));
    }
    float scale = largest / 127;
    return scale > 0 ? scale : 1;
  }
}
