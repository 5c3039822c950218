package io.coterie.inference;

import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * ONNX Runtime behind one thread. An {@link Error} of a job ends that thread and goes to its
 * handler of uncaught exceptions; the next job gets another.
 *
 * <p>Thread-safe.
 */
public final class OnnxEngine implements Engine {
  private static final Logger log = LoggerFactory.getLogger(OnnxEngine.class);

  private static final long CLOSING_SECONDS = 2;

  private final String name;
  private final ExecutorService thread;
  private volatile OptionalLong runningSinceNs = OptionalLong.empty();

  /**
   * Starts the thread with the first job.
   *
   * @param name of the thread, a daemon
   */
  public OnnxEngine(String name) {
    this.name = name;
    thread =
        Executors.newSingleThreadExecutor(
            task -> {
              Thread created = new Thread(task, name);
              created.setDaemon(true);
              return created;
            });
  }

  @Override
  public Graph load(
      byte[] onnx, String file, long[] inputShape, List<long[]> outputShapes, int threads)
      throws ModelException {
    return OnnxModel.load(onnx, file, inputShape, outputShapes, threads);
  }

  @Override
  public void compute(double flops, Job job) {
    try {
      thread.execute(() -> run(job));
    } catch (RejectedExecutionException e) {
      log.debug("closed: engine={}", name);
    }
  }

  private void run(Job job) {
    long startedNs = System.nanoTime();
    runningSinceNs = OptionalLong.of(startedNs);
    try {
      job.run(startedNs);
    } catch (RuntimeException e) {
      log.error("a job failed: engine={}", name, e);
    } finally {
      runningSinceNs = OptionalLong.empty();
    }
  }

  @Override
  public OptionalLong runningSinceNs() {
    return runningSinceNs;
  }

  @Override
  public void close() {
    thread.shutdown();
    try {
      if (!thread.awaitTermination(CLOSING_SECONDS, TimeUnit.SECONDS)) {
        log.warn("did not end within {} s: engine={}", CLOSING_SECONDS, name);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
