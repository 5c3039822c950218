package io.coterie.agent;

/** The release of this software. */
public final class Version {
  private Version() {}

  /**
   * The release from the jar's manifest; {@code development} if the agent runs from class files.
   */
  public static String current() {
    String version = Version.class.getPackage().getImplementationVersion();
    return version == null ? "development" : version;
  }
}
