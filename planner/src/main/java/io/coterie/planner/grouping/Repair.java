package io.coterie.planner.grouping;

import io.coterie.planner.cost.Device;
import io.coterie.planner.cost.Reliability;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Gives groups that miss the success target more members (rules ours). The weakest such group gets
 * the nearest device of a group that still meets the target without it. Where nobody can spare one,
 * it is merged with the group whose leader is nearest, or stays as it is.
 *
 * <p>Ends: no group that meets the target ever falls below it, and every step adds a device to one
 * that does not, gives up on one, or takes away a group.
 */
final class Repair {
  private final List<List<Device>> groups = new ArrayList<>();
  private final Set<List<Device>> givenUp = new HashSet<>();
  private final Likeness likeness;
  private final double target;

  private Repair(List<List<Device>> groups, Likeness likeness, double target) {
    groups.forEach(group -> this.groups.add(new ArrayList<>(group)));
    this.likeness = likeness;
    this.target = target;
  }

  /** Moves and merges; one group is left where the target cannot be met otherwise. */
  static Grouping withMerging(List<List<Device>> groups, Likeness likeness, double target) {
    return new Repair(groups, likeness, target).run(true);
  }

  /** Moves only: as many groups come back as went in, and some may miss the target. */
  static Grouping byMoving(List<List<Device>> groups, Likeness likeness, double target) {
    return new Repair(groups, likeness, target).run(false);
  }

  private Grouping run(boolean merging) {
    for (Optional<List<Device>> weak = weakest(); weak.isPresent(); weak = weakest()) {
      List<Device> group = weak.get();
      if (!takeNearestSpare(group) && !(merging && mergeIntoNearest(group))) {
        givenUp.add(List.copyOf(group));
      }
    }
    return new Grouping(groups);
  }

  private Optional<List<Device>> weakest() {
    return groups.stream()
        .filter(group -> !Grouping.meets(group, target) && !givenUp.contains(group))
        .min(Comparator.comparingDouble(Reliability::groupSuccess));
  }

  private boolean takeNearestSpare(List<Device> group) {
    List<Device> donor = null;
    Device spare = null;
    for (List<Device> other : groups) {
      for (Device device : other) {
        if (canSpare(other, device)
            && (spare == null || distance(group, device) < distance(group, spare))) {
          donor = other;
          spare = device;
        }
      }
    }
    if (spare == null) {
      return false;
    }
    donor.remove(spare);
    group.add(spare);
    return true;
  }

  private boolean canSpare(List<Device> group, Device device) {
    List<Device> rest = new ArrayList<>(group);
    rest.remove(device);
    return !rest.isEmpty() && Grouping.meets(group, target) && Grouping.meets(rest, target);
  }

  private boolean mergeIntoNearest(List<Device> group) {
    Optional<List<Device>> nearest =
        groups.stream()
            .filter(other -> !other.equals(group))
            .min(Comparator.comparingDouble(other -> distance(group, other.get(0))));
    nearest.ifPresent(
        other -> {
          groups.remove(group);
          other.addAll(group);
          other.sort(Likeness.STRONGEST_FIRST);
        });
    return nearest.isPresent();
  }

  private double distance(List<Device> group, Device device) {
    return likeness.distance(group.get(0), device);
  }
}
