package io.coterie.agent;

import io.coterie.inference.Engine;
import io.coterie.inference.Graph;
import io.coterie.inference.ModelException;
import io.coterie.protocol.simulation.SimulatedMachine;
import java.nio.FloatBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.OptionalLong;

/**
 * An engine in virtual time: graphs that give zeros, in the time that the board would take. What
 * begins with {@link #DAMAGED} is no graph.
 */
final class VirtualEngine implements Engine {
  static final String DAMAGED = "damaged-";

  private record Waiting(double flops, Job job) {}

  private record Zeros(FloatBuffer input, List<FloatBuffer> outputs) implements Graph {
    @Override
    public FloatBuffer input() {
      return input.clear();
    }

    @Override
    public FloatBuffer run() {
      return output(0);
    }

    @Override
    public FloatBuffer output(int index) {
      return outputs.get(index).clear();
    }

    @Override
    public void close() {}
  }

  private final SimulatedMachine machine;
  private final double flopsPerSecond;
  private final Deque<Waiting> jobs = new ArrayDeque<>();
  private boolean busy;
  private OptionalLong runningSinceNs = OptionalLong.empty();

  VirtualEngine(SimulatedMachine machine, double flopsPerSecond) {
    this.machine = machine;
    this.flopsPerSecond = flopsPerSecond;
  }

  @Override
  public Graph load(
      byte[] onnx, String name, long[] inputShape, List<long[]> outputShapes, int threads)
      throws ModelException {
    if (new String(onnx, StandardCharsets.UTF_8).startsWith(DAMAGED)) {
      throw new ModelException("no graph: " + name);
    }
    return new Zeros(buffer(inputShape), outputShapes.stream().map(VirtualEngine::buffer).toList());
  }

  private static FloatBuffer buffer(long[] shape) {
    return FloatBuffer.allocate((int) Arrays.stream(shape).reduce(1, Math::multiplyExact));
  }

  @Override
  public void compute(double flops, Job job) {
    jobs.add(new Waiting(flops, job));
    if (!busy) {
      next();
    }
  }

  private void next() {
    Waiting next = jobs.poll();
    busy = next != null;
    runningSinceNs = OptionalLong.empty();
    if (next != null) {
      long startedNs = machine.time().nowNs();
      runningSinceNs = OptionalLong.of(startedNs);
      double usualMs = next.flops() / flopsPerSecond * 1_000;
      machine.after(
          next.flops() == 0 ? 0 : machine.time().between(0.8 * usualMs, 1.3 * usualMs),
          () -> {
            next.job().run(startedNs);
            next();
          });
    }
  }

  @Override
  public OptionalLong runningSinceNs() {
    return runningSinceNs;
  }

  @Override
  public void close() {
    // What is queued runs; nothing is held.
  }
}
