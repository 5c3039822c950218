package io.coterie.broker.access;

import io.coterie.broker.Authenticator;
import io.coterie.broker.TopicAuthorizer;
import io.coterie.protocol.access.JoinToken;
import io.coterie.protocol.access.Permissions;
import io.coterie.protocol.json.JsonException;
import io.coterie.protocol.topic.Topics;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Accepts clients with a credential, and on the hub itself every client that gives no user name.
 * Boards with an enrolment grant get a credential: they connect as {@code enrol:NAME} with the
 * grant's secret and the password they want, {@code SECRET:PASSWORD}, and have no rights on that
 * connection.
 *
 * <p>Thread-safe. Watches the credentials file: a user whose credential is removed is disconnected
 * within a second.
 */
public final class CredentialAuthenticator implements Authenticator, AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(CredentialAuthenticator.class);

  private static final long RELOAD_MS = 500;

  private final Topics topics;
  private final CredentialStore store;
  private final LoginThrottle throttle = new LoginThrottle();
  private final ScheduledExecutorService watcher;
  private volatile CredentialSet credentials;
  private volatile String version;
  private volatile Consumer<String> onRevoked = user -> {};

  /**
   * Reads the credentials.
   *
   * @throws IOException if they are unreadable
   */
  public CredentialAuthenticator(Topics topics, CredentialStore store) throws IOException {
    this.topics = topics;
    this.store = store;
    this.version = store.version();
    this.credentials = store.read();
    watcher =
        Executors.newSingleThreadScheduledExecutor(
            task -> {
              Thread thread = new Thread(task, "credentials");
              thread.setDaemon(true);
              return thread;
            });
  }

  /**
   * Starts to watch the file and calls the consumer with the name of every user whose credential
   * was revoked.
   */
  public void watch(Consumer<String> broker) {
    onRevoked = broker;
    Future<?> unused =
        watcher.scheduleWithFixedDelay(this::reload, RELOAD_MS, RELOAD_MS, TimeUnit.MILLISECONDS);
  }

  /**
   * Reads the file if it has changed, and disconnects users whose credential was removed or
   * replaced.
   */
  synchronized void reload() {
    String seen = store.version();
    if (seen.equals(version)) {
      return;
    }
    CredentialSet old = credentials;
    try {
      credentials = store.read();
    } catch (IOException e) {
      if (!(e.getCause() instanceof JsonException)) {
        log.warn("credentials unreadable, those of before hold: reason={}", e.getMessage());
        return;
      }
      log.error("nobody is let in until this is mended: {}", e.getMessage());
      credentials = CredentialSet.EMPTY;
    }
    version = seen;
    for (Credential credential : old.credentials()) {
      if (!credentials.credentials().contains(credential)) {
        log.info("credential revoked: user={} role={}", credential.name(), credential.role());
        onRevoked.accept(credential.name());
      }
    }
  }

  @Override
  public Optional<Principal> authenticate(ConnectRequest request) {
    String user = request.userName();
    if (user.isEmpty()) {
      return request.onThisMachine() && !request.encrypted()
          ? Optional.of(Principal.TRUSTED)
          : Optional.empty();
    }
    String address = request.address().map(Object::toString).orElse("");
    if (!allowed(address)) {
      return Optional.empty();
    }
    Optional<Principal> principal =
        user.startsWith(JoinToken.ENROL)
            ? enrol(user.substring(JoinToken.ENROL.length()), request.password())
            : known(user, request.password());
    note(address, principal.isPresent());
    if (principal.isEmpty()) {
      log.debug("refused: user={} address={}", user, address);
    }
    return principal;
  }

  private boolean allowed(String address) {
    synchronized (throttle) {
      return throttle.allowed(address, System.nanoTime());
    }
  }

  private void note(String address, boolean success) {
    synchronized (throttle) {
      if (success) {
        throttle.succeeded(address);
      } else {
        throttle.failed(address, System.nanoTime());
      }
    }
  }

  private Optional<Principal> known(String user, byte[] password) {
    reload();
    return credentials
        .find(user)
        .filter(credential -> credential.password().matches(password))
        .map(credential -> new Principal(user, authorizer(credential)));
  }

  private TopicAuthorizer authorizer(Credential credential) {
    Permissions permissions = new Permissions(topics, credential.kind(), credential.name());
    return new TopicAuthorizer() {
      @Override
      public boolean mayPublish(String topic, boolean retained) {
        return permissions.mayPublish(topic, retained);
      }

      @Override
      public boolean maySubscribe(String filter) {
        return permissions.maySubscribe(filter);
      }
    };
  }

  private Optional<Principal> enrol(String name, byte[] secretAndPassword) {
    String text = new String(secretAndPassword, StandardCharsets.UTF_8);
    int colon = text.indexOf(':');
    if (colon < 1 || colon == text.length() - 1 || !Topics.isName(name)) {
      return Optional.empty();
    }
    try {
      if (!store.enrol(name, text.substring(0, colon), text.substring(colon + 1))) {
        return Optional.empty();
      }
    } catch (IOException | IllegalArgumentException e) {
      log.error("cannot enrol: agent={} reason={}", name, e.getMessage());
      return Optional.empty();
    }
    log.info("enrolled: agent={}", name);
    return Optional.of(new Principal(JoinToken.ENROL + name, TopicAuthorizer.none()));
  }

  @Override
  public void close() {
    watcher.shutdownNow();
  }
}
