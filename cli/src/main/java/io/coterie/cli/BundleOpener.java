package io.coterie.cli;

import io.coterie.protocol.bundle.Bundle;
import io.coterie.protocol.bundle.BundleException;
import java.nio.file.Path;

/** Opens the bundle that a user named. */
public final class BundleOpener {
  private BundleOpener() {}

  /** The verified bundle; what is wrong with it ends the command. */
  public static Bundle open(Path path) {
    try {
      return Bundle.open(path);
    } catch (BundleException e) {
      throw new CommandException(e.getMessage());
    }
  }
}
