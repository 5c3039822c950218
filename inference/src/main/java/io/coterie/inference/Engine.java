package io.coterie.inference;

import java.util.List;
import java.util.OptionalLong;

/**
 * The port of computing: loads graphs, and runs jobs one after the other, away from the threads
 * that must not wait. What a job produces it hands on itself.
 *
 * <p>Thread-safe.
 */
public interface Engine extends AutoCloseable {
  /** Something to compute. */
  interface Job {
    /**
     * Computes it, on the engine's thread.
     *
     * @param startedNs when the engine began with this job, by the clock of its agent's event loop
     */
    void run(long startedNs);
  }

  /**
   * Loads a graph for a fixed shape. Its outputs are told apart by their rank.
   *
   * @param onnx the file's bytes
   * @param name for messages
   * @param inputShape such as {@code [1, 3, 32, 32]}; the graph's batch dimension may be symbolic
   * @param outputShapes of all outputs, each of another rank, such as {@code [1, 64]}
   * @param threads for one run, at least 1
   * @throws ModelException if the bytes are no such graph
   */
  Graph load(byte[] onnx, String name, long[] inputShape, List<long[]> outputShapes, int threads)
      throws ModelException;

  /**
   * Runs the job soon, after all that were handed over before; not at all once the engine is
   * closed. Never blocks.
   *
   * @param flops floating-point operations of the job, 0 for one that computes next to nothing
   */
  void compute(double flops, Job job);

  /** When the job that runs now was begun, by the clock of {@link Job}; empty while none runs. */
  OptionalLong runningSinceNs();

  /** Ends after the jobs that were handed over, though it does not wait for ever. Idempotent. */
  @Override
  void close();
}
