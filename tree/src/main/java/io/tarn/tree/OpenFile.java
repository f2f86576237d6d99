package io.tarn.tree;

import io.tarn.store.ByteRange;
import io.tarn.store.ContentRange;
import io.tarn.store.ObjectHead;
import io.tarn.store.OpenObject;
import io.tarn.store.Part;
import io.tarn.store.Payload;
import io.tarn.store.Slice;
import io.tarn.store.SliceSource;
import io.tarn.store.StoreFailure;
import io.tarn.store.StoredBytes;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/// An object that was opened: its file, which keeps its bytes when the name goes to another. Nobody
/// knows a checksum of a piece of it, so all that can be checked of what is read is that the file
/// is still as it was.
final class OpenFile implements OpenObject, StoredBytes {
  /// Up to here all bytes are read when it is opened: one turn at the file system less.
  static final int SMALL = 64 << 10;

  private final Site site;
  private final Existing.PlainFile found;
  private final View view;
  private final @Nullable Descriptor parts;

  /// Reads under way, and one until it is closed: the descriptor must not become another file's
  /// while somebody reads.
  private final AtomicInteger holds = new AtomicInteger(1);

  private final AtomicBoolean closed = new AtomicBoolean();

  /// What is seen of it. `small` are the bytes of the slice, where they were read already.
  record View(ObjectHead head, ContentRange slice, byte @Nullable [] small) {}

  OpenFile(Site site, Existing.PlainFile found, View view, @Nullable Descriptor parts) {
    this.site = site;
    this.found = found;
    this.view = view;
    this.parts = parts;
  }

  /// Reads a slice while nobody else knows the file. Fails as [#read] does.
  static byte[] small(Existing.PlainFile file, ObjectHead head, ContentRange slice, String origin)
      throws CallFailed {
    ByteBuffer bytes = ByteBuffer.allocate((int) slice.length());
    ByteRange range = slice.range();
    boolean whole = file.file().read(bytes, range == null ? 0 : range.first());
    if (!whole || !file.file().state().isSame(file.state())) {
      throw new StoreFailure.OriginChanged(origin, head.key());
    }
    return bytes.array();
  }

  @Override
  public ObjectHead head() {
    return view.head;
  }

  @Override
  public ContentRange slice() {
    return view.slice;
  }

  /// The file itself, to copy what it is all of.
  Existing.PlainFile found() {
    return found;
  }

  @Override
  public List<Part> parts() {
    if (parts == null) return List.of();
    return made(() -> PartList.read(parts));
  }

  @Override
  public Payload payload() {
    if (view.small != null) return new Payload.Bytes(view.small);
    ByteRange range = view.slice.range();
    long length = view.slice.length();
    long offset = range == null ? 0 : range.first();
    return new Payload.Slices(length, new Once(new Slice.Stored(this, offset, length)));
  }

  private static final class Once implements SliceSource {
    private @Nullable Slice slice;

    Once(Slice slice) {
      this.slice = slice;
    }

    @Override
    public @Nullable Slice next() {
      Slice only = slice;
      slice = null;
      return only;
    }

    @Override
    public void close() {
      slice = null;
    }
  }

  @Override
  public void read(long at, ByteBuffer into) {
    long size = found.state().size();
    if (at < 0 || at >= size) {
      throw new IllegalArgumentException("byte %d of %d".formatted(at, size));
    }
    into.clear().limit((int) Math.min(into.capacity(), size - at));
    boolean same =
        made(() -> found.file().read(into, at) && found.file().state().isSame(found.state()));
    if (!same) throw new StoreFailure.OriginChanged(site.name(), view.head.key());
    into.flip();
  }

  private <T> T made(DiskThreads.Work<T> work) {
    if (holds.getAndUpdate(held -> held == 0 ? 0 : held + 1) == 0) {
      throw new StoreFailure.Corrupt("read after it was closed", null);
    }
    try {
      return site.make(work);
    } finally {
      release();
    }
  }

  private void release() {
    if (holds.decrementAndGet() > 0) return;
    // The last who closes a file that was deleted waits for its blocks to be freed.
    site.threads()
        .later(
            () -> {
              found.close();
              if (parts != null) parts.close();
            });
  }

  /// Only the threads that may wait read it.
  @Override
  public boolean tryRead(long at, ByteBuffer into) {
    return false;
  }

  @Override
  public boolean canTry() {
    return false;
  }

  @Override
  public void fetch(long at, long length) {}

  @Override
  public void close() {
    if (closed.compareAndSet(false, true)) release();
  }
}
