package io.coterie.broker;

import java.net.InetAddress;
import java.util.Optional;
import java.util.function.Predicate;

/** Decides who may connect. Called on a broker thread for every connection. */
@FunctionalInterface
public interface Authenticator {
  /**
   * Returns the principal of a client that may connect, and nothing for a client that is refused.
   */
  Optional<Principal> authenticate(ConnectRequest request);

  /**
   * Whether some principals have restricted rights. If none has, the broker authorises no single
   * message, which saves a change of threads for each.
   */
  default boolean restrictsClients() {
    return true;
  }

  /** Accepts every client on this machine and nobody else. */
  static Authenticator loopbackOnly() {
    return unrestricted(ConnectRequest::onThisMachine);
  }

  /** Accepts every client that can reach the port. */
  static Authenticator everybody() {
    return unrestricted(request -> true);
  }

  private static Authenticator unrestricted(Predicate<ConnectRequest> welcome) {
    return new Authenticator() {
      @Override
      public Optional<Principal> authenticate(ConnectRequest request) {
        return welcome.test(request) ? Optional.of(Principal.TRUSTED) : Optional.empty();
      }

      @Override
      public boolean restrictsClients() {
        return false;
      }
    };
  }

  /**
   * A client's request to connect.
   *
   * @param address the client's address, if it is known
   * @param encrypted whether the connection uses TLS
   * @param userName empty if the client gave none
   * @param password empty if the client gave none
   */
  record ConnectRequest(
      String clientId,
      Optional<InetAddress> address,
      boolean encrypted,
      String userName,
      byte[] password) {
    /** Whether the client runs on the broker's machine. */
    public boolean onThisMachine() {
      return address.map(InetAddress::isLoopbackAddress).orElse(false);
    }
  }

  /**
   * An authenticated client.
   *
   * @param name the user's name; empty for clients that need none
   */
  record Principal(String name, TopicAuthorizer authorizer) {
    /** A client with unrestricted rights, such as one on the hub itself. */
    public static final Principal TRUSTED = new Principal("", TopicAuthorizer.all());
  }
}
