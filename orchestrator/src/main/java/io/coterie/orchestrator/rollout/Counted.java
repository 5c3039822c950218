package io.coterie.orchestrator.rollout;

import io.coterie.protocol.message.Report;
import io.coterie.protocol.message.ResultCounts;

/**
 * What an agent's report counts of a deployment, since it began.
 *
 * @param frames answered, or taken in by the source of a pipeline
 * @param wrong of these, those that were not answered with all portions in time; and portions that
 *     were no numbers
 * @param failures inferences that failed, whatever they were for
 */
record Counted(long incarnation, long frames, long wrong, long failures) {

  static Counted of(Report report, String deployment) {
    long frames = 0;
    long wrong = 0;
    for (Report.FuserReport fused : report.fused()) {
      if (fused.deployment().equals(deployment)) {
        ResultCounts answers = fused.answers();
        long bad = answers.degraded() + answers.expired() + answers.rejected();
        frames += answers.ok() + bad;
        wrong += bad + fused.garbage();
      }
    }
    for (Report.PipelineReport piped : report.pipelines()) {
      if (piped.deployment().equals(deployment) && piped.source() != null) {
        frames += piped.source().admitted();
        wrong += piped.source().expired();
      }
    }
    return new Counted(report.incarnation(), frames, wrong, report.failures());
  }

  /** What is new since the report before; all of it where counting began anew meanwhile. */
  Tally since(Counted before) {
    boolean restarted = incarnation != before.incarnation;
    boolean anew = restarted || frames < before.frames || wrong < before.wrong;
    long newFailures = restarted ? failures : Math.max(0, failures - before.failures);
    return anew
        ? new Tally(frames, wrong + newFailures)
        : new Tally(frames - before.frames, wrong - before.wrong + newFailures);
  }
}
