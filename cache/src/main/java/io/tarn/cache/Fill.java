package io.tarn.cache;

import io.tarn.bytes.ChecksumAlgorithm;
import io.tarn.cache.CacheMetrics.Kind;
import io.tarn.cache.CacheMetrics.Trouble;
import io.tarn.store.ByteRange;
import io.tarn.store.Checksum;
import io.tarn.store.ChecksumType;
import io.tarn.store.OpenObject;
import io.tarn.store.StoreFailure;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/// One request to the origin for blocks that follow each other, on a thread of its own.
///
/// It stays ahead of its foremost reader by the window and not more, claims the blocks it will come
/// to within it, and ends where others have them. Without readers it ends behind the block it is
/// at. A block counts only when all of it is there and checked; of the last, the end is kept back
/// until the origin has said that it is the end, and, where all of an object passed, its checksum
/// was compared.
final class Fill implements Runnable {
  private final Fills fills;
  private final PinnedObject object;
  private final CacheMetrics.Counts counts;
  private final int first;
  private final Deque<Filling> claimed = new ArrayDeque<>(); // from the block it is at
  private @Nullable OpenObject opened;
  private int last;
  private int unclaimed; // the next to claim
  private int wanted; // by the foremost reader
  private int readers;
  private boolean ended;
  private long since; // of the block it is at

  /// For one reader, who is at the block `first`.
  ///
  /// - `last`: where it ends at the latest
  /// - `opened`: what was asked of the origin already, if it was; closed by the fill
  Fill(Fills fills, PinnedObject object, int first, int last, @Nullable OpenObject opened) {
    this.fills = fills;
    this.object = object;
    this.counts = fills.metrics().of(object.bucket());
    this.first = first;
    this.last = last;
    this.opened = opened;
    this.unclaimed = first;
    this.wanted = first;
    this.readers = 1;
  }

  /// Claims the first block and as many behind it as it may; null when another has the first.
  synchronized @Nullable Filling begin() {
    claim();
    return claimed.peekFirst();
  }

  private void claim() {
    while (!ended && unclaimed <= last && unclaimed <= wanted + fills.window()) {
      Filling filling =
          new Filling(
              this,
              object.identity().block(unclaimed),
              fills.blocks().length(unclaimed, object.size()));
      if (!fills.claim(filling)) {
        last = unclaimed - 1;
        return;
      }
      claimed.add(filling);
      unclaimed++;
    }
  }

  boolean covers(int block) {
    return block >= first && block <= last;
  }

  /// Another reader.
  synchronized void join() {
    readers++;
  }

  synchronized void leave() {
    readers--;
    notifyAll();
  }

  /// A reader is at this block.
  synchronized void reach(int block) {
    if (block <= wanted) return;
    wanted = block;
    claim();
    notifyAll();
  }

  @Override
  public void run() {
    Filling.Ending how = new Filling.Failed(new StoreFailure.Unavailable("the fill broke", null));
    try {
      how = transfer();
    } catch (StoreFailure e) {
      counts.failed(Trouble.FILL);
      how = new Filling.Failed(e);
    } finally {
      fills.over(object);
      end(how);
    }
  }

  /// Gives up what is left of what it claimed.
  private void end(Filling.Ending how) {
    synchronized (this) {
      ended = true;
    }
    for (Filling left = claimed.poll(); left != null; left = claimed.poll()) {
      fills.unclaim(left);
      left.end(how);
    }
  }

  private Filling.Ending transfer() {
    Blocks blocks = fills.blocks();
    since = System.nanoTime();
    try (OpenObject open = openIt()) {
      ByteRange range = open.slice().range();
      long start = range == null ? 0 : range.first();
      var bytes = new PayloadBytes(open.payload());
      if (!bytes.skip(blocks.start(first) - start)) throw early();
      long end = start + open.slice().length();
      var check = new WholeCheck(object, first == 0 && end == object.size());
      for (int number = first; ; number++) {
        boolean isEnd = blocks.start(number) + blocks.length(number, object.size()) == end;
        Filling.Ending how = fetch(bytes, isEnd, check);
        if (!(how instanceof Filling.Whole)) return how;
        if (isEnd || !goOn(number)) return new Filling.Dropped(); // of what it did not come to
      }
    }
  }

  private OpenObject openIt() {
    OpenObject already = opened;
    opened = null;
    if (already != null) return already;
    counts.asked(Kind.GET);
    Blocks blocks = fills.blocks();
    long end = Math.min(object.size(), blocks.start(last + 1));
    return object.open(new ByteRange(blocks.start(first), end - 1));
  }

