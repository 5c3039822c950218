package io.coterie.protocol.trace;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.coterie.protocol.bus.Message;
import io.opentelemetry.api.GlobalOpenTelemetry;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.testing.exporter.InMemorySpanExporter;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class TraceTest {
  private static final String PARENT = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

  @BeforeEach
  @AfterEach
  void forget() {
    GlobalOpenTelemetry.resetForTest();
  }

  private static Trace of(String text) {
    return Trace.of(Message.to("frames").build().with(Trace.PROPERTY, text));
  }

  @Test
  void handsTheTraceOnWhereNobodyCollects() {
    assertEquals(PARENT, of(PARENT).done("student", System.nanoTime(), Map.of()).parent());
  }

  @Test
  void recordsWhatWasDoneAsAPartOfTheTrace() {
    InMemorySpanExporter spans = InMemorySpanExporter.create();
    SdkTracerProvider provider =
        SdkTracerProvider.builder().addSpanProcessor(SimpleSpanProcessor.create(spans)).build();
    GlobalOpenTelemetry.set(OpenTelemetrySdk.builder().setTracerProvider(provider).build());
    long startNs = System.nanoTime() - TimeUnit.MILLISECONDS.toNanos(5);
    Trace after = of(PARENT).done("student", startNs, Map.of("agent", "a"));
    SpanData span = spans.getFinishedSpanItems().get(0);
    assertEquals("student", span.getName());
    assertEquals("b7ad6b7169203331", span.getParentSpanId());
    assertEquals("00-0af7651916cd43dd8448eb211c80319c-" + span.getSpanId() + "-01", after.parent());
    long tookNs = span.getEndEpochNanos() - span.getStartEpochNanos();
    assertTrue(tookNs >= TimeUnit.MILLISECONDS.toNanos(5), () -> "took " + tookNs);
    assertEquals("a", span.getAttributes().asMap().values().iterator().next());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "00",
        "01-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
        "00-00000000000000000000000000000000-b7ad6b7169203331-01",
        "00-0af7651916cd43dd8448eb211c80319c-b7ad6b716920333z-01",
        "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-more"
      })
  void makesNothingOfWhatIsNoTrace(String text) {
    assertTrue(of(text).done("student", System.nanoTime(), Map.of()).isNone());
  }

  @Test
  void leavesMessagesAloneThatAreNotTraced() {
    Message message = Message.to("frames").payload("x").build();
    assertSame(message, Trace.NONE.mark(message));
    assertEquals(PARENT, of(PARENT).mark(message).property(Trace.PROPERTY));
  }
}
