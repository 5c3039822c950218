package io.coterie.agent.boot;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ServiceManagerTest {
  private final BlockingQueue<String> told = new LinkedBlockingQueue<>();

  private ServiceManager manager(String watchdogMicroseconds) {
    return ServiceManager.of(Map.of("WATCHDOG_USEC", watchdogMicroseconds), Optional.of(told::add));
  }

  @Test
  void isReadyBeforeItHasJoined() {
    String outcome = manager("0").aliveDuring("joins", () -> told.remove());
    assertEquals("READY=1\nSTATUS=joins", outcome);
  }

  @Test
  void staysAliveWhileItJoins() {
    ServiceManager manager = manager("3000");
    String sign =
        assertTimeoutPreemptively(
            Duration.ofSeconds(20),
            () -> manager.aliveDuring("joins", () -> told.remove() + taken() + taken()));
    assertEquals("READY=1\nSTATUS=joinsWATCHDOG=1WATCHDOG=1", sign);
  }

  private String taken() {
    try {
      return told.take();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  @Test
  void saysWhatAServiceDoes() {
    manager("60000000")
        .watch(
            (periodMs, listener) -> {
              assertEquals(20_001, periodMs);
              listener.accept("connected");
            });
    assertEquals("WATCHDOG=1\nSTATUS=connected", told.remove());
  }

  @ParameterizedTest
  @CsvSource({"0", "''", "soon", "-5", "99999999999999999999"})
  void isNotWatchedWhereNobodyAsked(String microseconds) {
    manager(microseconds)
        .watch(
            (periodMs, listener) -> {
              throw new AssertionError("watched");
            });
    assertEquals(List.of(), List.copyOf(told));
  }

  @Test
  void announcesItsEnd() {
    manager("0").stoppingBefore(() -> told.add("closed")).run();
    assertEquals(List.of("STOPPING=1", "closed"), List.copyOf(told));
  }

  @Test
  void tellsWhyItCouldNotJoin() {
    assertThrows(
        IllegalStateException.class,
        () ->
            manager("3000")
                .aliveDuring(
                    "joins",
                    () -> {
                      throw new IllegalStateException("no");
                    }));
  }

  @Test
  void saysNothingWithoutAManager() {
    ServiceManager none = ServiceManager.of(Map.of(), Optional.empty());
    assertEquals("done", none.aliveDuring("joins", () -> "done"));
    none.stoppingBefore(() -> {}).run();
    assertEquals(List.of(), List.copyOf(told));
  }
}
