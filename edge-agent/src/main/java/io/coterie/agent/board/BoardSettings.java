package io.coterie.agent.board;

import io.coterie.agent.capture.CameraSettings;
import io.coterie.agent.gpio.GpioSettings;
import java.util.Optional;

/** What is attached to a board. */
public record BoardSettings(GpioSettings gpio, Optional<CameraSettings> camera) {
  public static final BoardSettings NONE = new BoardSettings(GpioSettings.NONE, Optional.empty());

  public BoardSettings {
    if (gpio.trigger().isPresent() && camera.isEmpty()) {
      throw new IllegalArgumentException("a trigger needs a camera");
    }
    if (camera.isPresent() && camera.get().everyMs().isEmpty() && gpio.trigger().isEmpty()) {
      throw new IllegalArgumentException("missing: everyMs or trigger of the camera");
    }
  }

  public boolean isEmpty() {
    return gpio.isEmpty() && camera.isEmpty();
  }
}
