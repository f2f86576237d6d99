package io.tarn.io;

import java.io.IOException;
import java.nio.file.FileStore;
import java.util.concurrent.atomic.AtomicLong;

/// How large a disk is and how much of it is free, as of a moment ago: nobody who asks waits for
/// the disk. It is asked again after a second, and whether it answers shows whether it is there.
public final class Sizes {
  private static final long FRESH_NANOS = 1_000_000_000;

  private final FileStore store;
  private final Calls calls;
  private final AtomicLong asking = new AtomicLong(); // since when, or 0
  private volatile Seen seen;

  private record Seen(long free, long total, long at) {}

  /// Asks once, and waits for it.
  public Sizes(FileStore store, Calls calls) {
    this.store = store;
    this.calls = calls;
    seen = look();
  }

  /// 0 when the disk does not say.
  public long free() {
    refresh();
    return seen.free;
  }

  /// 0 when the disk does not say.
  public long total() {
    refresh();
    return seen.total;
  }

  private void refresh() {
    long now = System.nanoTime() | 1;
    if (now - seen.at < FRESH_NANOS) return;
    long since = asking.get();
    if (since != 0) {
      if (now - since > calls.patienceNanos()) calls.overdue("asking for the free space");
    } else if (asking.compareAndSet(0, now) && !calls.begin(this::ask)) {
      asking.set(0);
    }
  }

  private void ask() {
    try {
      seen = look();
    } finally {
      asking.set(0);
    }
  }

  private Seen look() {
    try {
      return new Seen(store.getUsableSpace(), store.getTotalSpace(), System.nanoTime());
    } catch (IOException e) {
      return new Seen(0, 0, System.nanoTime());
    }
  }
}
