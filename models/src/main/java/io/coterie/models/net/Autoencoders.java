package io.coterie.models.net;

import io.coterie.models.net.Node.BatchNorm;
import io.coterie.models.net.Node.Conv;
import io.coterie.models.net.Node.Relu;
import java.util.ArrayList;
import java.util.List;

/**
 * Compresses what travels between the stages of a network with exits, in the spirit of MDI-Exit's
 * autoencoder (arXiv 2408.05247; form ours): a 1x1 convolution to fewer channels with batch
 * normalisation, and one back, followed by a ReLU where the compressed value comes from one. The
 * exit at a cut reads the value itself.
 */
public final class Autoencoders {
  private Autoencoders() {}

  /** Name of what travels in place of a value. */
  public static String encoded(String cut) {
    return cut + ".encoded";
  }

  /** Name of what the next stage makes of it. */
  public static String decoded(String cut) {
    return cut + ".decoded";
  }

  /**
   * The network with autoencoders; all other parameters keep their names.
   *
   * @param net has one output at every exit
   * @param cuts names of the values between its stages, from the earliest
   * @param compressed those of them that get an autoencoder
   * @param factor channels of a value to those that travel; at least one travels
   */
  public static Net insert(Net net, List<String> cuts, List<String> compressed, int factor) {
    List<Node> nodes = new ArrayList<>();
    for (Net stage : Architecture.stages(net, cuts)) {
      String source = stage.source();
      if (compressed.contains(source)) {
        add(nodes, source, stage.input().channels(), factor);
      }
      String read = compressed.contains(source) ? decoded(source) : source;
      for (Node node : stage.nodes()) {
        nodes.add(node.reading(value -> value.equals(source) ? read : value));
      }
    }
    return new Net(net.name(), net.source(), net.input(), nodes, net.outputs());
  }

  private static void add(List<Node> nodes, String cut, int channels, int factor) {
    int fewer = Math.max(1, channels / factor);
    boolean relu = nodes.stream().anyMatch(n -> n.name().equals(cut) && n instanceof Relu);
    String normalised = relu ? cut + ".decoder.bn" : decoded(cut);
    nodes.add(new Conv(cut + ".encoder", cut, channels, fewer, 1, 1));
    nodes.add(new BatchNorm(encoded(cut), cut + ".encoder", fewer));
    nodes.add(new Conv(cut + ".decoder", encoded(cut), fewer, channels, 1, 1));
    nodes.add(new BatchNorm(normalised, cut + ".decoder", channels));
    if (relu) {
      nodes.add(new Relu(decoded(cut), normalised));
    }
  }
}
