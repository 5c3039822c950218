package io.coterie.models.net;

/**
 * What a reading of a {@link Net} does at each kind of node: the trainer computes tensors, the
 * exporter writes graph nodes, the cost model adds up. One method per kind, so that a new kind does
 * not compile until every reading knows it.
 *
 * @param <T> what stands for a value between nodes
 */
public interface Operations<T> {
  T conv(Node.Conv node, T input);

  T whiten(Node.Whiten node, T input);

  T maxPool(Node.MaxPool node, T input);

  T batchNorm(Node.BatchNorm node, T input);

  T relu(Node.Relu node, T input);

  T add(Node.Add node, T left, T right);

  T globalPool(Node.GlobalPool node, T input);

  T linear(Node.Linear node, T input);
}
