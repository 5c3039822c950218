package io.coterie.cli;

import picocli.CommandLine;

/** The release, for {@code --version}. */
public final class Release implements CommandLine.IVersionProvider {
  @Override
  public String[] getVersion() {
    String version = Release.class.getPackage().getImplementationVersion();
    return new String[] {"coterie " + (version == null ? "development" : version)};
  }
}
