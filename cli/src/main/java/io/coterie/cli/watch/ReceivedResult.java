package io.coterie.cli.watch;

import io.coterie.protocol.message.Result;
import java.time.LocalTime;

/** A result, when it was heard. */
record ReceivedResult(LocalTime at, String deployment, Result result) {}
