package io.coterie.protocol.trace;

import io.coterie.protocol.WallClock;
import io.coterie.protocol.bus.Message;
import io.opentelemetry.api.GlobalOpenTelemetry;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanBuilder;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.propagation.TextMapGetter;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * What a message is a part of, as the W3C's Trace Context says it. Spans go to the OpenTelemetry
 * that is installed in the process; without one, traces are handed on and nothing is recorded.
 *
 * <p>Immutable; thread-safe.
 *
 * @param parent text of the user property {@value #PROPERTY}; empty where nothing is traced
 */
public record Trace(String parent) {
  /** The user property of frames, portions and results. */
  public static final String PROPERTY = "traceparent";

  /** Not traced. */
  public static final Trace NONE = new Trace("");

  private static final int LENGTH = 55;

  /** What makes a time of day of {@link System#nanoTime()}. */
  private static final long EPOCH_NS =
      TimeUnit.MILLISECONDS.toNanos(WallClock.ms()) - System.nanoTime();

  private static final TextMapGetter<Trace> GETTER =
      new TextMapGetter<>() {
        @Override
        public String get(Trace trace, String key) {
          return key.equals(PROPERTY) && trace != null ? trace.parent() : null;
        }
      };

  /** The message's; none where it has none, or one of another version than 00. */
  public static Trace of(Message message) {
    String parent = message.property(PROPERTY);
    return parent.length() == LENGTH && parent.startsWith("00-") ? new Trace(parent) : NONE;
  }

  public boolean isNone() {
    return parent.isEmpty();
  }

  /**
   * Records what has been done until now.
   *
   * @param startNs when it began, by {@link System#nanoTime()}
   * @param attributes by names without the prefix {@code coterie.}
   * @return for messages that follow from it
   */
  public Trace done(String what, long startNs, Map<String, String> attributes) {
    if (isNone()) {
      return this;
    }
    Context context = W3CTraceContextPropagator.getInstance().extract(Context.root(), this, GETTER);
    if (!Span.fromContext(context).getSpanContext().isValid()) {
      return NONE;
    }
    SpanBuilder builder =
        GlobalOpenTelemetry.getTracer("io.coterie")
            .spanBuilder(what)
            .setParent(context)
            .setSpanKind(SpanKind.CONSUMER)
            .setStartTimestamp(EPOCH_NS + startNs, TimeUnit.NANOSECONDS);
    attributes.forEach((name, value) -> builder.setAttribute("coterie." + name, value));
    Span span = builder.startSpan();
    span.end(EPOCH_NS + System.nanoTime(), TimeUnit.NANOSECONDS);
    Map<String, String> carrier = new HashMap<>();
    W3CTraceContextPropagator.getInstance()
        .inject(context.with(span), carrier, (map, name, value) -> map.put(name, value));
    return new Trace(carrier.getOrDefault(PROPERTY, ""));
  }

  /** The message as a part of this trace. */
  public Message mark(Message message) {
    return isNone() ? message : message.with(PROPERTY, parent);
  }
}
