package io.coterie.models.fusion;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.coterie.models.evaluation.Accuracy;
import io.coterie.models.evaluation.Patterns;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Synthetic portions: the label is seen, with noise, in the values of every partition. */
class FusionTrainerTest {
  private static final int LABELS = 4;
  private static final int SIZE = 6;
  private static final int SAMPLES = 1500;

  private record Task(FusionSamples samples, int[] truth) {}

  private static Task task(int partitions, int students, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    int[] truth = random.ints(SAMPLES, 0, LABELS).toArray();
    float[] targets = new float[SAMPLES * LABELS];
    for (int i = 0; i < SAMPLES; i++) {
      targets[i * LABELS + truth[i]] = 1;
    }
    List<List<float[]>> portions = new ArrayList<>();
    List<float[]> means = new ArrayList<>();
    for (int k = 0; k < partitions; k++) {
      List<float[]> own = new ArrayList<>();
      for (int s = 0; s < students; s++) {
        own.add(portion(truth, random));
      }
      portions.add(own);
      means.add(mean(own.get(0)));
    }
    return new Task(new FusionSamples(portions, means, targets, LABELS), truth);
  }

  private static float[] portion(int[] truth, SplittableRandom random) {
    float[] values = new float[SAMPLES * SIZE];
    for (int i = 0; i < SAMPLES; i++) {
      for (int f = 0; f < SIZE; f++) {
        double signal = f == truth[i] ? 2.2 : 0;
        values[i * SIZE + f] = (float) Math.max(0, signal + random.nextGaussian());
      }
    }
    return values;
  }

  private static float[] mean(float[] values) {
    float[] mean = new float[SIZE];
    for (int i = 0; i < values.length; i++) {
      mean[i % SIZE] += values[i] / SAMPLES;
    }
    return mean;
  }

  private static LinearHead zero(int features) {
    return new LinearHead(new float[features * LABELS], new float[LABELS]);
  }

