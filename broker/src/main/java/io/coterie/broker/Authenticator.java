package io.coterie.broker;

import java.net.InetAddress;
import java.util.Optional;
import java.util.function.Predicate;

/** Decides who may connect. Called on a broker thread for every connection. */
@FunctionalInterface
public interface Authenticator {
  /** Who the client is, if it may connect. */
  Optional<Principal> authenticate(ConnectRequest request);

  /**
   * Whether some of those that it lets in may not do everything. Where nobody is limited, the
   * broker does not ask for every message, which costs it a change of threads.
   */
  default boolean restrictsClients() {
    return true;
  }

  /** Everybody on this machine and nobody else. */
  static Authenticator loopbackOnly() {
    return unrestricted(ConnectRequest::onThisMachine);
  }

  /** Everybody who can reach the port. */
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
   * Who asks.
   *
   * @param address where from, as far as known
   * @param encrypted whether the connection uses TLS
   * @param userName empty where none was given
   * @param password empty where none was given
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
   * Who was let in.
   *
   * @param name the user's name; empty for those who need none
   */
  record Principal(String name, TopicAuthorizer authorizer) {
    /** Who may do everything, such as people on the hub itself. */
    public static final Principal TRUSTED = new Principal("", TopicAuthorizer.all());
  }
}
