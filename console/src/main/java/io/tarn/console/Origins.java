package io.tarn.console;

import io.tarn.cache.CacheUsage;
import io.tarn.cache.NearCache;
import io.tarn.cache.QueueStatus;
import io.tarn.store.Bucket;
import io.tarn.store.BucketName;
import io.tarn.store.DocumentKind;
import io.tarn.store.Home;
import io.tarn.store.Key;
import io.tarn.store.TenantId;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/// The origins that buckets can be linked to, and what is cached of them. Thread-safe.
public interface Origins {
  /// Tries out what a bucket of this name and owner, which need not be there yet, is to be linked
  /// to. Returns its home, with what can be done there.
  ///
  /// @throws io.tarn.store.StoreFailure when it could not be used; says what to change
  Linked examine(BucketName bucket, TenantId owner, LinkRequest request);

  /// A home, and what is to be kept with the bucket.
  record Linked(Home.Linked home, Map<DocumentKind, String> documents) {
    public Linked {
      documents = Map.copyOf(documents);
    }
  }

  /// There is this bucket now: what it is linked to is used from now on.
  void linked(Bucket bucket);

  /// It is gone: so is what was used for it alone. What is at the origin stays.
  void unlinked(Bucket bucket);

  /// What is kept of a link; nothing of one from before that was done.
  ///
  /// @throws io.tarn.store.StoreFailure when it is not to be understood
  Optional<Kept> kept(Bucket bucket);

  /// The settings of an origin of its own, which are no secrets; what the settings of the server
  /// call its keys; and when it was tried out.
  record Kept(Map<String, String> settings, String credentials, Instant probed) {
    /// What was found then is believed for so long; then it is tried out again at a start.
    public static final Duration BELIEVED = Duration.ofDays(30);

    public Kept {
      settings = Map.copyOf(settings);
    }
  }

  /// The near-cache before the origin of a linked bucket; nothing where there is none.
  ///
  /// @throws io.tarn.store.StoreFailure when the origin cannot be used
  Optional<NearCache> cache(Bucket bucket);

  /// How full the disks of the near-cache are; nothing where there is none.
  Optional<CacheUsage> usage();

  /// What is acknowledged of a linked bucket and not at its origin; nothing where no write can be.
  default Optional<QueueStatus> queued(Bucket bucket) {
    return Optional.empty();
  }

  /// What of a key is acknowledged and not at its origin.
  default Optional<QueueStatus.Newest> queued(Bucket bucket, Key key) {
    return Optional.empty();
  }

  /// What of a bucket is not, after it had so much time to get there. `upTo` is that of an earlier
  /// answer, whose wait goes on, or 0.
  default Optional<QueueStatus> sync(Bucket bucket, long upTo, Duration timeout) {
    return queued(bucket);
  }

  /// Has a linked bucket taken away by `away`, once all that was acknowledged of it is at its
  /// origin; meanwhile nothing more is.
  ///
  /// @throws io.tarn.store.StoreFailure.Conflict when something is not
  default void unlink(Bucket bucket, Runnable away) {
    away.run();
  }
}
