/** Spans of traced frames, for whoever collects them with OpenTelemetry. */
package io.coterie.protocol.trace;
