package io.coterie.agent;

import io.coterie.agent.board.HardwareStatus;
import io.coterie.inference.ComputeProbe;
import io.coterie.inference.Engine;
import io.coterie.inference.ModelException;
import io.coterie.inference.NativeLibraries;
import io.coterie.inference.OnnxEngine;
import io.coterie.protocol.runtime.EventLoop;
import io.coterie.protocol.runtime.FolderStore;
import io.coterie.protocol.runtime.Store;
import io.coterie.protocol.runtime.ThreadLoop;
import java.io.IOException;
import java.nio.file.Path;
import java.util.function.Function;

/**
 * What an agent stands on: time, computing, files, and its board. A simulation brings others than
 * those of a process.
 *
 * @param loop everything that decides or changes something happens here
 * @param engines makes an engine, given a name for it
 * @param store keeps models, and the agent's own state
 * @param flopsPerSecond floating-point operations per second of this machine, unthrottled
 * @param hardware what the board tells of itself
 * @param watched whether the loop and the engines may hang, as threads do
 * @param closing ends the loop
 */
public record AgentPorts(
    EventLoop loop,
    Function<String, Engine> engines,
    Store store,
    double flopsPerSecond,
    HardwareStatus hardware,
    boolean watched,
    Runnable closing) {
  /**
   * Those of this process: a thread, ONNX Runtime and the cache folder. Unpacks ONNX Runtime's
   * libraries, measures how fast they are, and decodes a first picture.
   *
   * @throws IOException if the cache folder or the picture decoders cannot be used
   * @throws ModelException if ONNX Runtime does not work on this board
   */
  static AgentPorts ofThisProcess(AgentOptions options) throws IOException, ModelException {
    FolderStore store = new FolderStore(options.cache());
    NativeLibraries.unpackTo(options.cache());
    DecoderWarmUp.run();
    double flopsPerSecond = ComputeProbe.flopsPerSecond();
    ThreadLoop loop = new ThreadLoop("agent-" + options.id());
    return new AgentPorts(
        loop,
        OnnxEngine::new,
        store,
        flopsPerSecond,
        new HardwareStatus(Path.of("/")),
        true,
        loop::close);
  }

  /** The same with other engines. */
  AgentPorts with(Function<String, Engine> newEngines) {
    return new AgentPorts(loop, newEngines, store, flopsPerSecond, hardware, watched, closing);
  }

  /** The same with another store. */
  AgentPorts with(Store newStore) {
    return new AgentPorts(loop, engines, newStore, flopsPerSecond, hardware, watched, closing);
  }

  void close() {
    closing.run();
  }
}
