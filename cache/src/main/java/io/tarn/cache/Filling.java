package io.tarn.cache;

import io.tarn.store.StoreFailure;
import java.io.IOException;
import java.time.Duration;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// A block that is being fetched, for as many readers as want it. What was fetched of it they read
/// from its file: a slow reader holds nobody up and no memory. If it is all of a small object they
/// have it in memory, and wait for no disk.
final class Filling {
  private final Fill fill;
  private final BlockId id;
  private final int length;
  private @Nullable StagedBlock staged;
  private byte @Nullable [] all;
  private int readable;
  private @Nullable Ending ending;
  private @Nullable Filling successor;

  /// How it ended.
  sealed interface Ending {}

  /// All of it is there, and checked.
  record Whole() implements Ending {}

  /// It was not fetched after all, for no fault of anybody: look again.
  record Dropped() implements Ending {}

  /// There is no room for it.
  record Crowded() implements Ending {}

  /// It could not be had.
  record Failed(StoreFailure why) implements Ending {}

  Filling(Fill fill, BlockId id, int length) {
    this.fill = fill;
    this.id = id;
    this.length = length;
  }

  Fill fill() {
    return fill;
  }

  BlockId id() {
    return id;
  }

  int length() {
    return length;
  }

  synchronized void begin(StagedBlock file) {
    staged = file;
  }

  /// All of it was fetched, and checked.
  synchronized void give(byte[] bytes) {
    all = bytes;
    reached(length);
  }

  /// All of it, if that is in memory; not to be changed.
  synchronized byte @Nullable [] all() {
    return all;
  }

  /// So many bytes can be read now.
  synchronized void reached(int bytes) {
    if (bytes <= readable) return;
    readable = bytes;
    notifyAll();
  }

  synchronized void end(Ending how) {
    if (ending != null) return;
    ending = how;
    if (how instanceof Whole) readable = length;
    notifyAll();
  }

  /// Waits until the byte `at` can be read, or never will.
  ///
  /// - `readable`: up to where it can be; else how it `ended`
  record Progress(int readable, @Nullable Ending ended) {}

  synchronized Progress await(int at, Duration patience) {
    long until = System.nanoTime() + patience.toNanos();
    while (readable <= at && ending == null) {
      long left = until - System.nanoTime();
      if (left <= 0) {
        throw new StoreFailure.Unavailable(
            "the origin sent nothing for %d seconds".formatted(patience.toSeconds()), null);
      }
      try {
        wait(left / 1_000_000 + 1);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new StoreFailure.Unavailable("the reader is being stopped", e);
      }
    }
    return new Progress(readable, ending);
  }

  /// The second attempt after this one failed: the same for all its readers, however late they
  /// notice. Null when there is none to be made.
  synchronized @Nullable Filling successor(Supplier<@Nullable Filling> begin) {
    if (successor == null) successor = begin.get();
    return successor;
  }

  /// Opens what is there of it for a reader; only after some of it was readable. May wait for the
  /// disk, and holds up nobody.
  BlockFile open() throws IOException {
    return begun().reader(length);
  }

  private synchronized StagedBlock begun() {
    StagedBlock file = staged;
    if (file == null) throw new IllegalStateException("nothing was fetched yet");
    return file;
  }
}
