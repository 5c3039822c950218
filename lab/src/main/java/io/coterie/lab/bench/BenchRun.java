package io.coterie.lab.bench;

import io.coterie.client.FleetClient;
import io.coterie.inference.ModelException;
import io.coterie.inference.OnnxModel;
import io.coterie.lab.LabException;
import io.coterie.lab.demo.DemoProcesses;
import io.coterie.lab.demo.Frames;
import io.coterie.protocol.bundle.Bundle;
import io.coterie.protocol.bundle.Digest;
import io.coterie.protocol.bundle.InputSpec;
import io.coterie.protocol.bundle.Manifest;
import io.coterie.protocol.bundle.Partition;
import io.coterie.protocol.bundle.Partitioning;
import io.coterie.protocol.bundle.Strategy;
import io.coterie.protocol.bundle.Student;
import io.coterie.protocol.bus.Message;
import io.coterie.protocol.bus.MessageBus;
import io.coterie.protocol.frame.FrameDecoder;
import io.coterie.protocol.frame.FrameRejectedException;
import io.coterie.protocol.json.Json;
import io.coterie.protocol.json.JsonException;
import io.coterie.protocol.message.DeploymentSpec;
import io.coterie.protocol.message.PlanMessage;
import io.coterie.protocol.message.Result;
import io.coterie.protocol.topic.Topic;
import io.coterie.protocol.topic.Topics;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * One benchmark: a hub and boards as processes, one frame at a time. Frame, echo and inference take
 * turns, so that whatever else the machine does disturbs all three alike.
 */
public final class BenchRun {
  private static final String ECHO = "bench/echo";
  private static final String ECHOED = "bench/echoed";
  private static final String SOURCE = "bench";
  private static final long TIMEOUT_MS = 60_000;

  private final Bundle bundle;
  private final Frames frames;
  private final int count;
  private final int agents;
  private final Topics topics = new Topics(Topics.DEFAULT_BASE);
  private final BlockingQueue<Message> results = new LinkedBlockingQueue<>();
  private final BlockingQueue<Message> echoes = new LinkedBlockingQueue<>();

  /**
   * A run to come.
   *
   * @param k the only number of partitions that the planner may choose
   * @throws LabException if the bundle has none of so many
   */
  public BenchRun(Bundle bundle, int k, Frames frames, int count, int agents) {
    this.bundle = only(bundle, k);
    this.frames = frames;
    this.count = count;
    this.agents = agents;
  }

  /** The bundle with one of its partitionings. */
  private static Bundle only(Bundle bundle, int k) {
    Manifest all = bundle.manifest();
    Partitioning kept =
        all.partitioning(Strategy.ROCOIN, k)
            .orElseThrow(
                () -> new LabException("the bundle has no K=" + k + ": see 'bundle inspect'"));
    Manifest manifest =
        new Manifest(
            all.manifestVersion(),
            all.name(),
            all.input(),
            all.labels(),
            all.teacher(),
            List.of(kept),
            all.provenance());
    byte[] json = Json.bytes(manifest);
    Map<String, byte[]> content = new HashMap<>(bundle.content());
    content.put(Digest.of(json), json);
    return new Bundle(manifest, Digest.of(json), content);
  }

  /**
   * Runs it.
   *
   * @throws LabException if no plan runs or a frame is not answered in time
   */
  public Figures run() throws IOException, InterruptedException, ModelException {
    try (DemoProcesses boards = DemoProcesses.equal(agents, 1)) {
      boards.startHub();
      try (MessageBus bus = boards.connect("bench", TIMEOUT_MS);
          MessageBus echo = boards.connect("echo", TIMEOUT_MS);
          FleetClient fleet = boards.follow()) {
        boards.startAgents();
        fleet.publish(bundle);
        fleet.publish(
            bundle.manifest().name(), DeploymentSpec.rocoin(bundle.digest(), TIMEOUT_MS, 0.5));
        PlanMessage plan = plan(fleet);
        echo.subscribe(ECHO, 0, m -> echo.publish(Message.to(ECHOED).payload(m.payload()).build()));
        bus.subscribe(ECHOED, 0, echoes::add);
        bus.subscribe(topics.of(Topic.RESULT, bundle.manifest().name(), SOURCE), 1, results::add);
        return measure(bus, slowest(plan));
      }
    }
  }

