package io.coterie.agent.fusion;

import io.coterie.protocol.message.Control;
import io.coterie.protocol.message.FrameKey;

/** A message that the fuser has to send. Effects are sent in the order of their list. */
sealed interface FusionEffect permits FrameDecision, FusionEffect.SendControl {

  FrameKey key();

  /** Sends a control message about a frame to the boards. */
  record SendControl(Control control) implements FusionEffect {
    @Override
    public FrameKey key() {
      return new FrameKey(control.source(), control.frame());
    }
  }
}
