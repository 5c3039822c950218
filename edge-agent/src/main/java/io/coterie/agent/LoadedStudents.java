package io.coterie.agent;

import io.coterie.agent.compute.Processor;
import io.coterie.agent.student.InferenceWorker;
import io.coterie.agent.student.LoadedStudent;
import io.coterie.inference.ModelException;
import io.coterie.protocol.bundle.Manifest;
import io.coterie.protocol.bundle.Strategy;
import io.coterie.protocol.message.Assignment;
import io.coterie.protocol.message.StudentRole;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The students that an agent has in memory. Where another bundle takes their place, they go on
 * beside the new ones for a while: boards do not change over in the same moment, and a frame needs
 * the portions of one bundle from all of them.
 *
 * <p>Lives on the agent's runtime thread.
 */
final class LoadedStudents {
  /**
   * How long students of the previous bundle are kept: longer than boards that have the files need
   * to load them one after the other.
   */
  static final long OVERLAP_NS = 3_000_000_000L;

  /**
   * Of a role, what decides which files are loaded: neither its deadline nor the form of its
   * portions.
   */
  private record Place(
      String deployment, String bundle, Strategy strategy, int k, int partition, String student) {
    static Place of(StudentRole role) {
      return new Place(
          role.deployment(),
          role.bundle(),
          role.strategy(),
          role.k(),
          role.partition(),
          role.student());
    }
  }

  private final InferenceWorker worker;
  private final Processor processor;
  private final Consumer<String> problems;
  private final Map<Place, LoadedStudent> running = new HashMap<>();
  private final Map<Place, LoadedStudent> outgoing = new HashMap<>();
  private long epoch;
  private long untilNs;

  LoadedStudents(InferenceWorker worker, Processor processor, Consumer<String> problems) {
    this.worker = worker;
    this.processor = processor;
    this.problems = problems;
  }

  /**
   * Replaces the previous assignment. {@code models} holds the bytes of the models by their digest.
   */
  void activate(
      Assignment assignment,
      Map<String, Manifest> manifests,
      Function<String, byte[]> models,
      long nowNs) {
    Map<Place, LoadedStudent> before = new HashMap<>(outgoing);
    before.putAll(running);
    Map<Place, LoadedStudent> next = new HashMap<>();
    Set<String> failed = new HashSet<>();
    for (StudentRole role : assignment.students()) {
      LoadedStudent student = before.remove(Place.of(role));
      if (student == null) {
        student = load(role, manifests.get(role.bundle()), models);
      } else {
        student.continueAs(role);
      }
      if (student == null) {
        failed.add(role.deployment());
      } else {
        next.put(Place.of(role), student);
      }
    }
    // What worked goes on where nothing can take its place.
    running.forEach(
        (place, student) -> {
          if (failed.contains(place.deployment()) && before.remove(place) != null) {
            next.put(place, student);
          }
        });
    running.clear();
    running.putAll(next);
    outgoing.clear();
    before.keySet().stream()
        .filter(this::isReplaced)
        .forEach(place -> outgoing.put(place, before.get(place)));
    before.keySet().removeAll(outgoing.keySet());
    epoch = assignment.epoch();
    untilNs = nowNs + OVERLAP_NS;
    assign(before.values());
  }

  /** Whether a student of another bundle runs here for the same deployment. */
  private boolean isReplaced(Place place) {
    return running.keySet().stream()
        .anyMatch(
            other ->
                other.deployment().equals(place.deployment())
                    && !other.bundle().equals(place.bundle()));
  }

  /**
   * All loaded students, those of the new bundle first: their answer counts if both are in time.
   */
  private void assign(Collection<LoadedStudent> retired) {
    worker.assign(epoch, all(), retired);
  }

  private List<LoadedStudent> all() {
    return Stream.of(running, outgoing).flatMap(part -> part.values().stream()).toList();
  }

  private LoadedStudent load(StudentRole role, Manifest manifest, Function<String, byte[]> models) {
    try {
      return LoadedStudent.load(role, manifest, models, processor);
    } catch (ModelException | RuntimeException e) {
      problems.accept(String.valueOf(e.getMessage()));
      return null;
    }
  }

  /** Unloads the students of the previous bundle whose time is over. */
  void expire(long nowNs) {
    if (!outgoing.isEmpty() && nowNs - untilNs >= 0) {
      List<LoadedStudent> over = new ArrayList<>(outgoing.values());
      outgoing.clear();
      assign(over);
    }
  }

  /** When {@link #expire} has to be called next. */
  OptionalLong nextDueNs() {
    return outgoing.isEmpty() ? OptionalLong.empty() : OptionalLong.of(untilNs);
  }

  /** The roles whose students are loaded. */
  Set<StudentRole> roles() {
    return running.values().stream().map(LoadedStudent::role).collect(Collectors.toSet());
  }

  /** Whether the student of such a role is loaded, and stays so until the next assignment. */
  boolean has(StudentRole role) {
    return running.containsKey(Place.of(role));
  }

  List<LoadedStudent> loaded() {
    return List.copyOf(running.values());
  }

  /**
   * Unloads all students, once nothing is computed with them any more. The inference worker must be
   * closed.
   */
  void close() {
    List<LoadedStudent> all = all();
    processor.afterwards(() -> all.forEach(LoadedStudent::close));
    running.clear();
    outgoing.clear();
  }
}
