package io.coterie.planner.placement;

import io.coterie.planner.baseline.RandomFleets;
import io.coterie.planner.cost.CostModel;
import io.coterie.planner.cost.Device;
import io.coterie.protocol.bundle.Manifest;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;

/**
 * How long planning takes: a fresh plan of the {@link Zoo} (K of 2, 3 and 4, six students per
 * partition) for random fleets in turn, in a warm JVM with one processor. Not a test; run it with
 *
 * <pre>mvn -q -Dquick -Pbenchmark -DskipTests -pl planner -am clean test</pre>
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 4, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(
    value = 1,
    jvmArgsAppend = {"-XX:ActiveProcessorCount=1", "-XX:+UseSerialGC"})
public class PlannerBenchmark {
  private static final int FLEETS = 20;

  @Param({"8", "100", "1000", "10000"})
  private int devices;

  @Param private PlacementGoal goal;

  private Manifest manifest;
  private List<List<Device>> fleets;
  private Objective objective;
  private int next;

  /** Runs all. */
  public static void main(String[] args) throws RunnerException {
    new Runner(new OptionsBuilder().include(PlannerBenchmark.class.getName()).build()).run();
  }

  /** Draws the fleets. */
  @Setup
  public void draw() {
    manifest = Zoo.manifest();
    RandomFleets random = new RandomFleets(manifest, 8);
    fleets = IntStream.range(0, FLEETS).mapToObj(i -> random.of(devices)).toList();
    objective =
        goal == PlacementGoal.REPLICAS
            ? Objective.of(0.95).withReplicaBudget(Math.max(4, devices / 2))
            : Objective.of(0.95).withGoal(goal);
  }

  /** One plan for the next fleet. */
  @Benchmark
  public Plan plan() {
    next = (next + 1) % FLEETS;
    return Planner.plan(
        new PlanRequest(
            fleets.get(next), manifest, objective, CostModel.unmeasured(), InForce.NOTHING));
  }
}
