package io.tarn.cache;

import io.tarn.store.BucketName;
import io.tarn.store.Key;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What of a bucket is acknowledged and not at its origin.
///
/// - `origin`: its name in the settings
/// - `upTo`: what came later is not among them; names this moment, 0 where nothing was queued
/// - `writes`, `bytes`: how many, and what they take of the disk
/// - `oldest`: when the oldest came; null where there is none
/// - `refused`: how many of them the origin does not take; `refusals` has the oldest of these
public record QueueStatus(
    BucketName bucket,
    String origin,
    long upTo,
    long writes,
    long bytes,
    @Nullable Instant oldest,
    long refused,
    List<Refusal> refusals) {
  public QueueStatus {
    refusals = List.copyOf(refusals);
  }

  /// A write that the origin does not take, and why. It is kept, and tried again from time to time.
  public record Refusal(Key key, Instant since, String why) {}

  /// The newest write of a key that is queued.
  ///
  /// - `refusal`: why the origin does not take the key's oldest queued write; empty where it may
  public record Newest(Instant since, boolean isDelete, String refusal) {}
}
