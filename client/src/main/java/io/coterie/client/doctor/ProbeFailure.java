package io.coterie.client.doctor;

import io.coterie.protocol.bus.ConnectionTrial;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.util.Optional;

/**
 * Why a broker could not be asked.
 *
 * @param detail in the words of whoever noticed
 */
public record ProbeFailure(Kind kind, String detail) {
  /** The usual reasons, each with its own cure. */
  public enum Kind {
    UNKNOWN_HOST,
    NOBODY_LISTENS,
    NO_ANSWER,
    NOT_TLS,
    NOT_MQTT,
    EXPIRED,
    NOT_YET_VALID,
    UNTRUSTED,
    OTHER_HUB,
    REFUSED
  }

  /**
   * Reads the reason off what was thrown; the innermost telling cause counts.
   *
   * @param tls whether the broker was asked with TLS
   */
  public static ProbeFailure of(Throwable thrown, boolean tls) {
    Kind kind = tls ? Kind.NOT_TLS : Kind.NOT_MQTT;
    Throwable telling = thrown;
    for (Throwable cause = thrown; cause != null; cause = cause.getCause()) {
      Optional<Kind> told = kind(cause);
      kind = told.orElse(kind);
      telling = told.isPresent() || cause.getMessage() != null ? cause : telling;
    }
    String message = telling.getMessage();
    return new ProbeFailure(kind, message == null ? telling.getClass().getSimpleName() : message);
  }

  private static Optional<Kind> kind(Throwable cause) {
    if (cause instanceof ConnectionTrial.RefusedException) {
      return Optional.of(Kind.REFUSED);
    }
    if (cause instanceof UnknownHostException) {
      return Optional.of(Kind.UNKNOWN_HOST);
    }
    if (cause instanceof NoRouteToHostException || cause instanceof SocketTimeoutException) {
      return Optional.of(Kind.NO_ANSWER);
    }
    if (cause instanceof ConnectException) {
      return Optional.of(Kind.NOBODY_LISTENS);
    }
    return certificate(cause);
  }

  private static Optional<Kind> certificate(Throwable cause) {
    if (cause instanceof CertificateExpiredException) {
      return Optional.of(Kind.EXPIRED);
    }
    if (cause instanceof CertificateNotYetValidException) {
      return Optional.of(Kind.NOT_YET_VALID);
    }
    if (cause instanceof CertificateException) {
      boolean other = String.valueOf(cause.getMessage()).contains("another hub");
      return Optional.of(other ? Kind.OTHER_HUB : Kind.UNTRUSTED);
    }
    return cause instanceof CertPathBuilderException
        ? Optional.of(Kind.UNTRUSTED)
        : Optional.empty();
  }
}
