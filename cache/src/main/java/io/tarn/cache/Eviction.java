package io.tarn.cache;

import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// Which block goes when there is no room: S3-FIFO (Yang et al., "FIFO queues are all you need for
/// cache eviction", SOSP 2023), with bytes for objects.
///
/// New blocks wait in a small queue, a tenth of the bytes. Whoever was asked for more than once by
/// its end moves to the main queue, the others go; so one look at everything pushes out nothing but
/// what came with it. In the main queue each touch is worth one more round. Of what went the id is
/// remembered for as many bytes as the cache holds (the ghosts): what comes back so soon goes to
/// the main queue at once, and is what a cache of twice the size would have had.
///
/// Blocks that cannot be reached stay where they are, until they can be again.
///
/// No clock, no file, no lock: its owner's lock guards it, and the queues in the blocks.
final class Eviction {
  private static final int SMALL_SHARE = 10;

  /// Moving one at the end of the small queue to the main one takes more than one touch.
  private static final int PROVEN = 2;

  /// So many that cannot be reached are passed over for one that goes.
  private static final int MOST_PASSED = 10_000;

  private final long capacity;
  private final Predicate<Block> reachable;
  private final Fifo small = new Fifo(Block.Queue.SMALL);
  private final Fifo main = new Fifo(Block.Queue.MAIN);
  private final GhostList ghosts;
  private long ghostHits;
  private long ghostHitBytes;

  Eviction(long capacity, Predicate<Block> reachable) {
    this.capacity = capacity;
    this.ghosts = new GhostList(capacity);
    this.reachable = reachable;
  }

  /// One that has just come.
  void add(Block block) {
    if (!ghosts.remove(block.id())) {
      small.append(block);
      return;
    }
    block.cameBack = true;
    ghostHits++;
    ghostHitBytes += block.length();
    main.append(block);
  }

  /// One that was in this queue before a restart.
  void restore(Block block, Block.Queue queue) {
    if (queue == Block.Queue.MAIN) {
      main.append(block);
    } else {
      small.append(block);
    }
  }

  /// One that goes for another reason, or is not to go at all.
  void remove(Block block) {
    switch (block.queue) {
      case SMALL -> small.unlink(block);
      case MAIN -> main.unlink(block);
      case NONE -> {}
    }
  }

  /// Takes out the one that goes next; null when all are being read, or none can be reached.
  @Nullable Block next() {
    // Each round takes a touch from a block, so this ends; what is being read goes round too.
    long rounds = (Block.MOST_TOUCHES + 2L) * (small.count + main.count);
    int busy = 0; // of the main queue
    int passed = 0; // of the small one
    for (int left = MOST_PASSED; rounds > 0 && left > 0; rounds--) {
      boolean fromSmall =
          passed < small.count && (small.bytes > capacity / SMALL_SHARE || busy >= main.count);
      Block block = fromSmall ? small.first : main.first;
      if (block == null) return null;
      if (!reachable.test(block)) {
        Fifo queue = fromSmall ? small : main;
        queue.unlink(block);
        queue.append(block);
        if (fromSmall) passed++;
        if (!fromSmall) busy++;
        left--;
        continue;
      }
      if (!fromSmall && block.opens > 0) busy++;
      remove(block);
      if (stays(block, fromSmall)) {
        main.append(block);
      } else {
        ghosts.add(block.id(), block.cost());
        return block;
      }
    }
    return null;
  }

  private static boolean stays(Block block, boolean fromSmall) {
    byte touches = block.touches;
    if (block.opens > 0) return true;
    if (fromSmall) {
      block.touches = 0;
      return touches >= PROVEN;
    }
    if (touches == 0) return false;
    block.touches = (byte) (touches - 1);
    return true;
  }

  /// Blocks that came back soon enough for a cache of twice the size to have had them still.
  long ghostHits() {
    return ghostHits;
  }

  long ghostHitBytes() {
    return ghostHitBytes;
  }

  /// Both queues, from who goes first.
  void forEach(Consumer<Block> action) {
    for (Block at = small.first; at != null; at = at.behind) action.accept(at);
    for (Block at = main.first; at != null; at = at.behind) action.accept(at);
  }

  /// A queue whose links are in the blocks.
  private static final class Fifo {
    private final Block.Queue name;
    private @Nullable Block first;
    private @Nullable Block last;
    private long bytes;
    private int count;

    Fifo(Block.Queue name) {
      this.name = name;
    }

    void append(Block block) {
      block.queue = name;
      block.before = last;
      block.behind = null;
      if (last == null) {
        first = block;
      } else {
        last.behind = block;
      }
      last = block;
      bytes += block.cost();
      count++;
    }

    void unlink(Block block) {
      if (block.before == null) {
        first = block.behind;
      } else {
        block.before.behind = block.behind;
      }
      if (block.behind == null) {
        last = block.before;
      } else {
        block.behind.before = block.before;
      }
      block.before = null;
      block.behind = null;
      block.queue = Block.Queue.NONE;
      bytes -= block.cost();
      count--;
    }
  }
}
