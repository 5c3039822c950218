package io.coterie.inference;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;

/** How every session of ONNX Runtime is opened here. */
final class Sessions {
  private Sessions() {}

  /** A session whose threads do not spin while they wait: boards and tests share their cores. */
  static OrtSession open(byte[] graph, int threads) throws OrtException {
    try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
      options.setIntraOpNumThreads(threads);
      options.setInterOpNumThreads(1);
      options.addConfigEntry("session.intra_op.allow_spinning", "0");
      return OrtEnvironment.getEnvironment().createSession(graph, options);
    }
  }
}
