package io.coterie.planner.cost;

import io.coterie.protocol.bundle.Partition;
import io.coterie.protocol.bundle.Student;
import io.coterie.protocol.json.Check;
import java.util.Map;

/**
 * Predicts when a portion is out: {@code t(n,k,s) = F_s / c_n + Q |P_k| / r_n}. The shape is that
 * of RoCoIn (Wang et al., arXiv 2406.14185); the exact terms are ours. A measured inference latency
 * replaces the first term, because the link is not part of what a board measures.
 *
 * @param measuredSeconds inference latencies that boards measured, each > 0
 * @param bitsPerValue Q, what one value of a portion takes on the link, > 0
 */
public record CostModel(Map<Measurement, Double> measuredSeconds, int bitsPerValue) {
  private static final int FLOAT = 32;

  public CostModel {
    measuredSeconds = Check.mapOrEmpty(measuredSeconds);
    measuredSeconds.forEach((what, seconds) -> Check.positive(seconds, "latency of " + what));
    Check.positive(bitsPerValue, "bitsPerValue");
  }

  /** With portions of float32. */
  public CostModel(Map<Measurement, Double> measuredSeconds) {
    this(measuredSeconds, FLOAT);
  }

  /** The same with portions that take other space on the link. */
  public CostModel withBitsPerValue(int bits) {
    return new CostModel(measuredSeconds, bits);
  }

  /** What was measured: one student's model on one board. */
  public record Measurement(String deviceId, String modelSha256) {
    public Measurement {
      Check.text(deviceId, "deviceId");
      Check.text(modelSha256, "modelSha256");
    }
  }

  /** The model alone, without any measurement. */
  public static CostModel unmeasured() {
    return new CostModel(Map.of());
  }

  /** Seconds from a frame's arrival until the board has sent the student's portion. */
  public double portionSeconds(Device device, Partition partition, Student student) {
    double modelled = student.flops() / device.flopsPerSecond();
    double compute =
        measuredSeconds.getOrDefault(new Measurement(device.id(), student.digest()), modelled);
    return compute + (double) bitsPerValue * partition.size() / device.uplinkBitsPerSecond();
  }
}
