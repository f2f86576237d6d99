package io.tarn.meta;

import io.tarn.store.ETag;
import io.tarn.store.StoreFailure;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A store whose truth is one object at an origin, for servers without files: several may run over
/// it at once, and any may vanish. All of it is in memory, too, and read from there.
///
/// - A commit replaces the object on condition that it is still what the guards were decided
///   against ([ImageCommitter]); so guards hold among all servers.
/// - What others changed is known after `poll`, and a subscriber is then told of a gap.
/// - A server that has not heard from the origin for `stale` refuses reads. Whoever remembers rows
///   is told of a gap at that moment, so that nothing is answered from memory either.
///
/// A server reads its own commits at once, and those of others in their order, a moment later.
public final class ImageMetaStore implements MetaStore {
  private static final Logger LOG = LoggerFactory.getLogger(ImageMetaStore.class);
  private static final Limits LIMITS = new Limits(MetaKey.MAX_LENGTH, 1 << 20, 16_384, 8 << 20);

  private final ImageObject object;
  private final ImageSettings settings;
  private final Ticker ticker;
  private final ChangeFeed feed = new ChangeFeed();
  private final ImageCommitter committer;
  private final CountDownLatch closing = new CountDownLatch(1);
  private final AtomicBoolean closed = new AtomicBoolean();
  private final Thread watch;
  private volatile Known known;

  /// What is known, and since when it is: from before it was asked for.
  record Known(Image image, ETag etag, long heard) {}

  private ImageMetaStore(ImageObject object, ImageSettings settings, Ticker ticker, Known known) {
    this.object = object;
    this.settings = settings;
    this.ticker = ticker;
    this.known = known;
    this.committer = new ImageCommitter(this, settings);
    this.watch = Thread.ofPlatform().daemon().name("meta-image-watch").start(this::watch);
  }

  /// Takes up what is there, or begins it. Fails with [StoreFailure] or [MetaException].
  public static ImageMetaStore open(ImageObject object, ImageSettings settings) {
    return open(object, settings, Ticker.SYSTEM);
  }

  static ImageMetaStore open(ImageObject object, ImageSettings settings, Ticker ticker) {
    long now = ticker.nanos();
    return new ImageMetaStore(object, settings, ticker, first(object, settings, now));
  }

  private static Known first(ImageObject object, ImageSettings settings, long now) {
    try {
      return load(object, settings, now);
    } catch (StoreFailure.NoSuchKey e) {
      try {
        Image empty = Image.empty(UUID.randomUUID());
        return new Known(empty, object.create(empty.toBytes()), now);
      } catch (StoreFailure.ConditionFailed | StoreFailure.Conflict other) {
        return load(object, settings, now); // another server began it
      }
    }
  }

  private static Known load(ImageObject object, ImageSettings settings, long now) {
    ImageObject.Found found = object.load(null, most(settings));
    if (found == null) throw new IllegalStateException("not modified since nothing");
    return new Known(Image.ofBytes(found.bytes()), found.etag(), now);
  }

  /// An image of rows of the greatest size has a head besides, and rows that end something.
  private static long most(ImageSettings settings) {
    return settings.size().bytes() + settings.size().bytes() / 8 + 65_536;
  }

  // What the committer works with.

  ImageObject object() {
    return object;
  }

  Ticker ticker() {
    return ticker;
  }

  ChangeFeed feed() {
    return feed;
  }

  Known known() {
    return known;
  }

  void know(Known now) {
    known = now;
  }

  /// Asks the origin, and takes over what others wrote. Fails with [StoreFailure] or
  /// [MetaException.Corrupt]. The committer's thread only.
  void refresh() {
    Known before = known;
    long now = ticker.nanos();
    ImageObject.Found found = object.load(before.etag(), most(settings));
    if (found == null) {
      known = new Known(before.image(), before.etag(), now);
      return;
    }
    Image image = Image.ofBytes(found.bytes());
    if (image.generation() < before.image().generation()) {
      throw new MetaException.Corrupt(
          "the object of the metadata is older than what was there before: generation %d after %d"
              .formatted(image.generation(), before.image().generation()),
          null);
    }
    known = new Known(image, found.etag(), now);
    feed.lose();
  }

