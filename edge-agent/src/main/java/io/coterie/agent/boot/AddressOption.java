package io.coterie.agent.boot;

import io.coterie.protocol.access.LoginFile;
import io.coterie.protocol.bus.ConnectionOptions;
import io.coterie.protocol.bus.Login;
import io.coterie.protocol.topic.Topics;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Option;

/**
 * Which fleet a program belongs to or talks to. Methods throw {@link IllegalArgumentException} with
 * a message that begins with the option that is wrong.
 */
public final class AddressOption {
  private static final String DEFAULT = "mqtt://127.0.0.1:1883";

  @Option(
      names = "--broker",
      paramLabel = "ADDRESS",
      description =
          "the fleet's broker, or several by preference (default: the credential's, else"
              + " mqtt://127.0.0.1:1883)")
  private String broker;

  @Option(
      names = "--credential",
      paramLabel = "FILE",
      defaultValue = "${env:COTERIE_CREDENTIAL}",
      description =
          "file with user name and password, from 'coterie credential add --out' (default:"
              + " $COTERIE_CREDENTIAL)")
  private Path credential;

  @Option(
      names = "--base",
      paramLabel = "TOPIC",
      defaultValue = Topics.DEFAULT_BASE,
      description = "first level of every topic (default: ${DEFAULT-VALUE})")
  private String base;

  public List<URI> brokers() {
    if (broker == null) {
      return login()
          .map(Login::addresses)
          .filter(addresses -> !addresses.isEmpty())
          .orElse(ConnectionOptions.parseBrokers(DEFAULT));
    }
    try {
      return ConnectionOptions.parseBrokers(broker);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("--broker: " + e.getMessage(), e);
    }
  }

  public boolean isGiven() {
    return broker != null;
  }

  /** User name and password, where there are any. */
  public Optional<Login> login() {
    if (credential == null || credential.toString().isEmpty()) {
      return Optional.empty();
    }
    try {
      return Optional.of(LoginFile.read(credential));
    } catch (IOException e) {
      throw new IllegalArgumentException("--credential: " + e.getMessage(), e);
    }
  }

  public Topics topics() {
    try {
      return new Topics(base);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("--base: " + e.getMessage(), e);
    }
  }
}
