package io.tarn.node;

/// The version of the program, from the manifest of its jar.
final class ProgramVersion {
  static final String TEXT = text();

  private ProgramVersion() {}

  private static String text() {
    String version = ProgramVersion.class.getPackage().getImplementationVersion();
    return version == null ? "0.1.0-SNAPSHOT" : version;
  }
}
