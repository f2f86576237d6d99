package io.tarn.testkit;

import io.tarn.store.BlobAt;
import io.tarn.store.BlobId;
import io.tarn.store.BlobLabel;
import io.tarn.store.Blobs;
import io.tarn.store.Slice;
import io.tarn.store.SliceSource;
import io.tarn.store.StoreFailure;
import io.tarn.store.VolumeId;
import io.tarn.testkit.MemoryHolders.Failing;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/// One of [MemoryHolders], under their lock. What it did not do in time it does, in order, before
/// it does anything else; so a late commit is followed by what was decided about it meanwhile.
final class MemoryHolder {
  private final int number;
  private final MemoryBlobs blobs = new MemoryBlobs();

  /// Of each blob, what its bytes came to when they arrived.
  private final Map<BlobId, Integer> sums = new HashMap<>();

  /// Names are never used again: a commit that comes later than the deletion is none.
  private final Set<BlobId> deleted = new HashSet<>();

  private final Queue<Runnable> late = new ArrayDeque<>();

  MemoryHolder(int number) {
    this.number = number;
  }

  int number() {
    return number;
  }

  VolumeId volume() {
    return new VolumeId(number + 1L);
  }

  void catchUp() {
    for (Runnable next = late.poll(); next != null; next = late.poll()) next.run();
  }

  boolean isAsked(Failing failing) {
    return failing != Failing.REFUSES && failing != Failing.ANSWERS_LATE;
  }

  private void ask(BlobId id, Failing failing) {
    switch (failing) {
      case REFUSES ->
          throw new StoreFailure.Unavailable("holder %s refuses %s".formatted(volume(), id), null);
      case ANSWERS_LATE ->
          throw new StoreFailure.Unresponsive(
              "holder %s is late with %s".formatted(volume(), id), null);
      case NOT, LOSES, DAMAGES -> catchUp();
    }
  }

  /// Whether it says, in time, that it has the blob now.
  boolean put(BlobId id, byte[] bytes, BlobLabel label, Failing failing) {
    if (failing == Failing.ANSWERS_LATE) late.add(() -> keep(id, bytes, label));
    if (!isAsked(failing)) return false;
    catchUp();
    keep(id, bytes, label);
    if (failing == Failing.LOSES) drop(id);
    if (failing == Failing.DAMAGES) change(id, bytes);
    return true;
  }

  private void keep(BlobId id, byte[] bytes, BlobLabel label) {
    if (deleted.contains(id)) return;
    store(id, bytes, label);
    sums.put(id, sum(ByteBuffer.wrap(bytes)));
  }

  private void store(BlobId id, byte[] bytes, BlobLabel label) {
    try (Blobs.Staged staged = blobs.stage(id, bytes.length)) {
      staged.write(ByteBuffer.wrap(bytes));
      var _ = staged.commit(label);
    }
  }

  private void drop(BlobId id) {
    var _ = blobs.delete(List.of(new BlobAt(id, VolumeId.UNKNOWN)));
  }

  private void change(BlobId id, byte[] bytes) {
    if (bytes.length == 0) return;
    byte[] changed = bytes.clone();
    changed[bytes.length / 2] ^= 1;
    BlobLabel label = blobs.label(id);
    drop(id);
    store(id, changed, label);
  }

  private static int sum(ByteBuffer bytes) {
    var crc = new CRC32C();
    crc.update(bytes);
    return (int) crc.getValue();
  }

  /// It missed that the blob is not to be, and hears of it when it does anything again.
  void owe(BlobId id) {
    late.add(() -> forget(id));
  }

  private void forget(BlobId id) {
    deleted.add(id);
    sums.remove(id);
    drop(id);
  }

  /// Whether it says, in time, that the blob is gone.
  boolean delete(BlobId id, Failing failing) {
    if (!isAsked(failing)) {
      owe(id);
      return false;
    }
    catchUp();
    forget(id);
    return true;
  }

  /// Whether it knows that the blob is not to be: it did not lose it.
  boolean forgot(BlobId id) {
    return deleted.contains(id);
  }

  boolean has(BlobId id) {
    return blobs.holds(new BlobAt(id, VolumeId.UNKNOWN));
  }

  boolean holds(BlobId id, Failing failing) {
    ask(id, failing);
    return has(id);
  }

  List<BlobId> list(String after) {
    return blobs.list(after, Integer.MAX_VALUE);
  }

  Blobs.OpenBlob open(BlobId id, Failing failing) {
    ask(id, failing);
    Blobs.OpenBlob open = blobs.open(new BlobAt(id, volume()));
    byte[] bytes = Bodies.bytes(open.read(0, open.length()));
    boolean whole = Integer.valueOf(sum(ByteBuffer.wrap(bytes))).equals(sums.get(id));
    return whole ? open : new Damaged(id, open);
  }

  /// Fails where the damage is: behind its first half.
  private record Damaged(BlobId id, Blobs.OpenBlob inner) implements Blobs.OpenBlob {
    @Override
    public long length() {
      return inner.length();
    }

    @Override
    public SliceSource read(long offset, long length) {
      return new Broken(inner.read(offset, length), offset);
    }

    @Override
    public void close() {
      inner.close();
    }

    private final class Broken implements SliceSource {
      private final SliceSource source;
      private long at;

      Broken(SliceSource source, long at) {
        this.source = source;
        this.at = at;
      }

      @Override
      public @Nullable Slice next() {
        Slice slice = source.next();
        if (slice == null) return null;
        long from = at;
        at += slice.length();
        long damage = inner.length() / 2;
        if (from <= damage && damage < at) {
          throw new StoreFailure.Corrupt("blob %s is damaged at %d".formatted(id, damage), null);
        }
        return slice;
      }

      @Override
      public void close() {
        source.close();
      }
    }
  }
}
