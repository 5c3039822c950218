package io.coterie.models.training;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.training.GradientCollector;
import io.coterie.models.torch.NativeCache;
import io.coterie.models.torch.Torch;
import java.lang.ref.Cleaner;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Tag("training")
final class LossesTest {
  private static final int OTHERS = 20_000;

  private final List<ByteBuffer> others = new ArrayList<>();

  @BeforeAll
  static void start() {
    assumeTrue(Torch.available(), "libtorch's natives are not on the class path");
    Torch.start(NativeCache.FOLDER, 1, 1);
  }

  /** The backward pass reads constants that the forward pass made. */
  @Test
  @Timeout(60)
  void constantsOutliveTheForwardPass() {
    try (NDManager manager = NDManager.newBaseManager()) {
      NDArray value = manager.create(new float[] {1, 2});
      value.setRequiresGradient(true);
      try (GradientCollector gradients = Engine.getInstance().newGradientCollector()) {
        NDArray sum = value.sum();
        for (int i = 0; i < 200; i++) {
          sum = Losses.scaled(sum, i % 2 == 0 ? 2 : 0.5f);
        }
        reuseFreedMemory();
        gradients.backward(sum);
      }
      assertArrayEquals(new float[] {1, 1}, value.getGradient().toFloatArray());
    }
  }

  /** Collects garbage, waits until its memory is freed, and fills that with other values. */
  private void reuseFreedMemory() {
    AtomicBoolean freed = new AtomicBoolean();
    Cleaner.create().register(new Object(), () -> freed.set(true));
    while (!freed.get()) {
      System.gc();
      Thread.onSpinWait();
    }
    for (int i = 0; i < OTHERS; i++) {
      others.add(ByteBuffer.allocateDirect(4).putInt(0, 0x7fc00000));
    }
    assertEquals(OTHERS, others.size());
  }
}
