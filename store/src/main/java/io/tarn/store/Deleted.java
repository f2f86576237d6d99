package io.tarn.store;

/// The outcome of a delete. `version` is the delete marker that was made, or the version that was
/// removed; [Version#LATEST] where there is nothing to name. Deleting what is not there is a
/// success, as in S3.
public record Deleted(Version version, boolean deleteMarker, DurabilityLevel durability) {
  public static final Deleted NOTHING = new Deleted(Version.LATEST, false);

  public Deleted(Version version, boolean deleteMarker) {
    this(version, deleteMarker, DurabilityLevel.UNSAID);
  }

  /// The same, durable there.
  public Deleted at(DurabilityLevel level) {
    return new Deleted(version, deleteMarker, level);
  }
}
