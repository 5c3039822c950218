package io.coterie.models.training;

import io.coterie.models.data.Dataset;
import io.coterie.protocol.json.Json;
import java.io.IOException;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/** Where a bundle comes from, so that it can be made again. */
public final class Provenance {
  private Provenance() {}

  static Map<String, String> of(Session session, TrainingOptions options) throws IOException {
    TrainingConfig config = session.config();
    Map<String, String> facts = of(session.data(), config.seed(), options.command());
    facts.put("teacherEpochs", Integer.toString(config.teacherSchedule().epochs()));
    for (StudentNet net : config.students()) {
      int epochs = net.schedule(config.studentSchedule()).epochs();
      facts.put("studentEpochs " + net.name(), Integer.toString(epochs));
    }
    for (PipelineNet net : config.pipelines()) {
      facts.put("pipelineEpochs " + net.net(), Integer.toString(net.schedule().epochs()));
    }
    facts.put("configuration", Json.write(config));
    facts.put("teacherHours", hours(session.teacher().seconds()));
    double students = 0;
    for (StudentTask task : session.tasks()) {
      students += Fit.seconds(session.students().weights(task));
    }
    facts.put("studentHours", hours(students));
    double pipelines = 0;
    for (PipelineNet net : config.pipelines()) {
      for (PipelineTask task : net.tasks()) {
        pipelines += Fit.seconds(session.pipelines().weights(task));
      }
    }
    facts.put("pipelineHours", hours(pipelines));
    facts.put("patterns", "measured with the same student in every partition");
    facts.put("libraries", "DJL 0.35.1, PyTorch 2.7.1, ONNX Runtime 1.28.0");
    return facts;
  }

  /**
   * What every bundle says.
   *
   * @param command what the user typed
   */
  public static Map<String, String> of(Dataset data, long seed, String command) {
    Map<String, String> facts = new LinkedHashMap<>();
    facts.put("data", data.name());
    facts.put("dataSha256", data.fingerprint());
    facts.put(
        "images",
        "train %d, validation %d, test %d"
            .formatted(data.train().size(), data.validation().size(), data.test().size()));
    facts.put("seed", Long.toString(seed));
    facts.put("command", command);
    facts.put("date", LocalDate.now(ZoneOffset.UTC).toString());
    facts.put("machine", machine());
    facts.put("libraries", "ONNX Runtime 1.28.0");
    return facts;
  }

  private static String hours(double seconds) {
    return String.format(Locale.ROOT, "%.2f", seconds / 3600);
  }

  private static String machine() {
    return "%s, %d processors, Java %s"
        .formatted(
            System.getProperty("os.arch"),
            Runtime.getRuntime().availableProcessors(),
            System.getProperty("java.version"));
  }
}
