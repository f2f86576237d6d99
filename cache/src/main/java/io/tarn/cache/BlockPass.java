package io.tarn.cache;

import io.tarn.store.Key;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.function.BiPredicate;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// Goes over the cached blocks of a bucket whose keys begin with a prefix, and does something to
/// each. It goes in steps, each of which is bounded in blocks and in time, so whoever asks for it
/// sees how far it is and may stop; what comes meanwhile is met, too.
public final class BlockPass {
  private static final int MOST = 4096;

  private final BlockStore store;

  BlockPass(BlockStore store) {
    this.store = store;
  }

  /// A step.
  ///
  /// - `after`: where the next one goes on; nothing is left when it is `done`
  /// - `looked`: at so many blocks, of which `matched`
  /// - `left`: what of those stayed as it was, because it had to
  public record Step(long after, boolean done, long looked, Sum matched, Sum left) {}

  /// So many blocks, and what they take.
  public record Sum(long blocks, long bytes) {
    static final Sum NONE = new Sum(0, 0);

    Sum plus(Block block) {
      return new Sum(blocks + 1, bytes + block.cost());
    }
  }

  /// What became of a block.
  private enum Met {
    PASSED_OVER,
    CHANGED,
    LEFT;

    static Met of(boolean changed) {
      return changed ? CHANGED : LEFT;
    }
  }

  /// Where a step begins: behind the block with this serial of this incarnation of a bucket; and
  /// how long it may take.
  record From(long bucket, long after, Duration time) {}

  /// All blocks. `change` answers false when it could not be made.
  Step all(From from, Predicate<Block> change) {
    return step(from, block -> Met.of(change.test(block)));
  }

  /// Those of keys that begin so, with the key.
  Step below(String prefix, From from, BiPredicate<Block, Key> change) {
    return step(
        from,
        block -> {
          try {
            String key = key(block);
            if (key == null || !key.startsWith(prefix)) return Met.PASSED_OVER;
            return Met.of(change.test(block, new Key(key)));
          } catch (CacheDirectory.Silent e) {
            return Met.LEFT; // whatever it is of
          }
        });
  }

  private Step step(From from, Function<Block, Met> visit) {
    long until = System.nanoTime() + from.time.toNanos();
    List<Block> blocks = next(from);
    Sum matched = Sum.NONE;
    Sum left = Sum.NONE;
    long looked = 0;
    long last = from.after;
    for (Block block : blocks) {
      if (System.nanoTime() - until > 0) return new Step(last, false, looked, matched, left);
      looked++;
      last = block.serial();
      Met met = visit.apply(block);
      if (met != Met.PASSED_OVER) matched = matched.plus(block);
      if (met == Met.LEFT) left = left.plus(block);
    }
    return new Step(last, blocks.size() < MOST, looked, matched, left);
  }

  /// Those that come next, in the order of their serials, which never change.
  private List<Block> next(From from) {
    Comparator<Block> bySerial = Comparator.comparingLong(Block::serial);
    var least = new PriorityQueue<>(bySerial.reversed());
    store.forEach(
        block -> {
          if (block.bucket() != from.bucket || block.serial() <= from.after) return;
          least.add(block);
          if (least.size() > MOST) least.poll();
        });
    return least.stream().sorted(bySerial).toList();
  }

  /// The key that its file says that it is of; null when it is gone, or of no use.
  private @Nullable String key(Block block) throws CacheDirectory.Silent {
    try {
      return Identity.keyIn(block.directory().label(block));
    } catch (CacheDirectory.Silent e) {
      throw e;
    } catch (NoSuchFileException e) {
      return null;
    } catch (IOException e) {
      store.unreadable(block, e);
      return null;
    }
  }
}
