package io.tarn.index;

import io.tarn.budget.Budget;
import io.tarn.budget.Lease;
import io.tarn.rows.Plan;
import io.tarn.store.BlobAt;
import io.tarn.store.Blobs;
import io.tarn.store.Checksum;
import io.tarn.store.Digests;
import io.tarn.store.ETag;
import io.tarn.store.Extent;
import io.tarn.store.Incoming;
import io.tarn.store.Receipt;
import io.tarn.store.StoreFailure;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Takes bodies in: small ones into memory, which is bounded, the rest into a blob. A body that did
/// not say its length starts in memory and moves to a blob when it turns out to be large.
///
/// Memory follows what came: who announces a body and sends none of it holds none, and who sends
/// most of it and waits holds that much of its share.
final class BodyIntake {
  private final Blobs blobs;
  private final Pending pending;
  private final int inlineLimit;
  private final Budget memory;
  private final Duration patience;

  BodyIntake(Blobs blobs, Pending pending, IndexSettings settings) {
    this.blobs = blobs;
    this.pending = pending;
    this.inlineLimit = (int) settings.inlineLimit().bytes();
    this.memory = new Budget(settings.bodyMemory().bytes());
    this.patience = settings.bodyPatience();
  }

  /// Reads an object's body to its end.
  Received object(Incoming content, Labels.Source label) {
    long length = content.length();
    if (length > inlineLimit) return blob(content, label, new Gathered(memory.open(), 0), null);
    int most = length < 0 ? inlineLimit : (int) length;
    Lease lease = memory.open(content.senders());
    boolean handedOver = false;
    try {
      Received received = buffered(content, label, new Gathered(lease, most));
      handedOver = received.extents().isEmpty();
      return received;
    } finally {
      if (!handedOver) lease.close();
    }
  }

  /// Reads a part's body to its end, always into a blob: an object is made of extents alone.
  Received part(Incoming content, Labels.Source label) {
    return blob(content, label, new Gathered(memory.open(), 0), null);
  }

  /// The bytes that came so far, up to a bound.
  private final class Gathered {
    private final Lease lease;
    private final int most;
    private byte[] bytes = {};
    private int count;

    Gathered(Lease lease, int most) {
      this.lease = lease;
      this.most = most;
    }

    boolean hasRoomFor(ByteBuffer more) {
      return more.remaining() <= most - count;
    }

    void add(ByteBuffer more) {
      int needed = count + more.remaining();
      if (needed > bytes.length) {
        int size = Math.min(most, Math.max(needed, 2 * bytes.length));
        if (!lease.take(size - bytes.length, patience)) {
          throw new StoreFailure.Overloaded("too many small bodies in memory");
        }
        bytes = Arrays.copyOf(bytes, size);
      }
      more.get(more.position(), bytes, count, more.remaining());
      count = needed;
    }

    ByteBuffer buffer() {
      return ByteBuffer.wrap(bytes, 0, count);
    }

    byte[] whole() {
      return count == bytes.length ? bytes : Arrays.copyOf(bytes, count);
    }
  }

  private Received buffered(Incoming content, Labels.Source label, Gathered gathered) {
    for (ByteBuffer next = content.next(); next != null; next = content.next()) {
      if (!gathered.hasRoomFor(next)) {
        if (content.length() >= 0) throw tooLong(content);
        return blob(content, label, gathered, next);
      }
      gathered.add(next);
    }
    int count = gathered.count;
    if (content.length() >= 0 && count != content.length()) throw tooShort(count);
    byte[] bytes = count == 0 ? null : gathered.whole();
    var arrived = new Received.Arrived(content.digests(), count, bytes, null);
    return Received.inMemory(arrived, gathered.lease::close);
  }

  private static StoreFailure tooLong(Incoming content) {
    return new StoreFailure.Invalid(
        StoreFailure.Reason.INCOMPLETE_BODY,
        "a body of more than %d bytes".formatted(content.length()));
  }

  private static StoreFailure tooShort(long count) {
    return new StoreFailure.Invalid(
        StoreFailure.Reason.INCOMPLETE_BODY, "the body ended after %d bytes".formatted(count));
  }

