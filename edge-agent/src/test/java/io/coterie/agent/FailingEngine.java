package io.coterie.agent;

import io.coterie.inference.Engine;
import io.coterie.inference.Graph;
import io.coterie.inference.ModelException;
import io.coterie.inference.OnnxEngine;
import java.nio.FloatBuffer;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

/** An engine whose graphs fail as their owner says, once they are loaded. */
final class FailingEngine implements Engine {
  /** What graphs do instead of computing. */
  interface Failure {
    void happen();
  }

  private static final Failure NONE = () -> {};

  private final Engine real;
  private volatile Failure failure = NONE;
  private final AtomicInteger loads = new AtomicInteger();
  private volatile CountDownLatch hanging = new CountDownLatch(0);

  FailingEngine(String name) {
    real = new OnnxEngine(name);
  }

  /** From now on, what computes throws this. */
  void fail(RuntimeException e) {
    failure =
        () -> {
          throw e;
        };
  }

  void fail(Error e) {
    failure =
        () -> {
          throw e;
        };
  }

  /** From now on, what computes does not return until it is {@link #recover released}. */
  void hang() {
    hanging = new CountDownLatch(1);
    failure = this::untilReleased;
  }

  /** As native code: interrupts are of no use. */
  private void untilReleased() {
    while (hanging.getCount() > 0) {
      try {
        hanging.await();
      } catch (InterruptedException e) {
        // Goes on.
      }
    }
  }

  /** From now on, all works. */
  void recover() {
    failure = NONE;
    hanging.countDown();
  }

  /** How many graphs it was to load. */
  int loads() {
    return loads.get();
  }

  @Override
  public Graph load(
      byte[] onnx, String name, long[] inputShape, List<long[]> outputShapes, int threads)
      throws ModelException {
    loads.incrementAndGet();
    Graph graph = real.load(onnx, name, inputShape, outputShapes, threads);
    return new Graph() {
      @Override
      public FloatBuffer input() {
        return graph.input();
      }

      @Override
      public FloatBuffer run() throws ModelException {
        failure.happen();
        return graph.run();
      }

      @Override
      public FloatBuffer output(int index) {
        return graph.output(index);
      }

      @Override
      public void close() {
        graph.close();
      }
    };
  }

  @Override
  public void compute(double flops, Job job) {
    real.compute(flops, job);
  }

  @Override
  public OptionalLong runningSinceNs() {
    return real.runningSinceNs();
  }

  @Override
  public void close() {
    recover();
    real.close();
  }
}
