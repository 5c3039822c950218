package io.coterie.hub;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class CloserTest {
  private final List<String> closed = new ArrayList<>();
  private final Closer closer = new Closer();

  @Test
  void closesTheLastFirstAndOnce() {
    closer.add(() -> closed.add("broker"));
    closer.add(() -> closed.add("agent"));
    closer.close();
    closer.close();
    assertEquals(List.of("agent", "broker"), closed);
  }

  @Test
  void closesTheRestWhereAPartFails() {
    closer.add(() -> closed.add("broker"));
    closer.add(
        () -> {
          throw new IllegalStateException("agent");
        });
    closer.add(
        () -> {
          throw new IllegalStateException("pages");
        });
    IllegalStateException thrown = assertThrows(IllegalStateException.class, closer::close);
    assertEquals("pages", thrown.getMessage());
    assertEquals("agent", thrown.getSuppressed()[0].getMessage());
    assertEquals(List.of("broker"), closed);
  }
}
