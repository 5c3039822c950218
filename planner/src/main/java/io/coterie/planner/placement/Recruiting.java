package io.coterie.planner.placement;

import io.coterie.planner.cost.Device;
import io.coterie.planner.cost.Reliability;
import io.coterie.protocol.bundle.Student;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Changes a layout by as few boards as possible (rules ours): groups that are empty or too weak get
 * boards that are idle, else boards another group can spare, else a board that takes one more
 * student; idle boards join where they help; boards with several students drop those that others
 * do.
 */
final class Recruiting {
  private final Evaluator evaluator;
  private final List<Device> devices;

  /**
   * @param devices every board of the fleet
   */
  Recruiting(Evaluator evaluator, List<Device> devices) {
    this.evaluator = evaluator;
    this.devices = devices;
  }

  /** Fills and strengthens groups, the weakest first, as far as the boards allow. */
  void strengthen(Layout layout) {
    Set<Integer> givenUp = new HashSet<>();
    for (Optional<Integer> weak = weakest(layout, givenUp);
        weak.isPresent();
        weak = weakest(layout, givenUp)) {
      int partition = weak.get();
      if (!recruit(layout, partition)) {
        givenUp.add(partition);
      }
    }
  }

  private Optional<Integer> weakest(Layout layout, Set<Integer> givenUp) {
    List<Integer> weak = new ArrayList<>();
    for (int p = 0; p < evaluator.partitioning().k(); p++) {
      List<Device> members = layout.members(p);
      if (!givenUp.contains(p) && (members.isEmpty() || !evaluator.meetsTarget(members))) {
        weak.add(p);
      }
    }
    return weak.stream()
        .min(Comparator.comparingDouble(p -> Reliability.groupSuccess(layout.members(p))));
  }

  private boolean recruit(Layout layout, int partition) {
    List<Device> idle =
        devices.stream().filter(device -> layout.hostedBy(device).isEmpty()).toList();
    if (join(layout, partition, idle)) {
      return true;
    }
    List<Device> spare = devices.stream().filter(device -> canLeave(layout, device)).toList();
    if (moveHere(layout, partition, spare)) {
      return true;
    }
    return join(layout, partition, devices);
  }

  /** The board that is then done soonest joins, if one has the memory. */
  private boolean join(Layout layout, int partition, List<Device> from) {
    Optional<Device> chosen =
        from.stream()
            .filter(device -> studentFor(layout, partition, device).isPresent())
            .min(Comparator.comparingDouble(device -> doneSeconds(layout, partition, device)));
    chosen.ifPresent(device -> add(layout, partition, device));
    return chosen.isPresent();
  }

  private boolean moveHere(Layout layout, int partition, List<Device> from) {
    for (Device device :
        from.stream().sorted(Comparator.comparing(Device::flopsPerSecond).reversed()).toList()) {
      int left = layout.hostedBy(device).get(0).partition();
      Student student = layout.student(left);
      layout.remove(left, device);
      if (left != partition && studentFor(layout, partition, device).isPresent()) {
        add(layout, partition, device);
        return true;
      }
      layout.add(left, student, device);
    }
    return false;
  }

  /** Whether the board's only group meets the target without it. */
  private boolean canLeave(Layout layout, Device device) {
    List<Layout.Slot> hosted = layout.hostedBy(device);
    return hosted.size() == 1 && canDoWithout(hosted.get(0), device);
  }

  private boolean canDoWithout(Layout.Slot slot, Device device) {
    List<Device> rest = new ArrayList<>(slot.members());
    rest.remove(device);
    return !rest.isEmpty() && evaluator.meetsTarget(rest);
  }

  /**
   * Puts idle boards to use and takes needless load off others; a second call changes nothing.
   *
   * <p>An idle board joins the group where it helps most; one that would only spoil the plan, such
   * as by missing the deadline, stays idle.
   */
  Candidate finish(Candidate start) {
    Candidate before = start;
    Candidate after = enlistIdle(before);
    while (!after.equals(before)) {
      before = after;
      after = enlistIdle(before);
    }
    return relieved(after);
  }

  private Candidate enlistIdle(Candidate start) {
    Candidate current = start;
    for (Device device : devices) {
      if (current.layout().hostedBy(device).isEmpty()) {
        current = enlist(current, device);
      }
    }
    return current;
  }

  private Candidate enlist(Candidate current, Device device) {
    List<Candidate> options = new ArrayList<>();
    for (Layout.Slot slot : current.layout().slots()) {
      if (current.layout().fits(device, slot.student())) {
        Layout layout = current.layout().copy();
        layout.add(slot.partition(), slot.student(), device);
        Candidate option = evaluator.evaluate(layout);
        if (option.rank() >= current.rank()) {
          options.add(option);
        }
      }
    }
    return options.isEmpty() ? current : Candidate.best(options);
  }

  /**
   * Takes students off boards that host several, where the others of the group meet the target, if
   * that makes the plan clearly faster.
   */
  private Candidate relieved(Candidate loaded) {
    Layout layout = loaded.layout().copy();
    for (Device device : devices) {
      for (Layout.Slot slot : layout.hostedBy(device)) {
        if (layout.hostedBy(device).size() > 1 && canDoWithout(slot, device)) {
          layout.remove(slot.partition(), device);
        }
      }
    }
    Candidate relieved = evaluator.evaluate(layout);
    return relieved.isClearlyFasterThan(loaded) ? relieved : loaded;
  }

  private void add(Layout layout, int partition, Device device) {
    layout.add(partition, studentFor(layout, partition, device).orElseThrow(), device);
  }

  private double doneSeconds(Layout layout, int partition, Device device) {
    Layout trial = layout.copy();
    add(trial, partition, device);
    return evaluator.busySeconds(trial, device);
  }

  /** The group's student if the board can host it too; the best that fits for an empty group. */
  private Optional<Student> studentFor(Layout layout, int partition, Device device) {
    List<Device> members = layout.members(partition);
    if (members.contains(device)) {
      return Optional.empty();
    }
    if (members.isEmpty()) {
      return evaluator.bestStudent(layout, partition, List.of(device));
    }
    Student student = layout.student(partition);
    return layout.fits(device, student) ? Optional.of(student) : Optional.empty();
  }
}
