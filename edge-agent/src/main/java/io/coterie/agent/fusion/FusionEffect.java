package io.coterie.agent.fusion;

import io.coterie.protocol.message.Control;
import io.coterie.protocol.message.FrameKey;

/** What the fuser is to send, in this order. */
sealed interface FusionEffect permits FrameDecision, FusionEffect.SendControl {

  /** The frame that it is about. */
  FrameKey key();

  /** To tell the boards something about a frame. */
  record SendControl(Control control) implements FusionEffect {
    @Override
    public FrameKey key() {
      return new FrameKey(control.source(), control.frame());
    }
  }
}
