package io.coterie.models.split;

import io.coterie.models.fusion.LinearHead;
import io.coterie.models.net.Architecture;
import io.coterie.models.onnx.OnnxGraph;
import io.coterie.models.onnx.OnnxNodes;
import io.coterie.protocol.bundle.ModelFile;
import io.coterie.protocol.bundle.Segment;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A model in segments: first with the pooled activation at every cut, then with exits there. */
final class Segments {
  private final GivenModel model;
  private final List<String> cuts;
  private final List<OnnxGraph> parts = new ArrayList<>();
  private final List<Long> flops = new ArrayList<>();

  /**
   * Cuts the model.
   *
   * @param cuts names of tensors that {@link GivenModel#check} accepts
   */
  Segments(GivenModel model, List<String> cuts) {
    this.model = model;
    this.cuts = List.copyOf(cuts);
  }

  private String from(int segment) {
    return segment == 0 ? model.graph().input() : cuts.get(segment - 1);
  }

  /** Graphs that give the next activation and the mean of its positions; the last gives logits. */
  List<byte[]> featureGraphs() {
    List<byte[]> graphs = new ArrayList<>();
    for (int i = 0; i < cuts.size(); i++) {
      String cut = cuts.get(i);
      OnnxGraph part = model.part(from(i), cut);
      OnnxNodes.addPool(part, cut, 1 + model.shape(cut).size(), features(i));
      graphs.add(part.writeWithOutputsToo(List.of(features(i))));
    }
    graphs.add(model.part(from(cuts.size()), model.logits()).write());
    return graphs;
  }

  private static String features(int exit) {
    return "exit" + (exit + 1) + ".features";
  }

  /** Puts a linear layer behind the mean of each cut's positions. */
  void addHeads(List<LinearHead> heads) {
    for (int i = 0; i < cuts.size(); i++) {
      LinearHead head = heads.get(i);
      String exit = "exit" + (i + 1) + "." + Architecture.LOGITS;
      OnnxGraph part = OnnxGraph.read(featureGraphs().get(i));
      OnnxNodes.addLinear(part, features(i), head, exit);
      part = part.part(from(i), model.shape(from(i)), cuts.get(i), exit);
      flops.add(model.cost().flops(part) + 2L * head.features() * head.labels());
      part.rename(exit, Architecture.LOGITS);
      parts.add(part);
    }
    OnnxGraph last = model.part(from(cuts.size()), model.logits());
    flops.add(Math.max(1, model.cost().flops(last)));
    parts.add(last);
  }

  /** The graphs as boards run them. */
  List<byte[]> graphs() {
    return parts.stream().map(OnnxGraph::write).toList();
  }

  /**
   * What the bundle says of them.
   *
   * @param files receives their content by path
   */
  List<Segment> describe(String name, Map<String, byte[]> files) {
    List<Segment> segments = new ArrayList<>();
    for (int i = 0; i < parts.size(); i++) {
      String path = "pipelines/%s/segment-%d.onnx".formatted(name, i + 1);
      byte[] graph = parts.get(i).write();
      files.put(path, graph);
      segments.add(
          new Segment(
              ModelFile.of(path, graph),
              flops.get(i),
              model.cost().memoryBytes(parts.get(i)),
              i == cuts.size() ? List.of() : model.shape(cuts.get(i))));
    }
    return segments;
  }
}
