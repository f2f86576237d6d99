package io.tarn.cache;

import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// The blocks that there are, by id: a few bytes of memory for each, beside the block, for there
/// can be millions. In stripes, each with its lock, so that who looks for one seldom waits.
///
/// A stripe is a table with open addressing. Thread-safe.
final class BlockTable {
  private static final int STRIPE_BITS = 6;

  private final Stripe[] stripes = new Stripe[1 << STRIPE_BITS];

  BlockTable() {
    for (int i = 0; i < stripes.length; i++) stripes[i] = new Stripe();
  }

  private Stripe stripe(long hash) {
    return stripes[(int) (hash >>> (Long.SIZE - STRIPE_BITS))];
  }

  @Nullable Block find(BlockId id) {
    long hash = id.hash();
    return stripe(hash).find(id.bucket(), id.high(), id.low(), id.number(), hash);
  }

  /// The one that has its id.
  @Nullable Block find(Block same) {
    long hash = same.hash();
    return stripe(hash).find(same.bucket(), same.high(), same.low(), same.number(), hash);
  }

  /// Answers the one that it is there instead of.
  @Nullable Block put(Block block) {
    long hash = block.hash();
    return stripe(hash).put(block, hash);
  }

  /// False when it is not this one that is there, or none.
  boolean remove(Block block) {
    long hash = block.hash();
    return stripe(hash).remove(block, hash);
  }

  int size() {
    int size = 0;
    for (Stripe each : stripes) size += each.size();
    return size;
  }

  /// Those that are there, in no order, while others come and go.
  void forEach(Consumer<Block> action) {
    for (Stripe each : stripes) {
      for (Block block : each.copy()) {
        if (block != null) action.accept(block);
      }
    }
  }

  private static final class Stripe {
    private static final int LEAST = 16;

    private @Nullable Block[] places = new Block[LEAST];

    /// Bits of their hashes: who looks on from place to place does not look at the blocks.
    private int[] tags = new int[LEAST];

    private int count;

    private static int tag(long hash) {
      return (int) (hash >>> 24);
    }

    synchronized int size() {
      return count;
    }

    synchronized @Nullable Block[] copy() {
      return places.clone();
    }

    synchronized @Nullable Block find(long bucket, long high, long low, int number, long hash) {
      return places[place(bucket, high, low, number, tag(hash))];
    }

    /// Where it is, or would be.
    private int place(long bucket, long high, long low, int number, int tag) {
      int mask = places.length - 1;
      int at = tag & mask;
      for (Block there = places[at]; there != null; there = places[at]) {
        if (tags[at] == tag && there.is(bucket, high, low, number)) break;
        at = (at + 1) & mask;
      }
      return at;
    }

    private int place(Block block, int tag) {
      return place(block.bucket(), block.high(), block.low(), block.number(), tag);
    }

    synchronized @Nullable Block put(Block block, long hash) {
      int tag = tag(hash);
      int at = place(block, tag);
      Block before = places[at];
      places[at] = block;
      tags[at] = tag;
      if (before == null && ++count > places.length / 4 * 3) grow();
      return before;
    }

    private void grow() {
      @Nullable Block[] all = places;
      int[] allTags = tags;
      places = new Block[2 * all.length];
      tags = new int[places.length];
      int mask = places.length - 1;
      for (int from = 0; from < all.length; from++) {
        if (all[from] == null) continue;
        int at = allTags[from] & mask;
        while (places[at] != null) at = (at + 1) & mask;
        places[at] = all[from];
        tags[at] = allTags[from];
      }
    }

    synchronized boolean remove(Block block, long hash) {
      int free = place(block, tag(hash));
      if (places[free] != block) return false;
      // Whoever stands behind and would have liked a place up to here, moves up.
      int mask = places.length - 1;
      int at = (free + 1) & mask;
      for (Block each = places[at]; each != null; each = places[at]) {
        if (((at - tags[at]) & mask) >= ((at - free) & mask)) {
          places[free] = each;
          tags[free] = tags[at];
          free = at;
        }
        at = (at + 1) & mask;
      }
      places[free] = null;
      count--;
      return true;
    }
  }
}
