package io.coterie.client.doctor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.coterie.protocol.bus.ConnectionTrial.Limits;
import java.io.IOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.UnknownHostException;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import javax.net.ssl.SSLHandshakeException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class BrokerChecksTest {
  private static final URI PLAIN = URI.create("mqtt://10.0.0.1:1883");
  private static final URI TLS = URI.create("mqtts://10.0.0.1:8883");

  @ParameterizedTest
  @EnumSource(ProbeFailure.Kind.class)
  void everyTroubleHasACureWithACommand(ProbeFailure.Kind kind) {
    for (URI address : List.of(PLAIN, TLS)) {
      for (Optional<String> user : List.of(Optional.<String>empty(), Optional.of("cam"))) {
        BrokerFacts facts =
            new BrokerFacts(
                address, Optional.of(new ProbeFailure(kind, "because")), Optional.empty(), user);
        List<Finding> findings = BrokerChecks.of(facts);
        assertEquals(1, findings.size());
        assertEquals(Finding.Level.PROBLEM, findings.get(0).level());
        assertTrue(findings.get(0).found().startsWith(address.toString()));
        String cure = findings.get(0).cure();
        assertTrue(cure.matches(".*(coterie |--broker |sudo ).*"), cure);
      }
    }
  }

  @Test
  void tellsTroublesApartByWhatWasThrown() {
    Map<Throwable, ProbeFailure.Kind> kinds =
        Map.of(
            new UnknownHostException("hub"), ProbeFailure.Kind.UNKNOWN_HOST,
            new ConnectException("Connection refused"), ProbeFailure.Kind.NOBODY_LISTENS,
            new NoRouteToHostException("no route"), ProbeFailure.Kind.NO_ANSWER,
            new SocketTimeoutException("Connect timed out"), ProbeFailure.Kind.NO_ANSWER,
            new CertificateExpiredException("NotAfter"), ProbeFailure.Kind.EXPIRED,
            new CertificateNotYetValidException("NotBefore"), ProbeFailure.Kind.NOT_YET_VALID,
            new CertPathBuilderException("no path"), ProbeFailure.Kind.UNTRUSTED,
            new CertificateException("this is another hub than"), ProbeFailure.Kind.OTHER_HUB,
            new SocketException("Connection reset"), ProbeFailure.Kind.NOT_TLS);
    kinds.forEach(
        (cause, kind) -> {
          Exception handshake = new SSLHandshakeException("failed");
          handshake.initCause(cause);
          ProbeFailure failure =
              ProbeFailure.of(new IOException("broker: failed", handshake), true);
          assertEquals(new ProbeFailure(kind, cause.getMessage()), failure);
        });
    assertEquals(
        ProbeFailure.Kind.NOT_MQTT, ProbeFailure.of(new SocketException("reset"), false).kind());
  }

  private static Finding limits(Limits limits) {
    BrokerFacts facts =
        new BrokerFacts(PLAIN, Optional.empty(), Optional.of(limits), Optional.empty());
    List<Finding> findings = BrokerChecks.of(facts);
    assertEquals(Finding.Level.OK, findings.get(0).level());
    assertEquals(BrokerChecks.allows(facts), findings.get(1).level() == Finding.Level.OK);
    return findings.get(1);
  }

  @Test
  void saysWhatABrokerDoesNotAllow() {
    assertEquals(Finding.Level.OK, limits(new Limits(2, true, OptionalLong.empty())).level());
    assertEquals(Finding.Level.OK, limits(new Limits(1, true, OptionalLong.of(64 << 20))).level());
    assertTrue(limits(new Limits(0, true, OptionalLong.empty())).found().contains("QoS 1"));
    assertTrue(limits(new Limits(2, false, OptionalLong.empty())).found().contains("retained"));
    assertTrue(
        limits(new Limits(2, true, OptionalLong.of(8 << 20))).found().contains("8388608 bytes"));
  }
}
