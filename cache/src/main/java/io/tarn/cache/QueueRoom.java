package io.tarn.cache;

import io.tarn.store.StoreFailure;
import java.io.IOException;

/// How much may be queued: bytes of disk, entries, and memory for small bodies on their way in.
/// What is taken is there; what would be beyond the bound is refused.
final class QueueRoom {
  private static final long LOOK_NANOS = 100_000_000;

  /// Is made room for beside what is needed, so that not every write has to ask.
  private static final long SLACK = 8 << 20;

  private final BackSettings settings;
  private final QueueDirectory directory;
  private volatile Giver giver = _ -> {};
  private long bytes;
  private long entries;
  private long memory;
  private long free = Long.MAX_VALUE;
  private long lookedAt = System.nanoTime() - LOOK_NANOS;

  QueueRoom(BackSettings settings, QueueDirectory directory) {
    this.settings = settings;
    this.directory = directory;
  }

  /// Who can make room on the disk.
  interface Giver {
    /// Gives so many bytes, or as many as it has.
    void giveWay(long bytes);
  }

  /// Who is asked before a write is refused.
  void ask(Giver whom) {
    giver = whom;
  }

  /// The longest body that is queued.
  long share() {
    return settings.size().bytes() / 4;
  }

  /// What a write holds of it, from its first byte until it went.
  final class Held implements AutoCloseable {
    private long heldBytes;
    private int heldEntries;
    private boolean kept;

    long bytes() {
      return heldBytes;
    }

    /// @throws StoreFailure.Overloaded when there is no more
    void takeBytes(long more) {
      look();
      if (lacks(more) > 0) {
        giver.giveWay(lacks(more) + SLACK);
        lookAgain();
      }
      synchronized (QueueRoom.this) {
        requireFree(more);
        if (bytes + more > settings.size().bytes()) throw full("bytes");
        bytes += more;
        heldBytes += more;
      }
    }

    /// @throws StoreFailure.Overloaded when there are no more
    void takeEntries(int more) {
      synchronized (QueueRoom.this) {
        if (entries + more > settings.entries()) throw full("writes");
        entries += more;
        heldEntries += more;
      }
    }

    /// What an earlier run took, whatever the bound is now.
    void found(long foundBytes, int foundEntries) {
      synchronized (QueueRoom.this) {
        bytes += foundBytes;
        heldBytes += foundBytes;
        entries += foundEntries;
        heldEntries += foundEntries;
      }
    }

    /// It stays taken until [#give].
    void keep() {
      kept = true;
    }

    void give() {
      synchronized (QueueRoom.this) {
        bytes -= heldBytes;
        entries -= heldEntries;
        heldBytes = 0;
        heldEntries = 0;
      }
    }

    @Override
    public void close() {
      if (!kept) give();
    }
  }

  Held hold() {
    return new Held();
  }

  private static StoreFailure.Overloaded full(String of) {
    return new StoreFailure.Overloaded(
        "too many %s wait for their origin; try again later".formatted(of));
  }

  /// Asks the disk, unless that was done a moment ago. Others go on by what is known meanwhile.
  private void look() {
    long now = System.nanoTime();
    synchronized (this) {
      if (now - lookedAt < LOOK_NANOS) return;
      lookedAt = now;
    }
    try {
      long seen = directory.free();
      synchronized (this) {
        free = seen;
      }
    } catch (IOException e) {
      throw new StoreFailure.Unavailable("the disk of the write-back queue does not answer", e);
    }
  }

  /// Bytes that are not free.
  private synchronized long lacks(long more) {
    return settings.reserve().bytes() + more - free;
  }

  private void lookAgain() {
    synchronized (this) {
      lookedAt = System.nanoTime() - LOOK_NANOS;
    }
    look();
  }

  private void requireFree(long more) {
    free -= more;
    if (free < settings.reserve().bytes()) {
      throw new StoreFailure.Overloaded("no room for writes on their way to the origin");
    }
  }

  /// False when there is no more: then the bytes go to the disk as they come.
  synchronized boolean takeMemory(long more) {
    if (memory + more > settings.memory().bytes()) return false;
    memory += more;
    return true;
  }

  synchronized void giveMemory(long taken) {
    memory -= taken;
  }

  synchronized long bytes() {
    return bytes;
  }

  synchronized long entries() {
    return entries;
  }
}
