package io.coterie.planner.placement;

import io.coterie.planner.cost.Device;
import io.coterie.protocol.bundle.Partition;
import io.coterie.protocol.bundle.Partitioning;
import io.coterie.protocol.bundle.Student;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/** Students on boards, under construction; guards the boards' memory. Not thread-safe. */
final class Layout {
  private final Partitioning partitioning;
  private final SortedMap<Integer, Slot> slots = new TreeMap<>();

  Layout(Partitioning partitioning) {
    this.partitioning = partitioning;
  }

  /** A hosted partition: the student, and the boards that run it; at least one. */
  record Slot(int partition, Student student, List<Device> members) {}

  Partitioning partitioning() {
    return partitioning;
  }

  Partition partition(int number) {
    return partitioning.partitions().get(number);
  }

  Collection<Slot> slots() {
    return Collections.unmodifiableCollection(slots.values());
  }

  List<Device> members(int partition) {
    Slot slot = slots.get(partition);
    return slot == null ? List.of() : Collections.unmodifiableList(slot.members());
  }

  List<Integer> missing() {
    List<Integer> missing = new ArrayList<>();
    for (int p = 0; p < partitioning.k(); p++) {
      if (members(p).isEmpty()) {
        missing.add(p);
      }
    }
    return missing;
  }

  List<Slot> hostedBy(Device device) {
    return slots.values().stream().filter(slot -> slot.members().contains(device)).toList();
  }

  boolean fits(Device device, Student student) {
    long used = hostedBy(device).stream().mapToLong(slot -> slot.student().memoryBytes()).sum();
    return used + student.memoryBytes() <= device.memoryBytes();
  }

  /** Makes the board a member of the partition's group; the student counts for a new group only. */
  void add(int partition, Student student, Device device) {
    slots
        .computeIfAbsent(partition, p -> new Slot(p, student, new ArrayList<>()))
        .members()
        .add(device);
  }

  void remove(int partition, Device device) {
    slots.computeIfPresent(
        partition,
        (p, slot) -> {
          slot.members().remove(device);
          return slot.members().isEmpty() ? null : slot;
        });
  }

  Student student(int partition) {
    return slots.get(partition).student();
  }

  Layout copy() {
    Layout copy = new Layout(partitioning);
    slots.forEach(
        (p, slot) ->
            copy.slots.put(p, new Slot(p, slot.student(), new ArrayList<>(slot.members()))));
    return copy;
  }
}
