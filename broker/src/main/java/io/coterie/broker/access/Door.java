package io.coterie.broker.access;

import io.coterie.broker.Admission;
import io.coterie.broker.Rights;
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
 * Lets in who has a credential, and on the hub itself everybody who gives no name. Boards with an
 * invitation get a credential: they connect as {@code enrol:NAME} with the invitation's secret and
 * the password they want, {@code SECRET:PASSWORD}, and have no rights on that connection.
 *
 * <p>Thread-safe. Follows the file: who is removed from it, is shown out within a second.
 */
public final class Door implements Admission, AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Door.class);

  /** How the user names of boards begin that want a credential. */
  public static final String ENROL = "enrol:";

  private static final long LOOK_MS = 500;

  private final Topics topics;
  private final CredentialStore store;
  private final Attempts attempts = new Attempts();
  private final ScheduledExecutorService watcher;
  private volatile Book book;
  private volatile String version;
  private volatile Consumer<String> shownOut = user -> {};

  /**
   * Reads the credentials.
   *
   * @throws IOException if they are unreadable
   */
  public Door(Topics topics, CredentialStore store) throws IOException {
    this.topics = topics;
    this.store = store;
    this.version = store.version();
    this.book = store.read();
    watcher =
        Executors.newSingleThreadScheduledExecutor(
            task -> {
              Thread thread = new Thread(task, "credentials");
              thread.setDaemon(true);
              return thread;
            });
  }

  /** Begins to follow the file, and tells the broker whom to show out. */
  public void watch(Consumer<String> broker) {
    shownOut = broker;
    Future<?> unused =
        watcher.scheduleWithFixedDelay(this::look, LOOK_MS, LOOK_MS, TimeUnit.MILLISECONDS);
  }

  /** Reads the file if it has changed, and shows out whose credential is gone or another one. */
  synchronized void look() {
    String seen = store.version();
    if (seen.equals(version)) {
      return;
    }
    Book old = book;
    try {
      book = store.read();
    } catch (IOException e) {
      if (!(e.getCause() instanceof JsonException)) {
        log.warn("credentials unreadable, those of before hold: reason={}", e.getMessage());
        return;
      }
      log.error("nobody is let in until this is mended: {}", e.getMessage());
      book = Book.EMPTY;
    }
    version = seen;
    for (Credential credential : old.credentials()) {
      if (!book.credentials().contains(credential)) {
        log.info("credential revoked: user={} role={}", credential.name(), credential.role());
        shownOut.accept(credential.name());
      }
    }
  }

  @Override
  public Optional<Guest> admit(Applicant applicant) {
    String user = applicant.userName();
    if (user.isEmpty()) {
      return applicant.onThisMachine() && !applicant.encrypted()
          ? Optional.of(Guest.TRUSTED)
          : Optional.empty();
    }
    String address = applicant.address().map(Object::toString).orElse("");
    if (!allowed(address)) {
      return Optional.empty();
    }
    Optional<Guest> guest =
        user.startsWith(ENROL)
            ? enrol(user.substring(ENROL.length()), applicant.password())
            : known(user, applicant.password());
    note(address, guest.isPresent());
    if (guest.isEmpty()) {
      log.debug("refused: user={} address={}", user, address);
    }
    return guest;
  }

  private boolean allowed(String address) {
    synchronized (attempts) {
      return attempts.allowed(address, System.nanoTime());
    }
  }

  private void note(String address, boolean success) {
    synchronized (attempts) {
      if (success) {
        attempts.succeeded(address);
      } else {
        attempts.failed(address, System.nanoTime());
      }
    }
  }

  private Optional<Guest> known(String user, byte[] password) {
    look();
    return book.find(user)
        .filter(credential -> credential.password().matches(password))
        .map(credential -> new Guest(user, rights(credential)));
  }

  private Rights rights(Credential credential) {
    Permissions permissions = new Permissions(topics, credential.kind(), credential.name());
    return new Rights() {
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

  private Optional<Guest> enrol(String name, byte[] secretAndPassword) {
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
    return Optional.of(new Guest(ENROL + name, Rights.none()));
  }

  @Override
  public void close() {
    watcher.shutdownNow();
  }
}
