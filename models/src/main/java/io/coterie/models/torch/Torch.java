package io.coterie.models.torch;

import ai.djl.engine.Engine;
import java.nio.file.Path;

/**
 * Starts libtorch without a network: natives come from the class path and are unpacked once into a
 * folder, nothing is downloaded and nobody is told.
 */
public final class Torch {
  private Torch() {}

  /** True where the natives for this platform are on the class path. */
  public static boolean available() {
    return Torch.class.getResource("/native/lib/pytorch.properties") != null;
  }

  /**
   * Sets up the engine. Must be the first thing that touches DJL in this process; later calls
   * change nothing but the seed.
   *
   * @param threads threads of one operation; 1 per process is best on shared machines, because
   *     libtorch's threads spin
   * @throws IllegalStateException if libtorch cannot be loaded
   */
  public static void start(Path nativeCache, int threads, long seed) {
    System.setProperty("ai.djl.offline", "true");
    System.setProperty("OPT_OUT_TRACKING", "true");
    System.setProperty("ENGINE_CACHE_DIR", nativeCache.toString());
    System.setProperty("DJL_CACHE_DIR", nativeCache.toString());
    System.setProperty("ai.djl.pytorch.num_threads", Integer.toString(threads));
    System.setProperty("ai.djl.pytorch.num_interop_threads", "1");
    try {
      Engine.getEngine("PyTorch").setRandomSeed((int) seed);
    } catch (RuntimeException | LinkageError e) {
      throw new IllegalStateException(
          "libtorch cannot be loaded (natives in "
              + nativeCache
              + "): training needs the jar pytorch-native-cpu for this platform, which the Maven"
              + " profile libtorch brings: "
              + e.getMessage(),
          e);
    }
  }
}
