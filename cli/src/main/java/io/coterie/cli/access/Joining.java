package io.coterie.cli.access;

import io.coterie.broker.access.Door;
import io.coterie.cli.CommandException;
import io.coterie.protocol.access.JoinToken;
import io.coterie.protocol.access.LoginFile;
import io.coterie.protocol.bus.ConnectionOptions;
import io.coterie.protocol.bus.ConnectionTrial;
import io.coterie.protocol.bus.Login;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Optional;

/** How a board turns a join token into a credential of its own. */
public final class Joining {
  private static final int PASSWORD_BYTES = 20;

  private Joining() {}

  /**
   * The board's credential: the one it has from this hub, else a new one.
   *
   * @param tokenOrFile a token, a file that holds one, or {@code -} for standard input
   * @param id the board's name
   * @param file where the credential is kept
   */
  public static Login join(String tokenOrFile, String id, Path file) {
    try {
      JoinToken token = JoinToken.parse(read(tokenOrFile));
      Optional<Login> present = present(file, token.ca());
      if (present.isPresent()) {
        return movedTo(token.brokers(), present.get(), file);
      }
      // The password is kept before it is sent: if the answer gets lost, we can ask again with it.
      Path pending = file.resolveSibling(file.getFileName() + ".joining");
      Login login = present(pending, token.ca()).orElseGet(() -> fresh(token, id));
      LoginFile.write(pending, login);
      ask(token, login);
      LoginFile.write(file, login);
      Files.deleteIfExists(pending);
      return login;
    } catch (IllegalArgumentException e) {
      throw new CommandException("--join: " + e.getMessage());
    } catch (ConnectionTrial.RefusedException e) {
      throw new CommandException(
          "the hub does not let "
              + id
              + " in: the token was used or has expired, or there is a board of that name (make"
              + " another token on the hub with 'coterie credential invite', or choose another"
              + " --id)");
    } catch (IOException e) {
      throw new CommandException("cannot join: " + e.getMessage());
    }
  }

  private static Optional<Login> present(Path file, String ca) throws IOException {
    if (!Files.exists(file)) {
      return Optional.empty();
    }
    return Optional.of(LoginFile.read(file)).filter(login -> login.ca().equals(ca));
  }

  /** The hub may have got other addresses since. */
  private static Login movedTo(String brokers, Login login, Path file) throws IOException {
    Login moved = new Login(login.user(), login.password(), login.ca(), brokers);
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

  private static void ask(JoinToken token, Login login) throws IOException {
    Login enrolling =
        new Login(
            Door.ENROL + login.user(), token.secret() + ":" + login.password(), token.ca(), "");
    ConnectionTrial.run(
        ConnectionOptions.of(token.addresses(), "coterie-enrol-" + login.user())
            .withLogin(Optional.of(enrolling)));
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
