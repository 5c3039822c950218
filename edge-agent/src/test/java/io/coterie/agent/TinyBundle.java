package io.coterie.agent;

import io.coterie.protocol.bundle.Digest;
import io.coterie.protocol.bundle.Exit;
import io.coterie.protocol.bundle.ExitPolicy;
import io.coterie.protocol.bundle.ExitTable;
import io.coterie.protocol.bundle.InputSpec;
import io.coterie.protocol.bundle.Manifest;
import io.coterie.protocol.bundle.ModelFile;
import io.coterie.protocol.bundle.OperatingPoint;
import io.coterie.protocol.bundle.Partition;
import io.coterie.protocol.bundle.Partitioning;
import io.coterie.protocol.bundle.PatternAccuracy;
import io.coterie.protocol.bundle.Pipeline;
import io.coterie.protocol.bundle.Precision;
import io.coterie.protocol.bundle.Segment;
import io.coterie.protocol.bundle.Stage;
import io.coterie.protocol.bundle.Strategy;
import io.coterie.protocol.bundle.Student;
import io.coterie.protocol.bundle.Teacher;
import io.coterie.protocol.json.Json;
import io.coterie.protocol.message.ExitRule;
import io.coterie.protocol.message.FuserRole;
import io.coterie.protocol.message.PipelineRole;
import io.coterie.protocol.message.PipelineRule;
import io.coterie.protocol.message.StudentRole;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * A bundle with graphs that run: K=2, images {@code [1, 2, 2]}, three exits, and one beside it for
 * rocoin; and a pipeline of three segments. The portion of exit e is 2^(e-1) times the largest
 * value of each column, in both partitions; the logits are the two values of the first partition.
 * The logits of the pipeline's exits are the same.
 */
public final class TinyBundle {
  /** Number of exits. */
  public static final int EXITS = 3;

  private static final int[] IMAGE = {1, 1, 2, 2};
  private static final List<Integer> HIDDEN = List.of(1, 2, 2);

  private final Map<String, byte[]> files = new HashMap<>();
  private final Manifest manifest;
  private final Flaw flaw;

  /** What is wrong with the students of one stage. */
  public enum Flaw {
    /** Nothing. */
    NONE,
    /** That of partition 0 is no graph. */
    NO_GRAPH,
    /** That of partition 0 gives no numbers for pictures with nothing above zero. */
    NO_NUMBERS,
    /** The same of partition 1. */
    NO_NUMBERS_OF_THE_SECOND
  }

  public TinyBundle() {
    this("tiny", Flaw.NONE);
  }

  /** With its own name, and so its own digest. */
  public TinyBundle(String name, Flaw flaw) {
    this.flaw = flaw;
    ModelFile fusion = file("fusion", TinyGraph.fusion(2, 1, 0, 0, 1, 0, 0, 0, 0));
    manifest =
        new Manifest(
            Manifest.VERSION,
            name,
            new InputSpec(1, 2, 2, List.of(0.5), List.of(0.5)),
            List.of("no", "yes"),
            new Teacher("t", file("teacher", new byte[] {1}), 10, 10, 0.9, 0.9),
            List.of(partitioning(1, fusion), partitioning(EXITS, fusion)),
            List.of(pipeline()),
            Map.of());
    files.put(digest(), Json.bytes(manifest));
  }

  public Manifest manifest() {
    return manifest;
  }

  public String digest() {
    return Digest.of(Json.bytes(manifest));
  }

  /** The manifest and all files, by their digest. */
  public Map<String, byte[]> content() {
    return files;
  }

  private Partitioning partitioning(int exits, ModelFile fusion) {
    List<PatternAccuracy> accuracy =
        List.of(
            new PatternAccuracy("11", 0.9, 0.9),
            new PatternAccuracy("10", 0.8, 0.8),
            new PatternAccuracy("01", 0.8, 0.8));
    List<Exit> all = new ArrayList<>();
    for (int exit = 0; exit < exits; exit++) {
      all.add(new Exit(fusion, List.of(0f, 0f, 0f, 0f), accuracy));
    }
    return new Partitioning(
        List.of(partition(0, exits), partition(1, exits)),
        0.5,
        all,
        exits == 1 ? List.of() : table("small"));
  }

  private static List<ExitTable> table(String student) {
    List<OperatingPoint> points =
        List.of(
            new OperatingPoint(0, 0.9, 0.9, 1, List.of(0.0, 0.0, 1.0)),
            new OperatingPoint(1, 0.88, 0.88, 0.4, List.of(1.0, 0.0, 0.0)));
    return List.of(new ExitTable(ExitPolicy.MAX_SOFTMAX, student, points));
  }

  private Partition partition(int k, int exits) {
    List<Stage> stages = new ArrayList<>();
    for (int exit = 1; exit <= exits; exit++) {
      boolean last = exit == exits;
      byte[] graph = exits == 1 ? student(k) : TinyGraph.stage(last, k == 0, IMAGE);
      ModelFile model = file("stage-" + k + "-" + exit + "-of-" + exits, graph);
      stages.add(new Stage(model, 10, last ? List.of() : HIDDEN));
    }
    Student student = new Student("small", Precision.FP32, stages, 10, 10);
    return new Partition(List.of(2 * k, 2 * k + 1), List.of(student));
  }

  private byte[] student(int k) {
    return switch (flaw) {
      case NONE -> TinyGraph.stage(true, k == 0, IMAGE);
      case NO_GRAPH -> k == 0 ? new byte[] {7} : TinyGraph.stage(true, false, IMAGE);
      case NO_NUMBERS -> k == 0 ? TinyGraph.roots(IMAGE) : TinyGraph.stage(true, false, IMAGE);
      case NO_NUMBERS_OF_THE_SECOND ->
          k == 1 ? TinyGraph.roots(IMAGE) : TinyGraph.stage(true, true, IMAGE);
    };
  }

  private Pipeline pipeline() {
    List<Segment> segments = new ArrayList<>();
    for (int exit = 1; exit <= EXITS; exit++) {
      boolean last = exit == EXITS;
      ModelFile model = file("segment-" + exit, TinyGraph.stage(last, exit == 1, IMAGE));
      segments.add(new Segment(model, 10, 10, last ? List.of() : HIDDEN));
    }
    ModelFile whole = file("whole", new byte[] {2});
    return new Pipeline("net", segments, whole, 0.9, 0.9, table("net"));
  }

  private ModelFile file(String name, byte[] bytes) {
    files.put(Digest.of(bytes), bytes);
    return ModelFile.of(name + ".onnx", bytes);
  }

  /** Both students of the deployment {@code d}, in K=2. */
  public List<StudentRole> students(long deadlineMs) {
    return IntStream.range(0, 2).mapToObj(k -> student(k, deadlineMs)).toList();
  }

  /** The student of one partition. */
  public StudentRole student(int partition, long deadlineMs) {
    return new StudentRole(
        "d", digest(), Strategy.ROCOIN, 2, partition, "small", deadlineMs, null, null);
  }

  /** To fuse what {@link #students} give. */
  public FuserRole fuser(long deadlineMs) {
    return new FuserRole(
        "d", digest(), Strategy.ROCOIN, 2, List.of(0, 1), deadlineMs, 1, ExitRule.standard());
  }

  /** To take frames in and compute these segments, with nobody else. */
  public PipelineRole segments(String agent, long deadlineMs, Integer... held) {
    return new PipelineRole(
        "d",
        digest(),
        "net",
        List.of(held),
        agent,
        "",
        List.of(),
        deadlineMs,
        ExitRule.standard(),
        PipelineRule.standard());
  }
}
