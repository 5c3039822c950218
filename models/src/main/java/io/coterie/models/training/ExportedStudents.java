package io.coterie.models.training;

import io.coterie.models.data.LabelledImages;
import io.coterie.models.net.NetCost;
import io.coterie.models.quantization.Folding;
import io.coterie.models.quantization.Fp16;
import io.coterie.models.quantization.Int8;
import io.coterie.protocol.bundle.ModelFile;
import io.coterie.protocol.bundle.Precision;
import io.coterie.protocol.bundle.Stage;
import io.coterie.protocol.bundle.Student;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * The students as graphs in every precision, and what they answer; each is exported and run once,
 * however many K have its part. Not thread-safe.
 */
final class ExportedStudents {
  /** Images whose activations span the ranges of the 8-bit graphs. */
  private static final int CALIBRATION = 512;

  private final Session session;
  private final Export export;
  private final Map<String, byte[]> files;
  private final float[] calibration;
  private final Map<String, float[]> portions = new HashMap<>();

  /**
   * Prepares the export.
   *
   * @param files receives the content of every file by its path in the bundle
   */
  ExportedStudents(Session session, Export export, Map<String, byte[]> files) {
    this.session = session;
    this.export = export;
    this.files = files;
    LabelledImages images = session.data().train().first(CALIBRATION);
    FloatBuffer rows = FloatBuffer.allocate(images.size() * images.shape().size());
    for (int i = 0; i < images.size(); i++) {
      images.image(i).normalise(session.input(), rows);
    }
    this.calibration = rows.array();
  }

  /** The students of a part: by rising size, and within a size int8, fp16, fp32. */
  List<Student> of(int k, int partition, List<Integer> filters) throws IOException {
    List<Student> students = new ArrayList<>();
    for (String net : session.config().students()) {
      StudentTask task = new StudentTask(k, partition, filters, net);
      byte[] graph = files.get(path(task, Precision.FP32));
      if (graph == null) {
        graph = Folding.fold(export.student(task));
        files.put(path(task, Precision.FP32), graph);
        files.put(path(task, Precision.FP16), Fp16.halve(graph));
        files.put(path(task, Precision.INT8), Int8.quantize(graph, calibration));
      }
      for (Precision precision : List.of(Precision.INT8, Precision.FP16, Precision.FP32)) {
        students.add(student(task, precision));
      }
    }
    return students;
  }

  private Student student(StudentTask task, Precision precision) {
    NetCost cost = NetCost.of(session.students().net(task));
    String path = path(task, precision);
    return new Student(
        name(task, precision),
        precision,
        List.of(new Stage(ModelFile.of(path, files.get(path)), cost.flops())),
        cost.parameters(),
        cost.memoryBytes(precision));
  }

  private static String name(StudentTask task, Precision precision) {
    return precision == Precision.FP32
        ? task.net()
        : task.net() + "-" + precision.name().toLowerCase(Locale.ROOT);
  }

  /** Parts are nested, so two with the same first filter differ in size. */
  private static String path(StudentTask task, Precision precision) {
    return "students/filter%d-size%d-%s.onnx"
        .formatted(task.filters().get(0), task.filters().size(), name(task, precision));
  }

  /** The student's portions of all images, row-major {@code [images, partition size]}. */
  float[] portions(Student student, LabelledImages images, String split) {
    String path = student.stages().get(0).model().path();
    return portions.computeIfAbsent(
        split + "/" + path,
        key -> export.run(files.get(path), images, "portions " + split + " " + path));
  }
}
