package io.coterie.models.split;

import io.coterie.models.data.ImageShape;
import io.coterie.protocol.json.Check;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * How to cut a model.
 *
 * @param model its ONNX file
 * @param cuts names of the tensors to cut at, from the image; at least one
 * @param data what {@link io.coterie.models.data.Datasets#open} reads
 * @param bundle folder that is written, replaced if it is a bundle
 * @param name of the bundle and its pipeline
 * @param input what images are brought to; may be empty where the model says it
 * @param mean what the model wants subtracted from pixels in [0, 1]; the data's mean where it is
 *     not said
 * @param std what it then wants them divided by; as many as {@code mean}
 * @param first exits learn from at most so many training images
 * @param threads of ONNX Runtime
 * @param command what the user typed, for provenance
 */
public record SplitOptions(
    Path model,
    List<String> cuts,
    String data,
    Path bundle,
    String name,
    long seed,
    Optional<ImageShape> input,
    List<Double> mean,
    List<Double> std,
    int first,
    int threads,
    String command) {
  public SplitOptions {
    Check.present(model, "model");
    cuts = Check.list(cuts, "cuts");
    Check.text(data, "data");
    Check.present(bundle, "bundle");
    Check.text(name, "name");
    Check.present(input, "input");
    mean = Check.listOrEmpty(mean, "mean");
    std = Check.listOrEmpty(std, "std");
    Check.positive(first, "first");
    Check.positive(threads, "threads");
    if (cuts.isEmpty() || mean.size() != std.size()) {
      throw new IllegalArgumentException(
          "must be cuts, and as many of mean as of std: cuts=%s mean=%s std=%s"
              .formatted(cuts, mean, std));
    }
  }
}