  private Received blob(
      Incoming content, Labels.Source label, Gathered head, @Nullable ByteBuffer next) {
    if (next == null) next = content.next();
    if (next == null && head.count == 0) {
      if (content.length() > 0) throw tooShort(0);
      var nothing = new Received.Arrived(content.digests(), 0, null, null);
      return Received.inMemory(nothing, () -> {});
    }
    try (Blobs.Staged staged = blobs.stage(pending.name(), content.length())) {
      Pending.Announced announced = pending.announce(staged.blob());
      boolean arrived = false;
      try {
        if (head.count > 0) staged.write(head.buffer());
        long size = head.count + pour(content, next, staged);
        requireWhole(content, size);
        announced.await(); // before the blob can be durable
        Receipt receipt = staged.commit(label.of(content.digests(), size));
        announced.requireOf(receipt, size);
        arrived = true;
        return Received.inBlob(
            new Received.Arrived(content.digests(), size, null, receipt.blob()),
            pending,
            announced);
      } finally {
        if (!arrived) pending.discard(announced);
      }
    }
  }

  private static void requireWhole(Incoming content, long size) {
    if (content.length() >= 0 && size != content.length()) throw tooShort(size);
  }

  private static long pour(Incoming content, @Nullable ByteBuffer first, Blobs.Staged staged) {
    long size = 0;
    for (ByteBuffer next = first; next != null; next = content.next()) {
      size += next.remaining();
      staged.write(next);
    }
    return size;
  }

  /// A body that arrived whole, and no row refers to yet. Closed before one does, it leaves nothing
  /// behind.
  static final class Received implements AutoCloseable {
    private final Digests digests;
    private final long size;
    private final byte @Nullable [] inline;
    private final @Nullable BlobAt blob;
    private final Runnable settled;
    private final Runnable discarded;
    private boolean kept;

    private Received(Arrived arrived, Runnable settled, Runnable discarded) {
      this.digests = arrived.digests;
      this.size = arrived.size;
      this.inline = arrived.inline;
      this.blob = arrived.blob;
      this.settled = settled;
      this.discarded = discarded;
    }

    /// Has a body come, which says `label` of itself if it goes into a blob.
    interface Source {
      Received receive(Labels.Source label);
    }

    /// What came: bytes in memory, or a blob, or neither when there were none.
    record Arrived(Digests digests, long size, byte @Nullable [] inline, @Nullable BlobAt blob) {}

    static Received inMemory(Arrived arrived, Runnable release) {
      return new Received(arrived, release, release);
    }

    static Received inBlob(Arrived arrived, Pending pending, Pending.Announced announced) {
      return new Received(
          arrived, () -> pending.over(announced.blob().id()), () -> pending.discard(announced));
    }

    Digests digests() {
      return digests;
    }

    long size() {
      return size;
    }

    List<Extent> extents() {
      return blob == null ? List.of() : List.of(new Extent(blob, 0, size));
    }

    Location location() {
      if (blob != null) return new Location.Listed(List.of(new Section(null, extents())));
      return inline == null ? new Location.Nowhere() : new Location.Inline();
    }

    /// Adds to the plan what must be written with the reference, and first what proves it.
    void addTo(Plan plan, Pending pending) {
      if (inline != null) plan.putNew(IndexKeys.inline(plan.token()), inline);
      if (blob != null) pending.settleIn(plan, blob.id());
    }

    /// Runs what makes a row refer to the body. When it has, or may have, the body is not
    /// discarded.
    <T> T referencedBy(Supplier<T> commit) {
      try {
        T result = commit.get();
        kept = true;
        return result;
      } catch (StoreFailure.Indeterminate e) {
        kept = true;
        throw e;
      }
    }

    @Override
    public void close() {
      if (kept) {
        settled.run();
      } else {
        discarded.run();
      }
    }
  }

  /// A version whose bytes came as one body.
  record BodyDraft(Received body, Pending pending) implements Versions.Draft {
    @Override
    public Location addTo(Plan plan) {
      body.addTo(plan, pending);
      return body.location();
    }

    @Override
    public long size() {
      return body.size();
    }

    @Override
    public ETag etag() {
      return body.digests().etag();
    }

    @Override
    public Checksum checksum() {
      return body.digests().checksum();
    }

    @Override
    public long upload() {
      return 0;
    }
  }
}
