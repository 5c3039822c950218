package io.coterie.models.data;

import io.coterie.protocol.bundle.Digest;
import io.coterie.protocol.json.Check;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;

/**
 * Images to learn from. {@code train} is learnt, {@code validation} decides between models, {@code
 * test} is only reported.
 *
 * @param name what the data is, for provenance
 * @param labels names of the classes, at least 2
 * @param skipped files that were left out, each with the reason
 */
public record Dataset(
    String name,
    List<String> labels,
    LabelledImages train,
    LabelledImages validation,
    LabelledImages test,
    List<String> skipped) {
  public Dataset {
    Check.text(name, "data set name");
    labels = Check.list(labels, "labels");
    skipped = Check.listOrEmpty(skipped, "skipped");
    if (labels.size() < 2) {
      throw new IllegalArgumentException("data set " + name + " has only one class: " + labels);
    }
    for (LabelledImages split : List.of(train, validation, test)) {
      check(split, train.shape(), labels.size());
    }
  }

  private static void check(LabelledImages split, ImageShape shape, int classes) {
    if (split.size() == 0 || !split.shape().equals(shape)) {
      throw new IllegalArgumentException(
          "must be images of " + shape + ": " + split.size() + " of " + split.shape());
    }
    for (int i = 0; i < split.size(); i++) {
      if (split.label(i) < 0 || split.label(i) >= classes) {
        throw new IllegalArgumentException(
            "label of image " + i + " must be in 0.." + (classes - 1) + ": " + split.label(i));
      }
    }
  }

  public ImageShape shape() {
    return train.shape();
  }

  /** Digest of all pixels and labels: the same data under any name has the same fingerprint. */
  public String fingerprint() {
    MessageDigest sha256 = Digest.sha256();
    for (LabelledImages split : List.of(train, validation, test)) {
      sha256.update(split.pixels());
      ByteBuffer labelBytes = ByteBuffer.allocate(4 * split.size());
      labelBytes.asIntBuffer().put(split.labels());
      sha256.update(labelBytes);
    }
    sha256.update(String.join("\n", labels).getBytes(StandardCharsets.UTF_8));
    return HexFormat.of().formatHex(sha256.digest());
  }
}
