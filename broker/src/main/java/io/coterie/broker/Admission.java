package io.coterie.broker;

import java.net.InetAddress;
import java.util.Optional;

/** Decides who may connect. Called on a broker thread for every connection: must not block. */
@FunctionalInterface
public interface Admission {
  /** Whether the client may connect. */
  boolean admits(Applicant applicant);

  /** Everybody on this machine and nobody else. */
  static Admission loopbackOnly() {
    return applicant -> applicant.address().map(InetAddress::isLoopbackAddress).orElse(false);
  }

  /** Everybody who can reach the port. */
  static Admission everybody() {
    return applicant -> true;
  }

  /**
   * Who asks.
   *
   * @param address where from, as far as known
   * @param userName empty where none was given
   * @param password empty where none was given
   */
  record Applicant(
      String clientId, Optional<InetAddress> address, String userName, byte[] password) {}
}
