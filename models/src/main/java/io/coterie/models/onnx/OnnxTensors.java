package io.coterie.models.onnx;

import ai.onnx.proto.OnnxMl.TensorProto;
import com.google.protobuf.ByteString;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;

/** Constants of a graph as arrays, and back. */
public final class OnnxTensors {
  private OnnxTensors() {}

  /**
   * The values of a float32 tensor.
   *
   * @throws IllegalArgumentException if it is of another type
   */
  public static float[] floats(TensorProto tensor) {
    if (tensor.getDataType() != TensorProto.DataType.FLOAT.getNumber()) {
      throw new IllegalArgumentException("not float32: constant " + tensor.getName());
    }
    float[] values = new float[size(tensor)];
    if (tensor.getFloatDataCount() > 0) {
      for (int i = 0; i < values.length; i++) {
        values[i] = tensor.getFloatData(i);
      }
    } else {
      tensor
          .getRawData()
          .asReadOnlyByteBuffer()
          .order(ByteOrder.LITTLE_ENDIAN)
          .asFloatBuffer()
          .get(values);
    }
    return values;
  }

  /** Number of values. */
  public static int size(TensorProto tensor) {
    int size = 1;
    for (long dimension : tensor.getDimsList()) {
      size = Math.multiplyExact(size, Math.toIntExact(dimension));
    }
    return size;
  }

  /** A constant with row-major values. */
  public static TensorProto floats(String name, List<? extends Number> shape, float... values) {
    ByteBuffer bytes = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asFloatBuffer().put(values);
    return tensor(name, TensorProto.DataType.FLOAT, shape, bytes);
  }

  /** A constant with row-major values. */
  public static TensorProto int32s(String name, List<? extends Number> shape, int... values) {
    ByteBuffer bytes = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asIntBuffer().put(values);
    return tensor(name, TensorProto.DataType.INT32, shape, bytes);
  }

  /** A constant with row-major values of a type that is one byte wide. */
  public static TensorProto bytes(
      String name, TensorProto.DataType type, List<? extends Number> shape, byte... values) {
    return tensor(name, type, shape, ByteBuffer.wrap(values));
  }

  /** A constant with row-major values. */
  public static TensorProto halves(String name, List<? extends Number> shape, short... values) {
    ByteBuffer bytes = ByteBuffer.allocate(2 * values.length).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asShortBuffer().put(values);
    return tensor(name, TensorProto.DataType.FLOAT16, shape, bytes);
  }

  private static TensorProto tensor(
      String name, TensorProto.DataType type, List<? extends Number> shape, ByteBuffer bytes) {
    return TensorProto.newBuilder()
        .setName(name)
        .setDataType(type.getNumber())
        .addAllDims(shape.stream().map(Number::longValue).toList())
        .setRawData(ByteString.copyFrom(bytes.rewind()))
        .build();
  }
}
