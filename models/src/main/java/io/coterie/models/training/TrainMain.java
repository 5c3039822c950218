package io.coterie.models.training;

import io.coterie.models.torch.Torch;
import io.coterie.protocol.bundle.Strategy;
import io.coterie.protocol.json.Json;
import io.coterie.protocol.json.JsonException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Trains without the command-line program, and is what child processes run. Usage: {@code --preset
 * meter-digits|cifar10 --data SPEC --work FOLDER --bundle FOLDER} and, if wanted, {@code --threads,
 * --jobs, --seed, --ks, --strategy, --natives, --config FILE}.
 */
public final class TrainMain {
  private TrainMain() {}

  public static void main(String[] args) {
    try {
      if (args.length > 0 && args[0].equals("worker")) {
        worker(parse(Arrays.copyOfRange(args, 1, args.length)));
      } else {
        train(parse(args), String.join(" ", args));
      }
    } catch (IOException | RuntimeException e) {
      System.err.println("coterie train: " + e.getMessage());
      if (!(e instanceof IOException || e instanceof IllegalArgumentException)) {
        e.printStackTrace();
      }
      System.exit(1);
    }
  }

  private static void train(Map<String, String> flags, String arguments) throws IOException {
    TrainingConfig config = config(flags);
    Path work = Path.of(flags.getOrDefault("work", "train-" + config.name()));
    TrainingOptions options =
        new TrainingOptions(
            config,
            required(flags, "data"),
            work,
            Path.of(flags.getOrDefault("bundle", work.resolve("bundle").toString())),
            Integer.parseInt(flags.getOrDefault("threads", "1")),
            Integer.parseInt(flags.getOrDefault("jobs", "1")),
            natives(flags),
            Optional.ofNullable(flags.get("teacher")).map(Path::of),
            flags.getOrDefault("command", "TrainMain " + arguments));
    System.out.println(Training.run(options, ProgressPrinter.standard()));
  }

  private static void worker(Map<String, String> flags) throws IOException {
    endWithParent();
    String[] share = required(flags, "worker").split("/", -1);
    Training.runWorker(
        config(flags),
        required(flags, "data"),
        Path.of(required(flags, "work")),
        natives(flags),
        Integer.parseInt(share[0]),
        Integer.parseInt(share[1]),
        new ProgressPrinter(System.err, false));
  }

  /** A killed training must not leave children behind that write the same checkpoints. */
  private static void endWithParent() {
    ProcessHandle.current().parent().ifPresent(TrainMain::endWith);
  }

  private static void endWith(ProcessHandle process) {
    var unused = process.onExit().thenRun(() -> Runtime.getRuntime().halt(1));
  }

  private static TrainingConfig config(Map<String, String> flags) throws IOException {
    TrainingConfig config = base(flags);
    if (flags.containsKey("seed")) {
      config = config.toBuilder().seed(Long.parseLong(flags.get("seed"))).build();
    }
    if (flags.containsKey("ks")) {
      List<Integer> ks =
          Arrays.stream(flags.get("ks").split(",", -1)).map(Integer::valueOf).toList();
      config = config.toBuilder().ks(ks).build();
    }
    if (flags.containsKey("strategy")) {
      config = config.only(Strategy.parse(flags.get("strategy")));
    }
    return config;
  }

  private static TrainingConfig base(Map<String, String> flags) throws IOException {
    if (!flags.containsKey("config")) {
      return TrainingConfig.preset(required(flags, "preset"));
    }
    Path file = Path.of(flags.get("config"));
    try {
      return Json.read(Files.readAllBytes(file), TrainingConfig.class);
    } catch (JsonException e) {
      throw new IOException(file + ": " + e.getMessage(), e);
    }
  }

  private static Path natives(Map<String, String> flags) {
    String folder = flags.get("natives");
    return folder == null ? Torch.defaultNativeCache() : Path.of(folder);
  }

  private static String required(Map<String, String> flags, String name) {
    String value = flags.get(name);
    if (value == null) {
      throw new IllegalArgumentException("missing --" + name);
    }
    return value;
  }

  private static Map<String, String> parse(String[] args) {
    Map<String, String> flags = new HashMap<>();
    for (int i = 0; i < args.length; i += 2) {
      if (!args[i].startsWith("--") || i + 1 == args.length) {
        throw new IllegalArgumentException("expected --name value at '" + args[i] + "'");
      }
      flags.put(args[i].substring(2), args[i + 1]);
    }
    return flags;
  }
}
