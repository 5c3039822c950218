package io.coterie.models.training;

import io.coterie.models.data.LabelledImages;
import io.coterie.models.net.Architecture;
import io.coterie.models.net.Net;
import io.coterie.models.net.NetCost;
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
 * The students as graphs, and what they answer; each is exported and run once, however many K have
 * its part. Students of one exit come in every precision, those with more in float32. Not
 * thread-safe.
 */
final class ExportedStudents {
  /** Images whose activations span the ranges of the 8-bit graphs. */
  private static final int CALIBRATION = 512;

  private final Session session;
  private final Export export;
  private final float[] calibration;
  private final Map<String, List<float[]>> portions = new HashMap<>();

  ExportedStudents(Session session, Export export) {
    this.session = session;
    this.export = export;
    LabelledImages images = session.data().train().first(CALIBRATION);
    FloatBuffer rows = FloatBuffer.allocate(images.size() * images.shape().size());
    images.normalise(session.input(), 0, images.size(), rows);
    this.calibration = rows.array();
  }

  /**
   * The students of a part: by rising size, and within a size int8, fp16, fp32.
   *
   * @param nets all of as many exits
   */
  List<Student> of(int k, int partition, List<Integer> filters, List<StudentNet> nets)
      throws IOException {
    List<Student> students = new ArrayList<>();
    for (StudentNet net : nets) {
      StudentTask task = new StudentTask(k, partition, filters, net);
      if (!export.files().containsKey(path(task, Precision.FP32, 1))) {
        export(task);
      }
      for (Precision precision : precisions(net)) {
        students.add(student(task, precision));
      }
    }
    return students;
  }

  private static List<Precision> precisions(StudentNet net) {
    return net.exits().isEmpty()
        ? List.of(Precision.INT8, Precision.FP16, Precision.FP32)
        : List.of(Precision.FP32);
  }

  private void export(StudentTask task) throws IOException {
    Net net = session.students().net(task);
    List<byte[]> stages =
        export.stages(
            task.title(),
            net,
            session.students().weights(task),
            Architecture.stages(net, task.net().exits()));
    for (int i = 0; i < stages.size(); i++) {
      export.file(path(task, Precision.FP32, i + 1), stages.get(i));
    }
    if (stages.size() == 1) {
      export.file(path(task, Precision.FP16, 1), Fp16.halve(stages.get(0)));
      export.file(path(task, Precision.INT8, 1), Int8.quantize(stages.get(0), calibration));
    }
  }

  private Student student(StudentTask task, Precision precision) {
    Net whole = session.students().net(task);
    List<Net> nets = Architecture.stages(whole, task.net().exits());
    List<Stage> stages = new ArrayList<>();
    long memoryBytes = 0;
    for (int i = 0; i < nets.size(); i++) {
      String path = path(task, precision, i + 1);
      NetCost cost = NetCost.of(nets.get(i));
      ModelFile file = ModelFile.of(path, export.files().get(path));
      List<Integer> hidden = Architecture.passedOn(whole, task.net().exits(), i);
      stages.add(new Stage(file, cost.flops(), hidden));
      memoryBytes += cost.memoryBytes(precision);
    }
    long parameters = NetCost.of(whole).parameters();
    return new Student(name(task, precision), precision, stages, parameters, memoryBytes);
  }

  private static String name(StudentTask task, Precision precision) {
    return precision == Precision.FP32
        ? task.net().name()
        : task.net().name() + "-" + precision.name().toLowerCase(Locale.ROOT);
  }

  /** Parts are nested, so two with the same first filter differ in size. */
  private static String path(StudentTask task, Precision precision, int stage) {
    String student =
        "students/filter%d-size%d-%s"
            .formatted(task.filters().get(0), task.filters().size(), name(task, precision));
    return task.net().exits().isEmpty() ? student + ".onnx" : student + "-" + stage + ".onnx";
  }

  /** The student's portions of all images at every exit, row-major {@code [images, size]}. */
  List<float[]> portions(Student student, LabelledImages images, String split) {
    String path = student.stages().get(0).model().path();
    return portions.computeIfAbsent(
        split + "/" + path,
        key ->
            export.portions(
                student.stages().stream()
                    .map(stage -> export.files().get(stage.model().path()))
                    .toList(),
                images,
                "portions " + split + " " + path));
  }
}
