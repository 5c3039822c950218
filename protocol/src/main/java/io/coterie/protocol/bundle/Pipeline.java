package io.coterie.protocol.bundle;

import io.coterie.protocol.json.Check;
import java.util.List;
import java.util.Optional;

/**
 * A network with several exits, cut into segments that different boards can compute (strategy
 * mdi-exit). Segments and exits count from 1: segment k ends in exit k.
 *
 * @param name of the network; unique within the bundle
 * @param segments from the image to the last exit; 1 to 16
 * @param whole the same network uncut and without autoencoders: {@code input} to the {@code logits}
 *     of the last exit; kept for comparison and never deployed
 * @param wholeValidation accuracy of the uncut network in [0, 1] on held-out training data; what it
 *     is above the first operating point is the autoencoders' cost
 * @param wholeTest the same on the test data; reported, never used for a choice
 * @param policies what each exit policy offers, max-softmax among them; their {@code student} is
 *     the pipeline's name
 */
public record Pipeline(
    String name,
    List<Segment> segments,
    ModelFile whole,
    double wholeValidation,
    double wholeTest,
    List<ExitTable> policies) {
  private static final int MOST_SEGMENTS = 16;

  public Pipeline {
    Check.text(name, "pipeline.name");
    segments = Check.list(segments, "pipeline.segments");
    Check.present(whole, "pipeline.whole");
    Check.fraction(wholeValidation, "pipeline.wholeValidation");
    Check.fraction(wholeTest, "pipeline.wholeTest");
    policies = Check.list(policies, "pipeline.policies");
    if (segments.isEmpty() || segments.size() > MOST_SEGMENTS) {
      throw new IllegalArgumentException(
          "must be 1 to " + MOST_SEGMENTS + " segments: pipeline " + name);
    }
    for (int i = 0; i < segments.size(); i++) {
      if (segments.get(i).activation().isEmpty() != (i == segments.size() - 1)) {
        throw new IllegalArgumentException(
            "every segment but the last must have an activation: pipeline " + name);
      }
    }
    for (ExitTable table : policies) {
      checkTable(name, segments.size(), table);
    }
    if (policies.stream().noneMatch(table -> table.policy() == ExitPolicy.MAX_SOFTMAX)) {
      throw new IllegalArgumentException("must have points for max-softmax: pipeline " + name);
    }
  }

  private static void checkTable(String name, int exits, ExitTable table) {
    if (!table.student().equals(name) || table.policy().comparesExits()) {
      throw new IllegalArgumentException(
          "a pipeline has points of its own name for policies that judge one exit at a time: "
              + "pipeline=%s points of %s for %s".formatted(name, table.policy(), table.student()));
    }
    for (OperatingPoint point : table.points()) {
      if (point.exits().size() != exits) {
        throw new IllegalArgumentException(
            "pipeline %s has %d exits, a point of %s has %d"
                .formatted(name, exits, table.policy(), point.exits().size()));
      }
    }
  }

  /** Number of segments, which is that of its exits. */
  public int exits() {
    return segments.size();
  }

  /** Segment k, from 1. */
  public Segment segment(int k) {
    return segments.get(k - 1);
  }

  /** What a policy offers. */
  public Optional<ExitTable> table(ExitPolicy policy) {
    return policies.stream().filter(table -> table.policy() == policy).findFirst();
  }

  /** Floating-point operations for one frame up to an exit, from 1. */
  public long flopsTo(int exit) {
    return segments.subList(0, exit).stream().mapToLong(Segment::flops).sum();
  }
}