  private static double accuracy(Task task, LinearHead head, int bits) {
    Patterns patterns = new Patterns(task.samples().means());
    List<float[]> smallest = task.samples().portions().stream().map(s -> s.get(0)).toList();
    float[] features = patterns.features(smallest, bits);
    float[] logits = new float[SAMPLES * LABELS];
    for (int i = 0; i < SAMPLES; i++) {
      head.logits(features, i * head.features(), logits, i * LABELS);
    }
    return Accuracy.of(Accuracy.predictions(logits, LABELS), task.truth());
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4})
  void learnsFromAllPortions(int partitions) {
    Task task = task(partitions, 1, partitions);
    LinearHead head = FusionTrainer.train(task.samples(), zero(SIZE * partitions), 8, 0.1, 0.15, 1);
    double one = partitions == 1 ? 0.8 : 0.9;
    assertTrue(accuracy(task, head, (1 << partitions) - 1) > one, "K=" + partitions);
  }

  @Test
  void everyPortionAddsToTheAnswer() {
    Task task = task(3, 1, 5);
    LinearHead head = FusionTrainer.train(task.samples(), zero(SIZE * 3), 8, 0.1, 0.15, 1);
    double all = accuracy(task, head, 0b111);
    double two = accuracy(task, head, 0b101);
    double one = accuracy(task, head, 0b100);
    assertTrue(all > two && two > one && one > 0.6, all + " " + two + " " + one);
  }

  @Test
  void dropoutHelpsWhenAPortionIsMissing() {
    Task task = skewed();
    LinearHead with = FusionTrainer.train(task.samples(), zero(2 * SIZE), 10, 0.1, 0.4, 1);
    LinearHead without = FusionTrainer.train(task.samples(), zero(2 * SIZE), 10, 0.1, 0, 1);
    assertTrue(accuracy(task, with, 0b10) > accuracy(task, without, 0b10) + 0.02);
  }

  /**
   * The second portion holds mostly the noise of the first: together the best use of it is to take
   * that noise away, alone that is the worst.
   */
  private static Task skewed() {
    Task task = task(2, 1, 9);
    SplittableRandom random = new SplittableRandom(10);
    float[] first = new float[SAMPLES * SIZE];
    float[] second = new float[SAMPLES * SIZE];
    for (int i = 0; i < first.length; i++) {
      boolean signal = i % SIZE == task.truth()[i / SIZE];
      float noise = (float) random.nextGaussian();
      first[i] = noise + (signal ? 2 : 0);
      second[i] = noise + (signal ? 1 : 0);
    }
    FusionSamples samples =
        new FusionSamples(
            List.of(List.of(first), List.of(second)),
            List.of(mean(first), mean(second)),
            task.samples().targets(),
            LABELS);
    return new Task(samples, task.truth());
  }

  @Test
  void servesEveryMixOfStudents() {
    Task task = task(2, 2, 12);
    LinearHead head = FusionTrainer.train(task.samples(), zero(SIZE * 2), 8, 0.1, 0.15, 1);
    FusionSamples all = task.samples();
    List<List<float[]>> others = all.portions().stream().map(s -> List.of(s.get(1))).toList();
    Task other =
        new Task(new FusionSamples(others, all.means(), all.targets(), LABELS), task.truth());
    assertEquals(accuracy(task, head, 0b11), accuracy(other, head, 0b11), 0.05);
  }

  @Test
  void withoutEpochsTheLayerStaysWhatItWas() {
    Task task = task(2, 1, 3);
    float[] weight = new float[LABELS * 2 * SIZE];
    for (int i = 0; i < weight.length; i++) {
      weight[i] = (i % 5 - 2) / 3f;
    }
    LinearHead start = new LinearHead(weight, new float[] {1, -1, 0.5f, 0});
    LinearHead same = FusionTrainer.train(task.samples(), start, 0, 0.1, 0.1, 1);
    for (int i = 0; i < weight.length; i++) {
      assertEquals(weight[i], same.weight()[i], 1e-5);
    }
    for (int i = 0; i < LABELS; i++) {
      assertEquals(start.bias()[i], same.bias()[i], 1e-4);
    }
  }

  @Test
  void isTheSameForTheSameSeed() {
    Task task = task(2, 1, 3);
    LinearHead one = FusionTrainer.train(task.samples(), zero(2 * SIZE), 2, 0.1, 0.1, 4);
    assertEquals(one, FusionTrainer.train(task.samples(), zero(2 * SIZE), 2, 0.1, 0.1, 4));
  }

  @Test
  void refusesWhatDoesNotFit() {
    Task task = task(2, 1, 3);
    assertThrows(
        IllegalArgumentException.class,
        () -> FusionTrainer.train(task.samples(), zero(SIZE), 1, 0.1, 0.1, 1));
    assertThrows(
        IllegalArgumentException.class,
        () -> FusionTrainer.train(task.samples(), zero(2 * SIZE), 1, 0.1, 1, 1));
  }

  @Test
  void fitsALayerFromNothing() {
    SplittableRandom random = new SplittableRandom(4);
    int n = 600;
    float[] features = new float[3 * n];
    float[] targets = new float[2 * n];
    for (int i = 0; i < n; i++) {
      int label = i % 2;
      features[3 * i] = (float) (5 + (label == 0 ? -1 : 1) + 0.3 * random.nextGaussian());
      features[3 * i + 1] = (float) random.nextGaussian();
      targets[2 * i + label] = 1;
    }
    LinearHead head = FusionTrainer.fit(features, targets, 2, 9);
    float[] logits = new float[2];
    int right = 0;
    for (int i = 0; i < n; i++) {
      head.logits(features, 3 * i, logits, 0);
      right += (logits[1] > logits[0] ? 1 : 0) == i % 2 ? 1 : 0;
    }
    assertTrue(right > 0.97 * n, right + " of " + n);
  }
}
