package io.coterie.agent;

/** The release of this software. */
final class Version {
  private Version() {}

  /** From the jar's manifest; {@code development} where it runs from class files. */
  static String current() {
    String version = Version.class.getPackage().getImplementationVersion();
    return version == null ? "development" : version;
  }
}
