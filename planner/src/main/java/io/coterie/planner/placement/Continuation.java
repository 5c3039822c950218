package io.coterie.planner.placement;

import io.coterie.planner.cost.Device;
import io.coterie.protocol.bundle.Student;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * The plan in force, continued with the boards there are now, so that nobody moves without need:
 * loading another student costs a board seconds, during which its group is one short.
 */
final class Continuation {
  private Continuation() {}

  /** The previous plan without lost boards, repaired; empty where it was of another bundle. */
  static Optional<Candidate> of(Plan previous, Evaluator evaluator, List<Device> devices) {
    Map<String, Device> byId =
        devices.stream().collect(Collectors.toMap(Device::id, Function.identity()));
    Layout layout = new Layout(evaluator.partitioning());
    for (Plan.PlannedPartition planned : previous.partitions()) {
      Optional<Student> student = student(layout, planned);
      if (student.isEmpty()) {
        return Optional.empty();
      }
      for (String id : planned.members()) {
        Device device = byId.get(id);
        boolean free = device != null && !layout.members(planned.partition()).contains(device);
        if (free && layout.fits(device, student.get())) {
          layout.add(planned.partition(), student.get(), device);
        }
      }
    }
    Recruiting recruiting = new Recruiting(evaluator, devices);
    Candidate kept = recruiting.finish(evaluator.evaluate(layout.copy()));
    recruiting.strengthen(layout);
    Candidate strengthened = recruiting.finish(evaluator.evaluate(layout));
    return Optional.of(kept.isWorthKeeping(strengthened) ? kept : strengthened);
  }

  private static Optional<Student> student(Layout layout, Plan.PlannedPartition planned) {
    return layout.partition(planned.partition()).students().stream()
        .filter(student -> student.model().sha256().equals(planned.modelSha256()))
        .findFirst();
  }
}
