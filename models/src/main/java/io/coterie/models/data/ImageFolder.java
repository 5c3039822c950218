package io.coterie.models.data;

import io.coterie.protocol.bundle.InputSpec;
import io.coterie.protocol.frame.FrameRejectedException;
import io.coterie.protocol.frame.ImageDecoder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * Reads a folder with one sub-folder of PNG or JPEG images per class, all brought to one shape.
 * With sub-folders {@code train} and {@code test} those are the splits, and a tenth of train
 * becomes validation; otherwise a seeded shuffle gives 80 % train, 10 % validation and 10 % test.
 * Broken images are skipped and listed.
 */
final class ImageFolder {
  private final ImageShape shape;
  private final InputSpec input;
  private final List<String> labels;
  private final List<String> skipped = new ArrayList<>();

  private ImageFolder(ImageShape shape, List<String> labels) {
    this.shape = shape;
    int channels = shape.channels();
    this.input =
        shape.input(Collections.nCopies(channels, 0.0), Collections.nCopies(channels, 1.0));
    this.labels = labels;
  }

  /**
   * Reads the folder.
   *
   * @throws IOException if there are fewer than two classes, a class has no readable image, or
   *     files cannot be read
   */
  static Dataset read(Path folder, ImageShape shape, long seed) throws IOException {
    boolean split =
        Files.isDirectory(folder.resolve("train")) && Files.isDirectory(folder.resolve("test"));
    Path classes = split ? folder.resolve("train") : folder;
    List<String> labels = classes(classes);
    ImageFolder reader = new ImageFolder(shape, labels);
    LabelledImages all = reader.images(classes);
    int[] order = Splits.shuffled(all.size(), seed);
    int tenth = Math.max(1, all.size() / 10);
    int held = split ? tenth : 2 * tenth;
    if (all.size() <= held) {
      throw new IOException("too few images to split: " + all.size() + " in " + classes);
    }
    int cut = all.size() - held;
    LabelledImages test =
        split
            ? reader.images(folder.resolve("test"))
            : all.select(Arrays.copyOfRange(order, cut + tenth, order.length));
    return new Dataset(
        folder.getFileName().toString(),
        labels,
        all.select(Arrays.copyOfRange(order, 0, cut)),
        all.select(Arrays.copyOfRange(order, cut, cut + tenth)),
        test,
        reader.skipped);
  }

  private static List<String> classes(Path folder) throws IOException {
    List<String> names = new ArrayList<>();
    for (Path entry : sorted(folder)) {
      String name = entry.getFileName().toString();
      if (Files.isDirectory(entry) && !name.startsWith(".")) {
        names.add(name);
      }
    }
    if (names.size() < 2) {
      throw new IOException(
          folder
              + " has "
              + names.size()
              + " sub-folders of images: put the images of each class, at least two, into a"
              + " sub-folder of its name");
    }
    return names;
  }

  private static List<Path> sorted(Path folder) throws IOException {
    try (Stream<Path> entries = Files.list(folder)) {
      return entries.sorted().toList();
    }
  }

  private LabelledImages images(Path folder) throws IOException {
    List<byte[]> images = new ArrayList<>();
    List<Integer> truth = new ArrayList<>();
    for (int label = 0; label < labels.size(); label++) {
      read(folder.resolve(labels.get(label)), label, images);
      truth.addAll(Collections.nCopies(images.size() - truth.size(), label));
    }
    byte[] pixels = new byte[Math.multiplyExact(images.size(), shape.size())];
    for (int i = 0; i < images.size(); i++) {
      System.arraycopy(images.get(i), 0, pixels, i * shape.size(), shape.size());
    }
    int[] all = truth.stream().mapToInt(Integer::intValue).toArray();
    return new LabelledImages(shape, pixels, all);
  }

  /** Adds the readable images of a class. */
  private void read(Path folder, int label, List<byte[]> images) throws IOException {
    if (!Files.isDirectory(folder)) {
      throw new IOException("class '" + labels.get(label) + "' has no folder " + folder);
    }
    int before = images.size();
    for (Path file : sorted(folder)) {
      if (isImage(file)) {
        try {
          images.add(ImageDecoder.decode(Files.readAllBytes(file)).fit(input).values());
        } catch (FrameRejectedException e) {
          skipped.add(file + ": " + e.getMessage());
        }
      }
    }
    if (images.size() == before) {
      throw new IOException(
          "class '" + labels.get(label) + "' has no readable PNG or JPEG image in " + folder);
    }
  }

  private static boolean isImage(Path file) {
    String name = file.getFileName().toString().toLowerCase(Locale.ROOT);
    return Files.isRegularFile(file) && name.matches(".*\\.(png|jpg|jpeg)");
  }
}
