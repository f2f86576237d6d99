package io.tarn.node;

import io.tarn.store.Bucket;
import io.tarn.store.Buckets;
import io.tarn.store.DocumentKind;
import io.tarn.store.Home;
import io.tarn.store.StoreFailure;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The origins that belong to one bucket each, whose settings are kept with it ([LinkRecord]).
///
/// Each is opened on a thread of its own, at a start and when its bucket is linked: a file system
/// that does not answer holds up nobody else. One that could not be opened is tried again by who
/// asks for it, after a while. Thread-safe.
final class BucketOrigins implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(BucketOrigins.class);
  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final Duration AGAIN = Duration.ofSeconds(5);

  private final OriginOpener opener;
  private final Buckets buckets;
  private final Map<Long, Opening> openings = new ConcurrentHashMap<>();
  private final ExecutorService threads =
      Executors.newCachedThreadPool(Thread.ofPlatform().daemon().name("origin-open-", 0).factory());

  /// One that is open, is being opened, or could not be.
  private record Opening(CompletableFuture<OpenOrigin> outcome, long began) {
    boolean isToBeTriedAgain() {
      return outcome.isCompletedExceptionally() && System.nanoTime() - began > AGAIN.toNanos();
    }
  }

  BucketOrigins(OriginOpener opener, Buckets buckets) {
    this.opener = opener;
    this.buckets = buckets;
  }

  boolean isOwn(Bucket bucket) {
    return bucket.home() instanceof Home.Linked link && link.hasItsOwn();
  }

  /// Begins to open it, if nobody has.
  void resume(Bucket bucket) {
    Opening _ = opening(bucket);
  }

  private Opening opening(Bucket bucket) {
    return openings.compute(
        bucket.id(),
        (_, before) -> {
          if (before != null && !before.isToBeTriedAgain()) return before;
          return new Opening(
              CompletableFuture.supplyAsync(() -> open(bucket), threads), System.nanoTime());
        });
  }

  private OpenOrigin open(Bucket bucket) {
    try {
      String document =
          buckets
              .document(bucket, DocumentKind.LINK)
              .orElseThrow(
                  () ->
                      new StoreFailure.Unavailable(
                          "nothing is kept of what bucket %s is linked to; unlink it, and link it anew"
                              .formatted(bucket.name()),
                          null));
      LinkRecord record = LinkRecord.of(bucket, document);
      OpenOrigin open =
          opener.open(Home.Linked.ofItsOwn(bucket.name()), record.config(), record.credentials());
      PinnedBlocks.resume(open, buckets, bucket);
      return open;
    } catch (StoreFailure e) {
      LOG.warn("what bucket {} is linked to cannot be used: {}", bucket.name(), e.getMessage());
      throw e;
    }
  }

  /// @throws StoreFailure.Unavailable when it cannot be used
  OpenOrigin of(Bucket bucket) {
    CompletableFuture<OpenOrigin> outcome = opening(bucket).outcome;
    try {
      return outcome.get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      throw unavailable(bucket, "it does not answer", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw unavailable(bucket, "the server is being stopped", e);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof StoreFailure why) {
        throw unavailable(bucket, String.valueOf(why.getMessage()), why);
      }
      throw new IllegalStateException("opening an origin met a bug", e.getCause());
    }
  }

  private static StoreFailure.Unavailable unavailable(Bucket bucket, String why, Exception cause) {
    return new StoreFailure.Unavailable(
        "what bucket %s is linked to cannot be used: %s".formatted(bucket.name(), why), cause);
  }

  /// Those that are open.
  List<OpenOrigin> opened() {
    return openings.values().stream()
        .map(Opening::outcome)
        .filter(outcome -> outcome.isDone() && !outcome.isCompletedExceptionally())
        .map(CompletableFuture::join)
        .toList();
  }

  /// Takes it out of use, and hands it over if it was in use.
  Optional<OpenOrigin> forget(Bucket bucket) {
    Opening opening = openings.remove(bucket.id());
    if (opening == null || opening.outcome.isCompletedExceptionally()) return Optional.empty();
    if (opening.outcome.isDone()) return Optional.of(opening.outcome.join());
    var _ = opening.outcome.thenAccept(OpenOrigin::close);
    return Optional.empty();
  }

  @Override
  public void close() {
    threads.shutdown();
    for (Opening opening : openings.values()) {
      if (!opening.outcome.isCompletedExceptionally()) {
        var _ = opening.outcome.thenAccept(OpenOrigin::close);
      }
    }
  }
}
