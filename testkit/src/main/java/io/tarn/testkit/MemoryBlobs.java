package io.tarn.testkit;

import io.tarn.store.BlobAt;
import io.tarn.store.BlobId;
import io.tarn.store.BlobLabel;
import io.tarn.store.Blobs;
import io.tarn.store.Receipt;
import io.tarn.store.Slice;
import io.tarn.store.SliceSource;
import io.tarn.store.StoreFailure;
import io.tarn.store.VolumeId;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;
import org.jspecify.annotations.Nullable;

/// Blobs in memory: the model of [Blobs].
public final class MemoryBlobs implements Blobs {
  private static final VolumeId VOLUME = new VolumeId(1);

  private final ConcurrentSkipListMap<BlobId, byte[]> blobs = new ConcurrentSkipListMap<>();
  private final ConcurrentSkipListMap<BlobId, BlobLabel> labels = new ConcurrentSkipListMap<>();

  /// What a blob says of itself.
  public BlobLabel label(BlobId id) {
    return labels.getOrDefault(id, BlobLabel.NONE);
  }

  @Override
  public Staged stage(BlobId id, long expectedLength) {
    if (blobs.containsKey(id)) throw new IllegalStateException("a blob of that name exists: " + id);
    return new StagedBytes(id);
  }

  private final class StagedBytes implements Staged {
    private final BlobId id;
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private boolean over;

    StagedBytes(BlobId id) {
      this.id = id;
    }

    @Override
    public BlobAt blob() {
      return new BlobAt(id, VOLUME);
    }

    @Override
    public void write(ByteBuffer bytes) {
      if (over) throw new IllegalStateException("written after its end");
      byte[] copy = new byte[bytes.remaining()];
      bytes.get(copy);
      out.writeBytes(copy);
    }

    @Override
    public Receipt commit(BlobLabel label) {
      if (over) throw new IllegalStateException("committed twice");
      over = true;
      labels.put(id, label);
      blobs.put(id, out.toByteArray());
      return new Receipt(blob(), out.size());
    }

    @Override
    public void close() {
      over = true;
    }
  }

  @Override
  public Optional<Receipt> share(BlobAt other, BlobId id, BlobLabel label) {
    byte[] bytes = blobs.get(other.id());
    if (bytes == null) return Optional.empty();
    labels.put(id, label);
    blobs.put(id, bytes);
    return Optional.of(new Receipt(new BlobAt(id, VOLUME), bytes.length));
  }

  @Override
  public OpenBlob open(BlobAt blob) {
    byte[] bytes = blobs.get(blob.id());
    if (bytes == null) throw new StoreFailure.Missing("no blob " + blob, null);
    return new OpenBytes(bytes);
  }

  @Override
  public boolean holds(BlobAt blob) {
    return blobs.containsKey(blob.id());
  }

  private record OpenBytes(byte[] bytes) implements OpenBlob {
    @Override
    public long length() {
      return bytes.length;
    }

    @Override
    public SliceSource read(long offset, long length) {
      if (offset < 0 || length < 0 || offset + length > bytes.length) {
        throw new IllegalArgumentException("%d bytes at %d".formatted(length, offset));
      }
      return new Pieces(bytes, (int) offset, (int) (offset + length));
    }

    @Override
    public void close() {}
  }

  /// Slices of at most 64 KiB, so that readers meet more than one.
  private static final class Pieces implements SliceSource {
    private final byte[] bytes;
    private final int end;
    private int at;

    Pieces(byte[] bytes, int at, int end) {
      this.bytes = bytes;
      this.at = at;
      this.end = end;
    }

    @Override
    public @Nullable Slice next() {
      if (at >= end) return null;
      int count = Math.min(64 << 10, end - at);
      at += count;
      return new Slice.Memory(ByteBuffer.wrap(bytes, at - count, count).slice().asReadOnlyBuffer());
    }

    @Override
    public void close() {
      at = end;
    }
  }

  @Override
  public List<Undeleted> delete(Collection<BlobAt> gone) {
    gone.forEach(blob -> blobs.remove(blob.id()));
    return List.of();
  }

  @Override
  public List<BlobId> list(String after, int limit) {
    return blobs.keySet().stream()
        .filter(id -> id.text().compareTo(after) > 0)
        .limit(limit)
        .toList();
  }

  @Override
  public void close() {}
}
