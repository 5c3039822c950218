package io.coterie.protocol.message;

import com.google.gson.annotations.SerializedName;
import io.coterie.protocol.json.Check;

/**
 * What the fuser tells the boards about one frame (strategy distree); not retained.
 *
 * @param source last level of the frame's input topic
 * @param frame the frame's identity
 * @param exit the exit whose answer was judged, from 1
 */
public record Control(Command command, String source, String frame, int exit) {
  /** What a board is to do with the frame's remaining stages. */
  public enum Command {
    /** Drop them: the frame is answered. */
    @SerializedName("stop")
    STOP,
    /** Compute the next: the answer was not good enough. Only boards that wait are told. */
    @SerializedName("proceed")
    PROCEED
  }

  public Control {
    Check.present(command, "command");
    new FrameKey(source, frame);
    Check.positive(exit, "exit");
  }

  public FrameKey key() {
    return new FrameKey(source, frame);
  }
}
