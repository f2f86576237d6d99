package io.tarn.node;

/// The version of the program, from the manifest of its jar.
final class Version {
  static final String TEXT = text();

  private Version() {}

  private static String text() {
    String version = Version.class.getPackage().getImplementationVersion();
    return version == null ? "0.1.0-SNAPSHOT" : version;
  }
}
