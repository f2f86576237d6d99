package io.tarn.index;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.tarn.meta.Entry;
import io.tarn.meta.MetaKey;
import io.tarn.meta.Ticker;
import io.tarn.rows.BlockingRows;
import io.tarn.rows.BucketStates;
import io.tarn.settings.DataSize;
import io.tarn.store.Blobs;
import io.tarn.store.Bucket;
import io.tarn.store.ContentRange;
import io.tarn.store.Key;
import io.tarn.store.ObjectHead;
import io.tarn.store.OpenObject;
import io.tarn.store.Part;
import io.tarn.store.Read;
import io.tarn.store.StoreFailure;
import io.tarn.store.Version;
import io.tarn.store.Versioning;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;

/// Finds and opens versions.
final class VersionReads {
  private static final int ATTEMPTS = 10;

  /// A version whose row was read longer ago than this may be gone by the time it is pinned.
  private static final long STALE_NANOS = 500_000_000;

  /// A list of ten thousand parts takes megabytes.
  private static final int WHOLE_AT_ONCE = 4;

  private final BlockingRows rows;
  private final BucketStates buckets;
  private final Blobs blobs;
  private final Pins pins;
  private final Ticker ticker;
  private final InlineBytes inline;
  private final Semaphore wholeAtOnce = new Semaphore(WHOLE_AT_ONCE);

  /// Where blobs are opened, and what keeps them from being collected meanwhile.
  record Opened(Blobs blobs, Pins pins, Ticker ticker) {}

  VersionReads(BlockingRows rows, InlineBytes inline, BucketStates buckets, Opened opened) {
    this.rows = rows;
    this.inline = inline;
    this.buckets = buckets;
    this.blobs = opened.blobs();
    this.pins = opened.pins();
    this.ticker = opened.ticker();
  }

  ObjectHead head(Read read) {
    ObjectHead head = head(read.key(), find(read));
    read.decide(head);
    return head;
  }

