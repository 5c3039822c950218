package io.coterie.agent.boot;

import io.coterie.protocol.bundle.TrustedKeys;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.Option;

/** Whose bundles are used. */
public final class TrustOption {
  @Option(
      names = "--trusted-key",
      paramLabel = "FILE",
      description =
          "public key from 'coterie bundle keygen'; with one or more, bundles that none of them"
              + " signed are refused")
  private List<Path> files = List.of();

  /**
   * The keys of the files.
   *
   * @throws IllegalArgumentException if a file holds none; the message names the option
   */
  public TrustedKeys keys() {
    try {
      return TrustedKeys.read(files);
    } catch (IOException e) {
      throw new IllegalArgumentException("--trusted-key: " + e.getMessage(), e);
    }
  }
}
