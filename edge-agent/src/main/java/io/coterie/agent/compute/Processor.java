package io.coterie.agent.compute;

import io.coterie.inference.Engine;
import io.coterie.inference.Graph;
import io.coterie.inference.ModelException;
import io.coterie.protocol.bundle.ModelFile;
import io.coterie.protocol.runtime.EventLoop;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.LongStream;

/**
 * What an agent computes with, and the clock that measures it. Thread-safe.
 *
 * @param throttle of the board that is emulated
 * @param threads for one inference
 */
public record Processor(EventLoop loop, Engine engine, Throttle throttle, int threads) {
  /**
   * Loads a graph for one picture or one tensor at a time.
   *
   * @param models the bytes of a file by its digest
   * @param input shape of what the graph reads, without the batch
   * @param values length of its first output
   * @param next shape of its second output, without the batch; empty if it has none
   * @throws ModelException if the file is no such graph
   */
  public Graph load(
      ModelFile file,
      Function<String, byte[]> models,
      List<Integer> input,
      int values,
      List<Integer> next)
      throws ModelException {
    List<long[]> outputs = new ArrayList<>(List.of(new long[] {1, values}));
    if (!next.isEmpty()) {
      outputs.add(shape(next));
    }
    byte[] onnx = models.apply(file.sha256());
    return engine.load(onnx, file.path(), shape(input), outputs, threads);
  }

  /** {@code [1, sizes...]}. */
  private static long[] shape(List<Integer> sizes) {
    LongStream each = sizes.stream().mapToLong(Integer::longValue);
    return LongStream.concat(LongStream.of(1), each).toArray();
  }

  /**
   * Has the engine compute something, and hears of it where that fails: one of the two always
   * comes, unless the job does not return.
   *
   * @param failed is called on the engine's thread, before an error goes its way
   */
  public void compute(double flops, Engine.Job job, Consumer<RuntimeException> failed) {
    engine.compute(
        flops,
        startedNs -> {
          try {
            job.run(startedNs);
          } catch (RuntimeException e) {
            failed.accept(e);
          } catch (Error e) {
            failed.accept(new IllegalStateException(e));
            throw e;
          }
        });
  }

  /** Nanoseconds since a time of the loop's clock. */
  public long sinceNs(long startNs) {
    return loop.nowNs() - startNs;
  }

  /** Waits as long as the emulated board would still compute what was begun at this time. */
  public void slowDown(long startNs) {
    throttle.after(sinceNs(startNs));
  }

  /** Runs the task after all that the engine has to compute now, such as to close models. */
  public void afterwards(Runnable task) {
    engine.compute(0, startedNs -> task.run());
  }
}
