package io.coterie.broker;

import java.net.InetAddress;
import java.util.Optional;
import java.util.function.Predicate;

/** Decides who may connect. Called on a broker thread for every connection. */
@FunctionalInterface
public interface Admission {
  /** Who the client is, if it may connect. */
  Optional<Guest> admit(Applicant applicant);

  /**
   * Whether some of those that it lets in may not do everything. Where nobody is limited, the
   * broker does not ask for every message, which costs it a change of threads.
   */
  default boolean limits() {
    return true;
  }

  /** Everybody on this machine and nobody else. */
  static Admission loopbackOnly() {
    return unlimited(Applicant::onThisMachine);
  }

  /** Everybody who can reach the port. */
  static Admission everybody() {
    return unlimited(applicant -> true);
  }

  private static Admission unlimited(Predicate<Applicant> welcome) {
    return new Admission() {
      @Override
      public Optional<Guest> admit(Applicant applicant) {
        return welcome.test(applicant) ? Optional.of(Guest.TRUSTED) : Optional.empty();
      }

      @Override
      public boolean limits() {
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
  record Applicant(
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
  record Guest(String name, Rights rights) {
    /** Who may do everything, such as people on the hub itself. */
    public static final Guest TRUSTED = new Guest("", Rights.all());
  }
}
