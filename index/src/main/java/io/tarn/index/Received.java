package io.tarn.index;

import io.tarn.rows.Plan;
import io.tarn.store.BlobAt;
import io.tarn.store.Digests;
import io.tarn.store.Extent;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A body that arrived whole, and no row refers to yet. Closed without [#settled], it leaves
/// nothing behind.
final class Received implements AutoCloseable {
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

  /// A row refers to the body now, or may do so: it is not discarded.
  void keep() {
    kept = true;
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
