package io.coterie.models.training;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.coterie.inference.BatchRunner;
import io.coterie.models.data.ImageShape;
import io.coterie.models.data.LabelledImages;
import io.coterie.models.fusion.LinearHead;
import io.coterie.models.net.Architecture;
import io.coterie.models.net.Net;
import io.coterie.models.net.Node;
import io.coterie.models.net.Weights;
import io.coterie.models.onnx.OnnxWriter;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** What students begin as, and what becomes of their weights. */
class StudentLossTest {
  private static final ImageShape SHAPE = new ImageShape(1, 12, 12);
  private static final int IMAGES = 3;
  private static final List<Integer> FILTERS = List.of(2, 0);

  private final Net student =
      Architecture.parse("wcn-4-8").student(SHAPE, FILTERS.size(), List.of("g0.relu1"));
  private final Net learning = StudentLoss.learning(student, FILTERS.size(), 2);
  private final LinearHead head = new LinearHead(new float[] {1, 2, 3, 4, 5, 6}, new float[2]);
  private final Statistics statistics =
      new Statistics(new float[] {3, 5, 0.5f}, new float[] {100, 1, 0.01f});
  private final StudentLoss.Source source =
      new StudentLoss.Source(
          new LabelledImages(SHAPE, new byte[SHAPE.size()], new int[1]),
          List.of(),
          statistics,
          head);

  private float[] outputs(Net net, Weights weights) {
    SplittableRandom random = new SplittableRandom(1);
    float[] images = new float[IMAGES * SHAPE.size()];
    for (int i = 0; i < images.length; i++) {
      images[i] = (float) random.nextGaussian();
    }
    try (BatchRunner model = new BatchRunner(OnnxWriter.write(net, weights), 1)) {
      return model.run(images);
    }
  }

  @Test
  void aLearntStudentGivesTheFeaturesInTheirOwnUnits() {
    Weights learnt = Weights.initial(learning, 3);
    Weights scaled = source.inUnitsOfTheTeacher(learnt, learning, FILTERS);
    for (String exit : student.outputs()) {
      float[] before = outputs(student.withOutputs(exit), learnt);
      float[] after = outputs(student.withOutputs(exit), scaled);
      for (int i = 0; i < before.length; i++) {
        float deviation = statistics.deviation()[FILTERS.get(i % FILTERS.size())];
        assertEquals(before[i] * deviation, after[i], 1e-4 * deviation, exit + " value " + i);
      }
    }
  }

  @Test
  void outputsBeginAtTheFeaturesMeans() {
    Weights start = source.start(Weights.initial(learning, 3), learning, FILTERS);
    for (Node node : learning.nodes()) {
      if (node instanceof Node.BatchNorm norm && norm.isOfOutput()) {
        assertArrayEquals(new float[] {50, 0.03f}, start.of(norm.shift()), 1e-4f, norm.name());
      }
    }
  }
}
