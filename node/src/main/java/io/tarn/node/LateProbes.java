package io.tarn.node;

import io.tarn.catalog.BucketRegistry;
import io.tarn.console.Origins.Kept;
import io.tarn.store.Bucket;
import io.tarn.store.Capability;
import io.tarn.store.DocumentKind;
import io.tarn.store.Home;
import io.tarn.store.StoreFailure;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Tries out anew, after a start, what the origins of buckets can do of which that was tried out
/// too long ago ([Kept#BELIEVED]): one bucket after the other, beside the requests, which go by
/// what was found before until it is there. What cannot be tried out stays as it was until the next
/// start.
final class LateProbes implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(LateProbes.class);

  private final BucketRegistry buckets;
  private final Function<Bucket, OpenOrigin> origins;
  private final InstantSource clock;
  private volatile boolean closed;

  LateProbes(BucketRegistry buckets, Function<Bucket, OpenOrigin> origins, InstantSource clock) {
    this.buckets = buckets;
    this.origins = origins;
    this.clock = clock;
  }

  void begin(List<Bucket> linked) {
    if (linked.isEmpty()) return;
    Thread.ofVirtual().name("origin-try").start(() -> linked.forEach(this::renew));
  }

  private void renew(Bucket bucket) {
    if (closed) return;
    try {
      Optional<LinkRecord> kept =
          buckets.document(bucket, DocumentKind.LINK).map(text -> LinkRecord.of(bucket, text));
      if (kept.isPresent() && isOld(kept.get())) renew(bucket, kept.get());
    } catch (StoreFailure e) {
      if (closed) return;
      LOG.warn(
          "what can be done where bucket {} is linked to is as it was found long ago: {}",
          bucket.name(),
          e.getMessage());
    }
  }

  private boolean isOld(LinkRecord record) {
    return record.probed().plus(Kept.BELIEVED).isBefore(clock.instant());
  }

  /// The time is written last: what a crash leaves is tried out once more.
  private void renew(Bucket bucket, LinkRecord record) {
    Home.Linked link = (Home.Linked) bucket.home();
    Instant now = clock.instant().truncatedTo(ChronoUnit.SECONDS);
    var everything = new Home.Linked(link.origin(), link.bucket(), link.prefix(), Capability.ALL);
    Set<Capability> found = origins.apply(bucket).examine(bucket.at(everything));
    if (!found.equals(link.capabilities())) {
      LOG.warn(
          "bucket {}: its origin could do {}, and can do {} now",
          bucket.name(),
          link.capabilities(),
          found);
      Bucket _ = buckets.found(bucket, found);
    }
    buckets.setDocument(bucket, DocumentKind.LINK, record.tried(now).document());
  }

  /// What is being tried out is so to its end.
  @Override
  public void close() {
    closed = true;
  }
}
