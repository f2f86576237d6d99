package io.tarn.memory;

import io.tarn.store.BlobAt;
import io.tarn.store.BlobId;
import io.tarn.store.BlobLabel;
import io.tarn.store.Blobs;
import io.tarn.store.Receipt;
import io.tarn.store.Slice;
import io.tarn.store.SliceSource;
import io.tarn.store.StoreFailure;
import io.tarn.store.VolumeId;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentNavigableMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/// Blobs in memory, of a bounded size in all. Room is taken as bytes come, and is free again when
/// the last of those who have them lets go: the names they have, and whoever reads them.
public final class MemoryVolume implements Blobs {
  /// The only one of its server.
  public static final VolumeId ID = new VolumeId(1);

  private final ConcurrentNavigableMap<BlobId, Bytes> blobs = new ConcurrentSkipListMap<>();
  private final AtomicLong taken = new AtomicLong();
  private final long most;

  public MemoryVolume(long most) {
    this.most = most;
  }

  public long freeBytes() {
    return Math.max(0, most - taken.get());
  }

  public long totalBytes() {
    return most;
  }

  /// Fails with [StoreFailure.OutOfSpace], and then nothing is taken.
  private void take(long bytes) {
    if (taken.addAndGet(bytes) <= most) return;
    taken.addAndGet(-bytes);
    throw full();
  }

  private StoreFailure full() {
    return new StoreFailure.OutOfSpace(
        "the objects take all of the %d bytes of memory there are for them".formatted(most), null);
  }

  @Override
  public Staged stage(BlobId id, long expectedLength) {
    if (blobs.containsKey(id)) throw new IllegalStateException("a blob of that name exists: " + id);
    if (expectedLength > freeBytes()) throw full(); // before its bytes come
    return new StagedBytes(id);
  }

  private final class StagedBytes implements Staged {
    private final BlobId id;
    private final Bytes bytes = new Bytes(MemoryVolume.this::take, taken);
    private boolean over;

    StagedBytes(BlobId id) {
      this.id = id;
    }

    @Override
    public BlobAt blob() {
      return new BlobAt(id, ID);
    }

    @Override
    public void write(ByteBuffer from) {
      if (over) throw new IllegalStateException("written after its end");
      bytes.add(from);
    }

    @Override
    public Receipt commit(BlobLabel label) {
      if (over) throw new IllegalStateException("committed twice");
      over = true;
      bytes.seal();
      blobs.put(id, bytes);
      return new Receipt(blob(), bytes.length());
    }

    @Override
    public void close() {
      if (over) return;
      over = true;
      bytes.letGo();
    }
  }

  @Override
  public Optional<Receipt> share(BlobAt other, BlobId id, BlobLabel label) {
    Bytes bytes = hold(other);
    if (bytes == null) return Optional.empty();
    blobs.put(id, bytes);
    return Optional.of(new Receipt(new BlobAt(id, ID), bytes.length()));
  }

  /// The bytes of a blob, held once more; null where there are none.
  private @Nullable Bytes hold(BlobAt blob) {
    Bytes bytes = blobs.get(blob.id());
    return bytes != null && bytes.hold() ? bytes : null;
  }

  @Override
  public OpenBlob open(BlobAt blob) {
    Bytes bytes = hold(blob);
    if (bytes == null) throw new StoreFailure.Missing("no blob " + blob, null);
    return new OpenBytes(bytes);
  }

  @Override
  public boolean holds(BlobAt blob) {
    return blobs.containsKey(blob.id());
  }

  private static final class OpenBytes implements OpenBlob {
    private final Bytes bytes;
    private boolean closed;

    OpenBytes(Bytes bytes) {
      this.bytes = bytes;
    }

    @Override
    public long length() {
      return bytes.length();
    }

    @Override
    public SliceSource read(long offset, long length) {
      if (offset < 0 || length < 0 || offset + length > bytes.length()) {
        throw new IllegalArgumentException("%d bytes at %d".formatted(length, offset));
      }
      return new Pieces(bytes, offset, offset + length);
    }

    @Override
    public synchronized void close() {
      if (closed) return;
      closed = true;
      bytes.letGo();
    }
  }

  /// The pieces of a stretch, each checked before it is given.
  private static final class Pieces implements SliceSource {
    private final Bytes bytes;
    private final long end;
    private long at;

    Pieces(Bytes bytes, long at, long end) {
      this.bytes = bytes;
      this.at = at;
      this.end = end;
    }

    @Override
    public @Nullable Slice next() {
      if (at >= end) return null;
      ByteBuffer piece = bytes.checked(at, end);
      at += piece.remaining();
      return new Slice.Memory(piece);
    }

    @Override
    public void close() {
      at = end;
    }
  }

  @Override
  public List<Undeleted> delete(Collection<BlobAt> gone) {
    for (BlobAt blob : gone) {
      Bytes bytes = blobs.remove(blob.id());
      if (bytes != null) bytes.letGo();
    }
    return List.of();
  }

  @Override
  public List<BlobId> list(String after, int limit) {
    List<BlobId> listed = new ArrayList<>();
    ConcurrentNavigableMap<BlobId, Bytes> from =
        after.isEmpty() ? blobs : blobs.tailMap(new BlobId(after), false);
    for (BlobId id : from.keySet()) {
      if (listed.size() == limit) break;
      listed.add(id);
    }
    return listed;
  }

  /// Nothing is kept. Whoever reads still may read to the end.
  @Override
  public void close() {
    delete(blobs.keySet().stream().map(id -> new BlobAt(id, ID)).toList());
  }
}