  private static StoreFailure early() {
    return new StoreFailure.Unavailable("the origin ended an object early", null);
  }

  /// Fetches the block that is claimed first.
  private Filling.Ending fetch(PayloadBytes bytes, boolean isEnd, WholeCheck check) {
    Filling filling = current();
    byte[] all = object.size() <= SmallBlocks.LARGEST ? give(bytes, filling, isEnd, check) : null;
    StagedBlock staged = fills.store().stage(filling.length(), object.identity().label(), true);
    if (staged == null) return new Filling.Crowded();
    boolean kept = false;
    try {
      filling.begin(staged);
      if (all == null) {
        take(bytes, filling, staged, isEnd, check);
      } else {
        staged.append(ByteBuffer.wrap(all));
        staged.end();
      }
      kept = true;
    } catch (IOException e) {
      fills.store().failed(staged.directory(), e);
      counts.failed(Trouble.DISK);
      return new Filling.Crowded();
    } finally {
      if (!kept) staged.discard();
    }
    if (!fills.keep(staged, filling, object)) return new Filling.Crowded();
    counts.filled(System.nanoTime() - since);
    fills.unclaim(filling);
    synchronized (this) {
      claimed.removeFirst();
    }
    var whole = new Filling.Whole();
    filling.end(whole);
    return whole;
  }

  private synchronized Filling current() {
    return claimed.getFirst();
  }

  /// Takes all of a block, and gives it to whoever waits for it: before the disk has it, also where
  /// that has no room or does not take it.
  private byte[] give(PayloadBytes bytes, Filling filling, boolean isEnd, WholeCheck check) {
    var all = ByteBuffer.allocate(filling.length());
    while (all.hasRemaining()) all.put(next(bytes, all.remaining(), check));
    if (isEnd) confirm(bytes, check);
    filling.give(all.array());
    return all.array();
  }

  private ByteBuffer next(PayloadBytes bytes, int most, WholeCheck check) {
    ByteBuffer some = bytes.next(most);
    if (some == null) throw early();
    counts.fetchedBytes.add(some.remaining());
    check.update(some);
    return some;
  }

  private void take(
      PayloadBytes bytes, Filling filling, StagedBlock staged, boolean isEnd, WholeCheck check)
      throws IOException {
    // The last chunk of the last block: whoever has not got it knows that something is missing.
    int shown =
        isEnd ? (filling.length() - 1) / BlockFooter.CHUNK * BlockFooter.CHUNK : Integer.MAX_VALUE;
    for (int left = filling.length(); left > 0; ) {
      ByteBuffer some = next(bytes, left, check);
      left -= some.remaining();
      staged.append(some);
      filling.reached(Math.min(shown, staged.checked()));
    }
    staged.end();
    if (isEnd) confirm(bytes, check);
  }

  /// That this was the end, and that it is what the origin has.
  private void confirm(PayloadBytes bytes, WholeCheck check) {
    if (bytes.next(1) != null) {
      throw new StoreFailure.Unavailable("the origin sent more than it said", null);
    }
    if (!check.holds()) throw fills.condemn(object);
    if (check.isMade()) fills.acquit(object.identity());
  }

  /// Waits until the block behind this one is within the window; false to end here.
  private synchronized boolean goOn(int number) {
    long until = System.nanoTime() + fills.patience().toNanos();
    while (number < last && number + 1 > wanted + fills.window() && readers > 0) {
      long left = until - System.nanoTime();
      if (left <= 0) return false;
      try {
        wait(left / 1_000_000 + 1);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return false;
      }
    }
    claim();
    since = System.nanoTime();
    return readers > 0 && !claimed.isEmpty();
  }

  /// The checksum of an object, where all of it passes.
  private static final class WholeCheck {
    private final Checksum expected;
    private final ChecksumAlgorithm.@Nullable Running running;

    WholeCheck(PinnedObject object, boolean all) {
      expected = object.head().content().checksum();
      boolean comparable =
          all && expected.isPresent() && expected.type() == ChecksumType.FULL_OBJECT;
      running = comparable ? expected.algorithm().start() : null;
    }

    void update(ByteBuffer bytes) {
      if (running != null) running.update(bytes.duplicate());
    }

    /// Whether all of the object passes, and can be compared.
    boolean isMade() {
      return running != null;
    }

    boolean holds() {
      return running == null || Checksum.of(expected.algorithm(), running.value()).equals(expected);
    }
  }
}