  /// What is known, if it is fresh enough to go by.
  private Known fresh() {
    if (closed.get()) throw new MetaException.Unavailable("the store is closed", null);
    Known now = known;
    long age = ticker.nanos() - now.heard();
    if (age > settings.stale().toNanos()) {
      throw new MetaException.Unavailable(
          "the origin that has the metadata has not answered for %d seconds"
              .formatted(TimeUnit.NANOSECONDS.toSeconds(age)),
          null);
    }
    return now;
  }

  boolean isStale() {
    return ticker.nanos() - known.heard() > settings.stale().toNanos();
  }

  /// Tells whoever remembers rows once they are too old to be gone by. On a thread of its own: the
  /// one that asks the origin may be waiting for it.
  private void watch() {
    boolean told = false;
    try {
      while (!closing.await(settings.poll().toMillis(), TimeUnit.MILLISECONDS)) {
        boolean stale = isStale();
        if (stale && !told) {
          LOG.warn("the origin that has the metadata does not answer: requests are refused");
          feed.lose();
        }
        if (told && !stale) LOG.info("the origin that has the metadata answers again");
        told = stale;
      }
    } catch (InterruptedException e) {
      throw new IllegalStateException(e); // nobody interrupts it
    }
  }

  /// What the rows take of `size`.
  public long bytes() {
    return known.image().rows().bytes();
  }

  @Override
  public Limits limits() {
    return LIMITS;
  }

  @Override
  public CompletionStage<Optional<Entry>> get(MetaKey key) {
    return BatchLimits.completed(() -> Optional.ofNullable(fresh().image().rows().find(key)));
  }

  @Override
  public CompletionStage<List<Optional<Entry>>> getAll(List<MetaKey> keys) {
    return BatchLimits.completed(
        () -> {
          SortedRows rows = fresh().image().rows();
          return keys.stream().map(key -> Optional.ofNullable(rows.find(key))).toList();
        });
  }

  @Override
  public CompletionStage<Page> scan(Scan scan) {
    return BatchLimits.completed(() -> fresh().image().rows().page(scan));
  }

  @Override
  public CompletionStage<CommitResult> commit(Batch batch) {
    try {
      BatchLimits.measure(batch, LIMITS);
      return committer.submit(batch);
    } catch (MetaException e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  @Override
  public Subscription subscribe(List<KeyRange> ranges, ChangeListener listener) {
    return feed.subscribe(ranges, listener);
  }

  @Override
  public CompletionStage<List<Damage>> verify() {
    var answer = new CompletableFuture<List<Damage>>();
    Thread.ofVirtual().name("meta-image-verify").start(() -> complete(answer, this::damage));
    return answer;
  }

  private List<Damage> damage() {
    try {
      Known _ = load(object, settings, ticker.nanos());
      return List.of();
    } catch (MetaException.Corrupt | StoreFailure.Corrupt | StoreFailure.NoSuchKey e) {
      return List.of(new Damage(object.key().text(), String.valueOf(e.getMessage())));
    } catch (StoreFailure e) {
      throw new MetaException.Unavailable(String.valueOf(e.getMessage()), e);
    }
  }

  private static <T> void complete(CompletableFuture<T> answer, Supplier<T> work) {
    try {
      answer.complete(work.get());
    } catch (RuntimeException e) {
      answer.completeExceptionally(e);
    }
  }

  @Override
  public CompletionStage<Long> backup(Path directory) {
    throw new UnsupportedOperationException(
        "the metadata is one object at the origin; copy that, or have the origin keep versions");
  }

  @Override
  public Health health() {
    boolean stale = isStale();
    Optional<String> problem =
        stale ? Optional.of("the origin that has the metadata does not answer") : Optional.empty();
    boolean writable = !closed.get() && !stale;
    Known now = known;
    long lag = TimeUnit.NANOSECONDS.toMillis(ticker.nanos() - now.heard());
    return new Health(
        Health.Role.CLIENT,
        writable,
        now.image().rows().bytes() >= settings.size().bytes(),
        committer.queued(),
        now.image().sequence(),
        lag,
        problem);
  }

  @Override
  public void close() {
    if (!closed.compareAndSet(false, true)) return;
    committer.close();
    closing.countDown();
    Uninterrupted.run(watch::join);
    feed.close();
  }
}
