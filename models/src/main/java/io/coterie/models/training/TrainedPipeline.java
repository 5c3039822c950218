package io.coterie.models.training;

import io.coterie.models.data.LabelledImages;
import io.coterie.models.evaluation.Accuracy;
import io.coterie.models.evaluation.ExitAnswers;
import io.coterie.models.evaluation.ExitTables;
import io.coterie.models.evaluation.PipelineEvaluation;
import io.coterie.models.net.Architecture;
import io.coterie.models.net.Net;
import io.coterie.models.net.NetCost;
import io.coterie.models.net.Weights;
import io.coterie.models.onnx.OnnxGraph;
import io.coterie.protocol.bundle.ModelFile;
import io.coterie.protocol.bundle.Pipeline;
import io.coterie.protocol.bundle.Precision;
import io.coterie.protocol.bundle.Segment;
import java.util.ArrayList;
import java.util.List;

/** Builds the bundle's entry of one pipeline: exports its segments and measures its exits. */
record TrainedPipeline(
    Session session, Export export, PipelineTask task, Net net, Weights weights) {
  Pipeline build() {
    List<Net> parts = Architecture.stages(net, task.cuts());
    List<byte[]> graphs = export.stages(task.title(), net, weights, parts);
    List<Segment> segments = new ArrayList<>();
    for (int i = 0; i < parts.size(); i++) {
      segments.add(segment(parts.get(i), i, graphs.get(i)));
    }
    ExitAnswers validation = answers(graphs, session.data().validation(), "validation");
    ExitAnswers test = answers(graphs, session.data().test(), "test");
    note(validation, test);
    byte[] whole = whole();
    ModelFile file = export.file("pipelines/" + task.pipeline().net() + "/whole.onnx", whole);
    return new Pipeline(
        task.name(),
        segments,
        file,
        wholeAccuracy(whole, session.data().validation(), validation),
        wholeAccuracy(whole, session.data().test(), test),
        ExitTables.of(task.name(), validation, test, PipelineEvaluation.costs(segments)));
  }

  private Segment segment(Net part, int index, byte[] graph) {
    OnnxGraph named = OnnxGraph.read(graph);
    named.rename(net.outputs().get(index), Architecture.LOGITS);
    String path = "pipelines/%s/segment-%d.onnx".formatted(task.name(), index + 1);
    NetCost cost = NetCost.of(part);
    return new Segment(
        export.file(path, named.write()),
        cost.flops(),
        cost.memoryBytes(Precision.FP32),
        Architecture.passedOn(net, task.cuts(), index));
  }

  private ExitAnswers answers(List<byte[]> graphs, LabelledImages images, String split) {
    String title = task.title() + " " + split;
    return ExitAnswers.ofLogits(
        export.portions(graphs, images, title), session.data().labels().size(), images.labels());
  }

  private void note(ExitAnswers validation, ExitAnswers test) {
    for (int exit = 0; exit < validation.exits(); exit++) {
      String detail = Meter.accuracies(validation.accuracy(exit), test.accuracy(exit));
      session
          .progress()
          .update(TrainingProgress.note(task.title() + " exit " + (exit + 1), detail));
    }
  }

  /** The network without autoencoders, from the image to the last logits. */
  private byte[] whole() {
    Net plain =
        task.backbone(session.data().shape(), session.data().labels().size())
            .between(Net.INPUT, Architecture.LOGITS);
    return export.stages(task.title() + " whole", plain, weights, List.of(plain)).get(0);
  }

  /** Its accuracy; where nothing is compressed, the segments must give the same logits. */
  private double wholeAccuracy(byte[] whole, LabelledImages images, ExitAnswers segments) {
    float[] logits = export.run(whole, images, task.title() + " whole");
    if (task.autoencoder().isEmpty()) {
      float[] chained = segments.logits().get(segments.exits() - 1);
      export.checkDifference(task.title() + " in segments", logits, chained);
    }
    return Accuracy.of(logits, session.data().labels().size(), images.labels());
  }
}
