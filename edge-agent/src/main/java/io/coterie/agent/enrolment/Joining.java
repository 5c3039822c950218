package io.coterie.agent.enrolment;

import io.coterie.client.discovery.KnownAddresses;
import io.coterie.protocol.access.JoinToken;
import io.coterie.protocol.access.LoginFile;
import io.coterie.protocol.bus.ConnectionOptions;
import io.coterie.protocol.bus.ConnectionTrial;
import io.coterie.protocol.bus.Login;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** How a board turns a join token into a credential of its own. */
public final class Joining {
  private static final Logger log = LoggerFactory.getLogger(Joining.class);

  private static final int PASSWORD_BYTES = 20;

  private Joining() {}

  /** What a board does while its hub cannot be asked. */
  public interface Seeker {
    /**
     * Waits a while, and says where to try as well.
     *
     * @param ca of the hub
     * @param known where it was tried
     * @param reason why that was in vain
     * @throws IOException to give up, with the reason
     * @throws InterruptedException if the thread is interrupted, which gives up too
     */
    List<URI> seek(String ca, List<URI> known, IOException reason)
        throws IOException, InterruptedException;
  }

  /**
   * The board's credential: the one it has from this hub, else a new one.
   *
   * @param tokenOrFile a token, a file that holds one, or {@code -} for standard input
   * @param id the board's name
   * @param file where the credential is kept
   * @throws IllegalArgumentException if there is no token in it
   * @throws IOException if the board cannot join; the message says why and what helps
   * @throws InterruptedException if the thread is interrupted while it asks
   */
  public static Login join(String tokenOrFile, String id, Path file, Seeker seeker)
      throws IOException, InterruptedException {
    try {
      JoinToken token = JoinToken.parse(read(tokenOrFile));
      Optional<Login> present = present(file, token.ca());
      if (present.isPresent()) {
        return told(token.addresses(), present.get(), file);
      }
      // The password is kept before it is sent: if the answer gets lost, we can ask again with it.
      Path pending = file.resolveSibling(file.getFileName() + ".joining");
      Login login = present(pending, token.ca()).orElseGet(() -> fresh(token, id));
      LoginFile.write(pending, login);
      URI hub = ask(token, login, seeker);
      Login joined = login.at(KnownAddresses.answered(hub, token.addresses()));
      LoginFile.write(file, joined);
      Files.deleteIfExists(pending);
      return joined;
    } catch (ConnectionTrial.RefusedException e) {
      throw new IOException(
          "the hub does not let "
              + id
              + " in: the token was used or has expired, or there is a board of that name (make"
              + " another token on the hub with 'coterie credential invite', or choose another"
              + " --id)",
          e);
    } catch (IOException e) {
      throw new IOException("cannot join: " + e.getMessage(), e);
    }
  }

  /** Keeps where the hub with this CA answered, if the file has the board's credential for it. */
  public static void remember(URI address, String ca, Path file) {
    try {
      Optional<Login> own = present(file, ca);
      if (own.isPresent()) {
        Login login = own.get();
        LoginFile.write(file, login.at(KnownAddresses.answered(address, login.addresses())));
      }
    } catch (IOException e) {
      log.warn("the hub's new address is not kept: file={} reason={}", file, e.getMessage());
    }
  }

  private static Optional<Login> present(Path file, String ca) throws IOException {
    if (!Files.exists(file)) {
      return Optional.empty();
    }
    return Optional.of(LoginFile.read(file)).filter(login -> login.ca().equals(ca));
  }

  /** The hub may have got other addresses since. */
  private static Login told(List<URI> token, Login login, Path file) throws IOException {
    Login moved = login.at(KnownAddresses.told(token, login.addresses()));
    if (!moved.equals(login)) {
      LoginFile.write(file, moved);
    }
    return moved;
  }

  private static Login fresh(JoinToken token, String id) {
    byte[] bytes = new byte[PASSWORD_BYTES];
    new SecureRandom().nextBytes(bytes);
    String password = Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    return new Login(id, password, token.ca(), token.brokers());
  }

  /** Where the hub was that let the board in. */
  private static URI ask(JoinToken token, Login login, Seeker seeker)
      throws IOException, InterruptedException {
    Login enrolling =
        new Login(
            JoinToken.ENROL + login.user(),
            token.secret() + ":" + login.password(),
            token.ca(),
            "");
    List<URI> known = token.addresses();
    List<URI> found = List.of();
    while (true) {
      try {
        List<URI> all = new ArrayList<>(found);
        all.addAll(known);
        if (all.isEmpty()) {
          throw new IOException("the token names no address");
        }
        return ConnectionTrial.run(
            ConnectionOptions.of(all, "coterie-enrol-" + login.user())
                .withLogin(Optional.of(enrolling)));
      } catch (ConnectionTrial.RefusedException e) {
        throw e;
      } catch (IOException e) {
        found = seeker.seek(token.ca(), known, e);
      }
    }
  }

  private static String read(String tokenOrFile) throws IOException {
    if (tokenOrFile.startsWith(JoinToken.PREFIX)) {
      return tokenOrFile;
    }
    if (!tokenOrFile.equals("-")) {
      Path file = Path.of(tokenOrFile);
      if (!Files.exists(file)) {
        throw new IllegalArgumentException("neither a join token nor a file: " + tokenOrFile);
      }
      return Files.readString(file);
    }
    String line =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8)).readLine();
    return line == null ? "" : line;
  }
}
