package io.coterie.agent.capture;

import java.util.Optional;

/** Takes pictures, one at a time, on the thread that asks. */
interface PictureSource {
  /**
   * Takes one.
   *
   * @return a whole JPEG or PNG of at most {@link Picture#MAX_BYTES}; empty where there is no new
   *     one
   * @throws CaptureException if it cannot
   */
  Optional<byte[]> take() throws CaptureException, InterruptedException;
}
