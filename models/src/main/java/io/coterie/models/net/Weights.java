package io.coterie.models.net;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;

/**
 * Values of a network's parameters by name, row-major. The arrays are not copied: whoever made them
 * leaves them alone.
 */
public record Weights(Map<String, float[]> values) {
  private static final int MAGIC = 0x43775731;

  public Weights {
    values = new LinkedHashMap<>(values);
  }

  /** Random starting values that only the seed decides. */
  public static Weights initial(Net net, long seed) {
    RandomGenerator random = new SplittableRandom(seed);
    Map<String, float[]> values = new LinkedHashMap<>();
    for (Parameter parameter : net.parameters()) {
      float[] array = new float[parameter.size()];
      for (int i = 0; i < array.length; i++) {
        array[i] = parameter.start();
        if (parameter.deviation() > 0) {
          array[i] += (float) (parameter.deviation() * random.nextGaussian());
        }
      }
      if (parameter.identity()) {
        startAsIdentity(array, parameter.shape());
      }
      values.put(parameter.name(), array);
    }
    return new Weights(values);
  }

  private static void startAsIdentity(float[] array, List<Integer> shape) {
    int in = shape.get(1);
    int kernel = shape.get(2);
    int area = kernel * kernel;
    for (int channel = 0; channel < Math.min(shape.get(0), in); channel++) {
      Arrays.fill(array, channel * in * area, (channel + 1) * in * area, 0);
      array[(channel * in + channel) * area + area / 2] = 1;
    }
  }

  /** The same weights but for one parameter. */
  public Weights with(Parameter parameter, float[] array) {
    return with(parameter.name(), array);
  }

  /** The same weights but for one entry. */
  public Weights with(String name, float... array) {
    Map<String, float[]> changed = new LinkedHashMap<>(values);
    changed.put(name, array);
    return new Weights(changed);
  }

  /**
   * The values of one parameter.
   *
   * @throws IllegalArgumentException if they are missing or of another size
   */
  public float[] of(Parameter parameter) {
    float[] array = values.get(parameter.name());
    if (array == null || array.length != parameter.size()) {
      throw new IllegalArgumentException(
          "weights do not fit the network at "
              + parameter.name()
              + parameter.shape()
              + ": "
              + (array == null ? "missing" : array.length + " values"));
    }
    return array;
  }

  /** Writes the file whole or not at all. */
  public void write(Path file) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    DataOutputStream out = new DataOutputStream(bytes);
    out.writeInt(MAGIC);
    out.writeInt(values.size());
    for (Map.Entry<String, float[]> entry : values.entrySet()) {
      out.writeUTF(entry.getKey());
      out.writeInt(entry.getValue().length);
      ByteBuffer buffer = ByteBuffer.allocate(4 * entry.getValue().length);
      buffer.asFloatBuffer().put(entry.getValue());
      out.write(buffer.array());
    }
    WholeFile.write(file, bytes.toByteArray());
  }

  /**
   * Reads what {@link #write} wrote.
   *
   * @throws IOException if the file is missing or damaged
   */
  public static Weights read(Path file) throws IOException {
    try (DataInputStream in =
        new DataInputStream(new BufferedInputStream(Files.newInputStream(file)))) {
      if (in.readInt() != MAGIC) {
        throw new IOException("not a file of weights: " + file);
      }
      int count = in.readInt();
      Map<String, float[]> values = new LinkedHashMap<>();
      for (int i = 0; i < count; i++) {
        String name = in.readUTF();
        float[] array = new float[in.readInt()];
        ByteBuffer.wrap(in.readNBytes(4 * array.length)).asFloatBuffer().get(array);
        values.put(name, array);
      }
      return new Weights(values);
    } catch (RuntimeException e) {
      throw new IOException("damaged file of weights, delete it: " + file, e);
    }
  }
}
