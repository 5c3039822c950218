package io.coterie.cli;

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

  /** The keys of the files; a file that holds none ends the command. */
  public TrustedKeys keys() {
    try {
      return TrustedKeys.read(files);
    } catch (IOException e) {
      throw new CommandException("--trusted-key: " + e.getMessage());
    }
  }
}
