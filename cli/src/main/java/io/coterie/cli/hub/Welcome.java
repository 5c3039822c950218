package io.coterie.cli.hub;

import io.coterie.broker.access.CredentialSet;
import io.coterie.hub.ListenerOptions;
import io.coterie.hub.access.HubSecrets;
import io.coterie.models.training.ProgressPrinter;
import io.coterie.protocol.WallClock;
import io.coterie.protocol.access.JoinToken;
import java.io.IOException;
import java.io.PrintStream;
import java.util.concurrent.TimeUnit;

/** What a hub says about who may come in. */
final class Welcome {
  private static final int TOKEN_HOURS = 1;

  private Welcome() {}

  static void print(ListenerOptions listening, HubSecrets secrets, PrintStream out)
      throws IOException {
    if (!listening.guarded() && !listening.toOthers()) {
      return;
    }
    if (!listening.guarded()) {
      out.println("warning: whoever reaches " + listening.bind() + " may do everything (--open)");
      return;
    }
    out.println("other machines: " + secrets.addresses());
    out.println("their clients need " + secrets.certificates().certificateFile());
    if (listening.plain()) {
      out.println(
          "warning: passwords on port " + listening.port() + " can be read on their way (--plain)");
    }
    // Not into a service's log: a token is a secret.
    if (ProgressPrinter.onTerminal()) {
      invite(secrets, out);
    } else {
      out.println("invite boards with 'coterie credential invite'");
    }
  }

  private static void invite(HubSecrets secrets, PrintStream out) throws IOException {
    CredentialSet credentials = secrets.credentials().read();
    if (!credentials.credentials().isEmpty()) {
      out.println("invite more boards with 'coterie credential invite'");
      return;
    }
    JoinToken token =
        secrets
            .credentials()
            .invite(
                secrets.addresses(),
                secrets.certificates().fingerprint(),
                WallClock.ms() + TimeUnit.HOURS.toMillis(TOKEN_HOURS));
    out.println("join token for one board, valid for an hour:");
    out.println(token.text());
    out.println("run there: coterie agent --join TOKEN; more with 'coterie credential invite'");
  }
}
