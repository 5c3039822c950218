package io.coterie.inference;

import ai.onnxruntime.NodeInfo;
import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.TensorInfo;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** Compares what a graph reads or gives with what is wanted of it. */
final class Signature {
  private Signature() {}

  /**
   * The names of a graph's tensors, in the order of the shapes wanted.
   *
   * @param wanted shapes, each of another rank where there are several
   * @param what for messages
   * @throws ModelException if there are more, fewer or other tensors
   */
  static List<String> names(Map<String, NodeInfo> nodes, List<long[]> wanted, String what)
      throws ModelException {
    if (nodes.size() != wanted.size()) {
      throw new ModelException(
          "%s must be %s: %s"
              .formatted(
                  what,
                  wanted.size() == 1 ? "one tensor" : wanted.size() + " tensors",
                  nodes.keySet()));
    }
    List<String> names = new ArrayList<>();
    for (long[] shape : wanted) {
      NodeInfo node = wanted.size() == 1 ? only(nodes) : ofRank(nodes, shape, what);
      check(node, shape, what);
      names.add(node.getName());
    }
    return names;
  }

  private static NodeInfo only(Map<String, NodeInfo> nodes) {
    return nodes.values().iterator().next();
  }

  private static NodeInfo ofRank(Map<String, NodeInfo> nodes, long[] wanted, String what)
      throws ModelException {
    List<NodeInfo> found =
        nodes.values().stream()
            .filter(
                node -> node.getInfo() instanceof TensorInfo info && rank(info) == wanted.length)
            .toList();
    if (found.size() != 1) {
      throw new ModelException(
          "%s must be one tensor of rank %d, wanted %s: it has %d of %s"
              .formatted(
                  what, wanted.length, Arrays.toString(wanted), found.size(), nodes.keySet()));
    }
    return found.get(0);
  }

  private static int rank(TensorInfo info) {
    return info.getShape().length;
  }

  private static void check(NodeInfo node, long[] wanted, String what) throws ModelException {
    if (!(node.getInfo() instanceof TensorInfo info) || info.type != OnnxJavaType.FLOAT) {
      throw new ModelException(what + " must be a float32 tensor: " + node.getInfo());
    }
    long[] shape = info.getShape();
    boolean fits = shape.length == wanted.length;
    for (int i = 0; fits && i < shape.length; i++) {
      fits = shape[i] < 0 || shape[i] == wanted[i];
    }
    if (!fits) {
      throw new ModelException(
          what + " has shape " + Arrays.toString(shape) + ", wanted " + Arrays.toString(wanted));
    }
  }
}