  private PlanMessage plan(FleetClient fleet) throws InterruptedException {
    String name = bundle.manifest().name();
    Optional<PlanMessage> plan =
        fleet.awaitPlan(
            name, p -> p.complete() && p.agents().size() == agents, Duration.ofMillis(TIMEOUT_MS));
    if (plan.isEmpty()) {
      throw new LabException(
          "no complete plan runs within 60 s: " + fleet.view().deployment(name).plan());
    }
    return plan.get();
  }

  /** A student to measure by itself. */
  private record Bare(Student student, Partition partition) {}

  private Bare slowest(PlanMessage plan) {
    Partitioning partitioning =
        bundle.manifest().partitioning(plan.strategy(), plan.k()).orElseThrow();
    return plan.groups().stream()
        .map(
            group -> {
              Partition partition = partitioning.partitions().get(group.partition());
              Student student =
                  partition.students().stream()
                      .filter(s -> s.name().equals(group.student()))
                      .findFirst()
                      .orElseThrow();
              return new Bare(student, partition);
            })
        .max(Comparator.comparingLong(bare -> bare.student().flops()))
        .orElseThrow();
  }

  private Figures measure(MessageBus bus, Bare bare) throws InterruptedException, ModelException {
    InputSpec input = bundle.manifest().input();
    List<Double> resultMs = new ArrayList<>();
    List<Double> fuserMs = new ArrayList<>();
    List<Double> inferenceMs = new ArrayList<>();
    List<Double> echoMs = new ArrayList<>();
    try (OnnxModel model =
        OnnxModel.load(
            bundle.bytes(bare.student().stages().get(0).model()),
            bare.student().name(),
            new long[] {1, input.channels(), input.height(), input.width()},
            new long[] {1, bare.partition().size()},
            1)) {
      for (int i = 0; i < 2 * count; i++) {
        byte[] png = frames.png(i);
        Trip result = result(bus, i, png);
        double inference = inference(model, png, input);
        Trip echo = echo(bus, png);
        if (i >= count) {
          resultMs.add(result.ms());
          fuserMs.add(fuserMs(result.answer()));
          inferenceMs.add(inference);
          echoMs.add(echo.ms());
        }
      }
    }
    return Figures.of(bare.student().name(), resultMs, fuserMs, inferenceMs, echoMs);
  }

  /** A round trip, and what came back. */
  private record Trip(double ms, Message answer) {}

  private Trip result(MessageBus bus, int i, byte[] png) throws InterruptedException {
    Message frame =
        Message.to(topics.of(Topic.INPUT, bundle.manifest().name(), SOURCE))
            .payload(png)
            .correlation(("b" + i).getBytes(StandardCharsets.US_ASCII))
            .build();
    return roundTrip(bus, frame, results);
  }

  private static double fuserMs(Message result) {
    try {
      return Json.read(result.payload(), Result.class).latencyMs();
    } catch (JsonException e) {
      throw new LabException("unreadable result: " + e.getMessage());
    }
  }

  private Trip echo(MessageBus bus, byte[] png) throws InterruptedException {
    return roundTrip(bus, Message.to(ECHO).payload(png).build(), echoes);
  }

  private static Trip roundTrip(MessageBus bus, Message message, BlockingQueue<Message> answers)
      throws InterruptedException {
    long startNs = System.nanoTime();
    bus.publish(message);
    Message answer = answers.poll(TIMEOUT_MS, TimeUnit.MILLISECONDS);
    if (answer == null) {
      throw new LabException("no answer within 60 s to " + message);
    }
    return new Trip((System.nanoTime() - startNs) / 1e6, answer);
  }

  private static double inference(OnnxModel model, byte[] png, InputSpec input)
      throws ModelException {
    try {
      FrameDecoder.decode(png, "", "", input, model.input());
    } catch (FrameRejectedException e) {
      throw new IllegalStateException(e);
    }
    long startNs = System.nanoTime();
    model.run();
    return (System.nanoTime() - startNs) / 1e6;
  }
}
