// Results by second, for charts.

/** Seconds that are kept. */
export const KEPT = 120;

/** Seconds that charts show at least. */
const SHORTEST = 30;

/** Latencies of one second that are kept: enough for percentiles. */
const MOST_LATENCIES = 500;

const OUTCOMES = ["ok", "degraded", "expired", "rejected"];

const empty = (second) => ({
  second,
  frames: 0,
  ok: 0,
  degraded: 0,
  expired: 0,
  rejected: 0,
  latencies: [],
});

/** The value below which the given part of the values lies (nearest rank); null for none. */
export function percentile(values, part) {
  if (values.length === 0) {
    return null;
  }
  const sorted = Float64Array.from(values).sort();
  return sorted[Math.min(sorted.length - 1, Math.ceil(part * sorted.length) - 1)];
}

export class Seconds {
  constructor() {
    this.bySecond = new Map();
    /** The second of the first result; it was not heard in full. */
    this.since = null;
  }

  add(outcome, latencyMs, nowMs) {
    if (!OUTCOMES.includes(outcome)) {
      return;
    }
    const second = Math.floor(nowMs / 1000);
    this.since ??= second;
    let entry = this.bySecond.get(second);
    if (!entry) {
      entry = empty(second);
      this.bySecond.set(second, entry);
      for (const old of this.bySecond.keys()) {
        if (old <= second - KEPT) {
          this.bySecond.delete(old);
        }
      }
    }
    entry.frames++;
    entry[outcome]++;
    const answered = outcome === "ok" || outcome === "degraded";
    if (answered && Number.isFinite(latencyMs) && entry.latencies.length < MOST_LATENCIES) {
      entry.latencies.push(latencyMs);
    }
  }

  /** The last complete seconds. */
  last(count, nowMs) {
    const now = Math.floor(nowMs / 1000);
    const seconds = [];
    for (let second = now - count; second < now; second++) {
      seconds.push(this.bySecond.get(second) ?? empty(second));
    }
    return seconds;
  }

  /** Columns for charts, oldest first: seconds, median, 95th percentile, outcomes per second. */
  columns(nowMs) {
    const age = this.since === null ? 0 : Math.floor(nowMs / 1000) - this.since;
    const seconds = this.last(Math.max(SHORTEST, Math.min(KEPT, age)), nowMs);
    return {
      time: seconds.map((entry) => entry.second),
      p50: seconds.map((entry) => percentile(entry.latencies, 0.5)),
      p95: seconds.map((entry) => percentile(entry.latencies, 0.95)),
      ...Object.fromEntries(
        OUTCOMES.map((outcome) => [outcome, seconds.map((entry) => entry[outcome])]),
      ),
    };
  }
}
