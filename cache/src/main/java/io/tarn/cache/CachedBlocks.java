package io.tarn.cache;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Which blocks there are: by id, by bucket, and in the order in which they go.
///
/// Its owner's lock guards it, but for [#find] and [#forEach].
final class CachedBlocks {
  private final long size;
  private final BlockTable table = new BlockTable();
  private final Tally tally = new Tally();
  private final Eviction eviction;

  /// `size`: how many bytes they may come to.
  CachedBlocks(long size) {
    this.size = size;
    this.eviction = new Eviction(size, block -> block.directory().isThere());
  }

  /// Also one whose directory is not there.
  @Nullable Block find(BlockId id) {
    return table.find(id);
  }

  /// The one that has its id.
  @Nullable Block find(Block same) {
    return table.find(same);
  }

  /// In no order, while they come and go.
  void forEach(Consumer<Block> action) {
    table.forEach(action);
  }

  /// One that came; pinned if there is room for so many that are. Answers the one it is instead of,
  /// which is none of them any more.
  @Nullable Block add(Block block, boolean pin) {
    Block before = table.put(block);
    if (before != null) leave(before);
    block.pinned = pin && mayPin(block);
    if (!block.pinned) eviction.add(block);
    tally.add(block);
    return before;
  }

  /// Some room must be left for what is not pinned.
  private boolean mayPin(Block block) {
    return tally.pinned() + block.cost() <= size / 4 * 3;
  }

  /// Has it stay. False when so much may not be pinned.
  boolean pin(Block block) {
    if (block.gone || block.pinned) return true;
    if (!mayPin(block)) return false;
    tally.remove(block);
    eviction.remove(block);
    block.pinned = true;
    tally.add(block);
    return true;
  }

  /// Lets it go when its turn comes.
  void unpin(Block block) {
    if (block.gone || !block.pinned) return;
    tally.remove(block);
    block.pinned = false;
    eviction.restore(block, Block.Queue.MAIN);
    tally.add(block);
  }

  /// False when it is none of them.
  boolean remove(Block block) {
    if (!table.remove(block)) return false;
    leave(block);
    return true;
  }

  private void leave(Block block) {
    block.gone = true;
    eviction.remove(block);
    tally.remove(block);
  }

  /// Takes out the one that goes next; null when none can.
  @Nullable Block next() {
    Block block = eviction.next();
    if (block == null) return null;
    table.remove(block);
    block.gone = true;
    tally.remove(block);
    return block;
  }

  /// One of an earlier run, which may be pinned, for a queue; no other has its id.
  void restore(Block block, Block.Queue queue) {
    table.put(block);
    if (!block.pinned) eviction.restore(block, queue);
    tally.add(block);
  }

  /// The numbers of the files of a directory, in order.
  long[] serials(CacheDirectory directory) {
    var serials = new Serials();
    table.forEach(
        block -> {
          if (block.directory() == directory) serials.add(block.serial());
        });
    return serials.sorted();
  }

  private static final class Serials {
    private long[] numbers = new long[1024];
    private int count;

    void add(long serial) {
      if (count == numbers.length) numbers = Arrays.copyOf(numbers, 2 * count);
      numbers[count++] = serial;
    }

    long[] sorted() {
      long[] all = Arrays.copyOf(numbers, count);
      Arrays.sort(all);
      return all;
    }
  }

  /// The blocks of a directory: those that stay, and then as they would go.
  List<Block> list(CacheDirectory directory) {
    List<Block> all = new ArrayList<>();
    if (tally.pinned() > 0) {
      table.forEach(
          block -> {
            if (block.pinned && block.directory() == directory) all.add(block);
          });
    }
    eviction.forEach(
        block -> {
          if (block.directory() == directory) all.add(block);
        });
    return all;
  }

  /// What there is of a bucket.
  CacheShare share(long bucket) {
    return tally.of(bucket);
  }

  long count() {
    return table.size();
  }

  long bytes() {
    return tally.bytes();
  }

  long pinned() {
    return tally.pinned();
  }

  /// What came back soon after it went.
  CacheUsage.Ghosts ghosts() {
    return new CacheUsage.Ghosts(eviction.ghostHits(), eviction.ghostHitBytes());
  }
}
