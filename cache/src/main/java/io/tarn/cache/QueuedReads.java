package io.tarn.cache;

import io.tarn.store.ByteRange;
import io.tarn.store.ContentRange;
import io.tarn.store.ObjectHead;
import io.tarn.store.ObjectStore.Measured;
import io.tarn.store.OpenObject;
import io.tarn.store.Part;
import io.tarn.store.Payload;
import io.tarn.store.Provenance;
import io.tarn.store.Provenance.Verdict;
import io.tarn.store.Read;
import io.tarn.store.StoreFailure;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Reads what is queued: the newest state of its key, whatever the origin has.
final class QueuedReads {
  private static final Provenance LOCAL = new Provenance(Verdict.HIT, Duration.ZERO);

  private final WriteQueue queue;

  QueuedReads(WriteQueue queue) {
    this.queue = queue;
  }

  /// Whether a queued write answers a read: there are no versions but the one.
  static boolean isOfNewest(io.tarn.store.Version version) {
    return version.isLatest() || version.equals(io.tarn.store.Version.NULL);
  }

  static Measured measure(Read read, QueuedWrite write) {
    ObjectHead head = there(read, write);
    read.decide(head);
    ContentRange slice = ContentRange.of(read.wanted(), head.content(), List::of);
    return new Measured(head.telling(read.facts()), slice, LOCAL);
  }

  private static ObjectHead there(Read read, QueuedWrite write) {
    ObjectHead head = write.head();
    if (head != null) return head;
    throw read.version().isLatest()
        ? new StoreFailure.NoSuchKey(read.key())
        : new StoreFailure.NoSuchVersion(read.key(), read.version());
  }

  /// Null when it went meanwhile.
  @Nullable OpenObject open(Read read, QueuedKey.Item item) {
    Measured measured = measure(read, item.write());
    ContentRange slice = measured.slice();
    QueuedWrite.Body body = item.write().body();
    if (body == null) throw new IllegalStateException("nothing is there");
    if (slice.length() == 0) {
      return new Opened(measured.head(), slice, new Payload.Bytes(new byte[0]), null);
    }
    ByteRange range = slice.range() == null ? ByteRange.at(0, item.write().size()) : slice.range();
    if (body.isInLog()) {
      byte[] bytes = queue.bytes(item);
      if (bytes == null) return null;
      var payload = new Payload.Bytes(bytes, (int) range.first(), (int) range.length());
      return new Opened(measured.head(), slice, payload, null);
    }
    QueuedFile file = queue.file(item.write(), body);
    if (file == null) return null;
    return new Opened(measured.head(), slice, QueuedBody.piece(file, range), file);
  }

  /// - `file`: of the payload, where it is not in memory
  private record Opened(
      ObjectHead head, ContentRange slice, Payload payload, @Nullable QueuedFile file)
      implements OpenObject {
    @Override
    public List<Part> parts() {
      return List.of();
    }

    @Override
    public Provenance provenance() {
      return LOCAL;
    }

    @Override
    public void close() {
      if (file != null) file.close();
    }
  }
}