  OpenObject open(Read read) {
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
      long began = ticker.nanos();
      ObjectRow row = find(read);
      pins.pin(row.token());
      boolean opened = false;
      try {
        OpenObject open = ticker.nanos() - began > STALE_NANOS ? null : open(read, row);
        opened = open instanceof OpenExtents;
        if (open != null) return open;
      } finally {
        if (!opened) pins.unpin(row.token());
      }
    }
    throw lost(read);
  }

  private static StoreFailure lost(Read read) {
    return new StoreFailure.Corrupt(
        "%s refers to bytes that are not there".formatted(read.key()), null);
  }

  /// Null when something the row refers to is gone: then the row must be, too, so look again.
  private @Nullable OpenObject open(Read read, ObjectRow row) {
    if (row.location() instanceof Location.Inline) {
      byte[] bytes = inline.find(row.token());
      if (bytes == null) return null;
      if (bytes.length != row.front().size()) {
        throw new StoreFailure.Corrupt(
            "%s is not as long as its row says".formatted(read.key()), null);
      }
      ObjectHead head = head(read.key(), row);
      read.decide(head);
      return new OpenBytes(head, ContentRange.of(read.wanted(), head.content(), List::of), bytes);
    }
    SectionPages pages = pages(row);
    if (pages == null) return null;
    ObjectHead head = head(read.key(), row);
    read.decide(head);
    ContentRange slice = ContentRange.of(read.wanted(), head.content(), pages::parts);
    if (row.location() instanceof Location.Nowhere) return new OpenBytes(head, slice, new byte[0]);
    return new OpenExtents(head, slice, pages, blobs, () -> pins.unpin(row.token()));
  }

  /// Null when the manifest is gone.
  private @Nullable SectionPages pages(ObjectRow row) {
    return switch (row.location()) {
      case Location.Nowhere(), Location.Inline() -> new SectionPages.Listed(List.of());
      case Location.Listed(var sections) -> new SectionPages.Listed(sections);
      case Location.Manifest(var chunks) -> {
        Entry first = rows.get(IndexKeys.manifest(row.token(), 0));
        yield first == null
            ? null
            : new ManifestPages(row.token(), chunks, Manifests.startsOfRow(first.value()));
      }
    };
  }

  private final class ManifestPages implements SectionPages {
    private final long token;
    private final int count;
    private final List<Long> starts;

    ManifestPages(long token, int count, List<Long> starts) {
      this.token = token;
      this.count = count;
      this.starts = starts;
    }

    @Override
    public Place find(long offset) {
      int page = 0;
      long start = 0;
      for (long next : starts) {
        if (next > offset) break;
        page++;
        start = next;
      }
      return new Place(page, start);
    }

    @Override
    public int count() {
      return count;
    }

    @Override
    public List<Section> page(int number) {
      Entry entry = rows.get(IndexKeys.manifest(token, number));
      if (entry == null) {
        throw new StoreFailure.Corrupt("a manifest is gone: %d, %d".formatted(token, number), null);
      }
      return Manifests.ofRow(entry.value());
    }

    @Override
    public List<Part> parts() {
      wholeAtOnce.acquireUninterruptibly();
      try {
        return SectionPages.super.parts();
      } finally {
        wholeAtOnce.release();
      }
    }
  }

  static ObjectHead head(Key key, ObjectRow row) {
    return new ObjectHead(
        key,
        VersionIds.version(row),
        row.front().owner(),
        row.front().content(),
        row.metadata(),
        row.tags(),
        row.acl());
  }

  /// The sections of a row; empty for bytes that are inline, null when its manifest is gone.
  @Nullable List<Section> sections(ObjectRow row) {
    return switch (row.location()) {
      case Location.Nowhere(), Location.Inline() -> List.of();
      case Location.Listed(var sections) -> sections;
      case Location.Manifest(var chunks) -> manifest(row.token(), chunks);
    };
  }

  private @Nullable List<Section> manifest(long token, int chunks) {
    List<MetaKey> keys = new ArrayList<>(chunks);
    for (int i = 0; i < chunks; i++) keys.add(IndexKeys.manifest(token, i));
    List<Section> sections = new ArrayList<>();
    for (Optional<Entry> entry : rows.getAll(keys)) {
      if (entry.isEmpty()) return null;
      sections.addAll(Manifests.ofRow(entry.get().value()));
    }
    return sections;
  }

  /// The row of the version asked for, which is no delete marker.
  ObjectRow find(Read read) {
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
      ObjectRow row = look(read);
      if (row != null) return row;
    }
    throw new StoreFailure.Unavailable("%s kept changing".formatted(read.key()), null);
  }

  /// Null when something changed between two looks.
  private @Nullable ObjectRow look(Read read) {
    if (read.version().isLatest()) {
      Entry current = rows.get(IndexKeys.current(read.bucket().id(), read.key()));
      return current != null ? ObjectRow.ofRow(current.value()) : missing(read);
    }
    return read.version().equals(Version.NULL) ? nullVersion(read) : numbered(read);
  }

  /// Tells apart what a key without current object can mean.
  private @Nullable ObjectRow missing(Read read) {
    Bucket bucket = buckets.require(read.bucket());
    if (bucket.versioning() == Versioning.OFF) throw new StoreFailure.NoSuchKey(read.key());
    Entry latest = rows.get(IndexKeys.latest(bucket.id(), read.key()));
    if (latest == null) throw new StoreFailure.NoSuchKey(read.key());
    LatestRow row = LatestRow.ofRow(latest.value());
    if (!row.marker()) return null;
    Entry marker = rows.get(IndexKeys.version(bucket.id(), read.key(), row.token()));
    if (marker == null) return null;
    throw met(read.key(), ObjectRow.ofRow(marker.value()), true);
  }

  static StoreFailure met(Key key, ObjectRow marker, boolean latest) {
    return new StoreFailure.DeleteMarkerMet(
        key, VersionIds.version(marker), marker.front().modified(), latest);
  }

  private @Nullable ObjectRow nullVersion(Read read) {
    long bucket = read.bucket().id();
    List<Optional<Entry>> both =
        rows.getAll(
            List.of(IndexKeys.current(bucket, read.key()), IndexKeys.latest(bucket, read.key())));
    if (both.get(1).isEmpty()) {
      if (both.get(0).isPresent()) return ObjectRow.ofRow(both.get(0).get().value());
      throw absent(read);
    }
    long token = LatestRow.ofRow(both.get(1).get().value()).nullToken();
    if (token == 0) throw absent(read);
    Entry entry = rows.get(IndexKeys.version(bucket, read.key(), token));
    return entry == null ? null : object(read, ObjectRow.ofRow(entry.value()));
  }

  private ObjectRow numbered(Read read) {
    long token = VersionIds.token(read.version());
    Entry entry = rows.get(IndexKeys.version(read.bucket().id(), read.key(), token));
    if (entry == null) throw absent(read);
    ObjectRow row = ObjectRow.ofRow(entry.value());
    if (row.isNull()) throw absent(read);
    return object(read, row);
  }

  private static ObjectRow object(Read read, ObjectRow row) {
    if (row.isMarker()) throw met(read.key(), row, false);
    return row;
  }

  private StoreFailure absent(Read read) {
    buckets.require(read.bucket());
    return new StoreFailure.NoSuchVersion(read.key(), read.version());
  }

  /// The bytes of small objects, remembered up to a bound. A token names one content for ever, and
  /// bytes are only asked for by a row that was read just now, so what is remembered is never stale
  /// and nothing is ever invalidated.
  static final class InlineBytes {
    /// What an entry costs beside its bytes: key, node and array header.
    private static final int OVERHEAD = 96;

    private final BlockingRows rows;
    private final Cache<Long, byte[]> remembered;

    InlineBytes(BlockingRows rows, DataSize bound) {
      this.rows = rows;
      remembered =
          Caffeine.newBuilder()
              .maximumWeight(bound.bytes())
              .weigher((Long _, byte[] bytes) -> bytes.length + OVERHEAD)
              .executor(Runnable::run)
              .build();
    }

    /// The bytes stored under a version's token; null when they are gone. Not to be changed.
    byte @Nullable [] find(long token) {
      byte[] known = remembered.getIfPresent(token);
      if (known != null) return known;
      Entry entry = rows.get(IndexKeys.inline(token));
      if (entry == null) return null;
      remembered.put(token, entry.value());
      return entry.value();
    }
  }
}
