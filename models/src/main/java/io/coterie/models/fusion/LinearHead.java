package io.coterie.models.fusion;

import java.util.Arrays;
import java.util.List;

/**
 * A linear layer from features to logits: {@code logits = weight features + bias}.
 *
 * @param weight row-major {@code [labels, features]}
 * @param bias {@code [labels]}
 */
public record LinearHead(float[] weight, float[] bias) {
  public LinearHead {
    if (bias.length == 0 || weight.length == 0 || weight.length % bias.length != 0) {
      throw new IllegalArgumentException(
          weight.length + " weights do not fit " + bias.length + " labels");
    }
  }

  public int labels() {
    return bias.length;
  }

  /** Number of features. */
  public int features() {
    return weight.length / bias.length;
  }

  /** The layer that reads only the given features, in the given order. */
  public LinearHead select(List<Integer> columns) {
    int n = features();
    float[] chosen = new float[labels() * columns.size()];
    for (int label = 0; label < labels(); label++) {
      for (int c = 0; c < columns.size(); c++) {
        chosen[label * columns.size() + c] = weight[label * n + columns.get(c)];
      }
    }
    return new LinearHead(chosen, bias.clone());
  }

  /** The layer that ignores the given features. */
  public LinearHead without(List<Integer> columns) {
    float[] kept = weight.clone();
    for (int label = 0; label < labels(); label++) {
      for (int column : columns) {
        kept[label * features() + column] = 0;
      }
    }
    return new LinearHead(kept, bias.clone());
  }

  /** The layer that reads each feature divided by a factor and gives the same logits. */
  public LinearHead scaled(float[] factors) {
    float[] scaled = weight.clone();
    for (int i = 0; i < scaled.length; i++) {
      scaled[i] *= factors[i % factors.length];
    }
    return new LinearHead(scaled, bias.clone());
  }

  /** Writes the logits of {@code features[at ..]} to {@code out[to ..]}. */
  public void logits(float[] features, int at, float[] out, int to) {
    int n = features();
    for (int label = 0; label < labels(); label++) {
      float sum = bias[label];
      for (int i = 0; i < n; i++) {
        sum += weight[label * n + i] * features[at + i];
      }
      out[to + label] = sum;
    }
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof LinearHead head
        && Arrays.equals(weight, head.weight)
        && Arrays.equals(bias, head.bias);
  }

  @Override
  public int hashCode() {
    return 31 * Arrays.hashCode(weight) + Arrays.hashCode(bias);
  }

  @Override
  public String toString() {
    return "LinearHead[" + features() + " -> " + labels() + "]";
  }
}
