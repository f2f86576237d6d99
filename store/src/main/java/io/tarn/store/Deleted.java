package io.tarn.store;

/// The outcome of a delete. `version` is the delete marker that was made, or the version that was
/// removed; [Version#LATEST] where there is nothing to name. Deleting what is not there is a
/// success, as in S3.
public record Deleted(Version version, boolean deleteMarker) {
  public static final Deleted NOTHING = new Deleted(Version.LATEST, false);
}
