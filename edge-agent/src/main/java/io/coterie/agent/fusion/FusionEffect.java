package io.coterie.agent.fusion;

import io.coterie.protocol.message.Control;

/** What the fuser is to send, in this order. */
sealed interface FusionEffect permits Verdict, FusionEffect.Tell {

  /** To tell the boards something about a frame. */
  record Tell(Control control) implements FusionEffect {}
}
