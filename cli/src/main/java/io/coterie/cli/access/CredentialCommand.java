package io.coterie.cli.access;

import io.coterie.broker.access.Credential;
import io.coterie.cli.CommandException;
import io.coterie.cli.DurationArgument;
import io.coterie.cli.Folders;
import io.coterie.hub.access.HubSecrets;
import io.coterie.protocol.WallClock;
import io.coterie.protocol.access.JoinToken;
import io.coterie.protocol.access.LoginFile;
import io.coterie.protocol.access.Role;
import io.coterie.protocol.access.SecretFile;
import io.coterie.protocol.bus.Login;
import io.coterie.protocol.json.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code coterie credential}: run on the hub, which notices within a second. */
@Command(
    name = "credential",
    description = "Says who may connect to this hub from other machines.",
    mixinStandardHelpOptions = true,
    subcommands = {
      CredentialCommand.Add.class,
      CredentialCommand.Listing.class,
      CredentialCommand.Revoke.class,
      CredentialCommand.Invite.class
    },
    synopsisSubcommandLabel = "(add | list | revoke | invite)",
    footer = {"", "Example:  coterie credential add porch-camera --role publisher"})
public final class CredentialCommand {
  /** What all of them do: something that reads or writes the hub's files. */
  private abstract static class OnHub implements Callable<Integer> {
    @Option(
        names = "--state",
        paramLabel = "DIR",
        description = "the hub's state folder (default: ~/.cache/coterie/hub)")
    private Path state;

    abstract void run(HubSecrets secrets) throws IOException;

    @Override
    public final Integer call() {
      HubSecrets secrets = HubSecrets.of(state == null ? Folders.cache().resolve("hub") : state);
      try {
        run(secrets);
        return 0;
      } catch (IllegalArgumentException e) {
        throw new CommandException(e.getMessage());
      } catch (IOException e) {
        throw new CommandException(
            "cannot use "
                + secrets.folder()
                + ": "
                + e.getMessage()
                + " (run this on the hub, as root or as the user that the hub runs as)");
      }
    }
  }

  /** {@code coterie credential add}. */
  @Command(
      name = "add",
      description = "Makes a user name and a password, and prints the password once.",
      mixinStandardHelpOptions = true,
      footer = {
        "",
        "Roles: agent (a board), publisher (frames in, results out), viewer (sees everything but",
        "frames), home (Home Assistant), operator (deploys), hub (everything, for a hub on a",
        "broker elsewhere).",
        "",
        "Example:  coterie credential add porch-camera --role publisher"
      })
  static final class Add extends OnHub {
    @Parameters(paramLabel = "NAME", description = "the user name")
    private String name;

    @Option(names = "--role", paramLabel = "ROLE", required = true, description = "what it is for")
    private Role role;

    @Option(
        names = "--out",
        paramLabel = "FILE",
        description = "write a file for --credential of other commands, instead of printing")
    private Path out;

    @Override
    void run(HubSecrets secrets) throws IOException {
      String brokers = secrets.addresses();
      String password = secrets.credentials().add(name, role);
      if (out == null) {
        System.out.println("user " + name);
        System.out.println("password " + password);
      } else {
        String ca = secrets.certificates().fingerprint();
        LoginFile.write(out, new Login(name, password, ca, brokers));
        System.out.println("wrote " + out);
      }
    }
  }

  /** {@code coterie credential list}. */
  @Command(
      name = "list",
      description = "Shows the user names and their roles.",
      mixinStandardHelpOptions = true,
      footer = {"", "Example:  coterie credential list"})
  static final class Listing extends OnHub {
    @Option(names = "--json", description = "print JSON")
    private boolean json;

    @Override
    void run(HubSecrets secrets) throws IOException {
      List<Credential> all = secrets.credentials().read().credentials();
      if (json) {
        System.out.println(
            Json.write(all.stream().map(c -> Map.of("name", c.name(), "role", c.role())).toList()));
      } else {
        all.forEach(c -> System.out.printf("%-10s %s%n", c.role(), c.name()));
      }
    }
  }

  /** {@code coterie credential revoke}. */
  @Command(
      name = "revoke",
      description = "Ends a user's connections and lets it in no more.",
      mixinStandardHelpOptions = true,
      footer = {"", "Example:  coterie credential revoke kitchen"})
  static final class Revoke extends OnHub {
    @Parameters(paramLabel = "NAME", description = "the user name; a board's is its --id")
    private String name;

    @Override
    void run(HubSecrets secrets) throws IOException {
      if (!secrets.credentials().revoke(name)) {
        throw new CommandException(
            "there is no credential " + name + ": see 'coterie credential list'");
      }
      System.out.println("revoked " + name);
    }
  }

  /** {@code coterie credential invite}. */
  @Command(
      name = "invite",
      description = "Prints a join token that lets one board in, once.",
      mixinStandardHelpOptions = true,
      footer = {"", "Example:  coterie credential invite --valid 15m"})
  static final class Invite extends OnHub {
    @Option(
        names = "--valid",
        paramLabel = "TIME",
        defaultValue = "60m",
        description = "for how long (default: ${DEFAULT-VALUE})")
    private DurationArgument valid;

    @Option(
        names = "--hub",
        paramLabel = "ADDRESS",
        description = "where boards find the hub (default: this machine's addresses)")
    private String hub;

    @Option(
        names = "--without-address",
        description =
            "name no address: the board looks for the hub by mDNS, wherever it is then; also before"
                + " the hub's first start")
    private boolean withoutAddress;

    @Option(names = "--out", paramLabel = "FILE", description = "write it to a file, mode 0600")
    private Path out;

    @Override
    void run(HubSecrets secrets) throws IOException {
      if (withoutAddress && hub != null) {
        throw new CommandException("--hub names an address, --without-address none: give only one");
      }
      String brokers = withoutAddress ? "" : hub == null ? secrets.addresses() : hub;
      String ca = secrets.certificates().fingerprint();
      long expiresMs = WallClock.ms() + valid.ms();
      JoinToken token = secrets.credentials().invite(brokers, ca, expiresMs);
      if (out == null) {
        System.out.println(token.text());
      } else {
        SecretFile.write(out, (token.text() + "\n").getBytes(StandardCharsets.UTF_8));
        System.out.println("wrote " + out);
      }
    }
  }
}
