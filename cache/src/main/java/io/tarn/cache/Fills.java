package io.tarn.cache;

import io.tarn.store.OpenObject;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/// The blocks that are being fetched: at most one fetch for each.
final class Fills {
  private final BlockStore store;
  private final CacheMetrics metrics;
  private final Pins pins;
  private final Map<BlockId, Filling> claimed = new ConcurrentHashMap<>();

  Fills(BlockStore store, CacheMetrics metrics, Pins pins) {
    this.store = store;
    this.metrics = metrics;
    this.pins = pins;
  }

  BlockStore store() {
    return store;
  }

  CacheMetrics metrics() {
    return metrics;
  }

  Blocks blocks() {
    return store.blocks();
  }

  /// In blocks; one at least, so that the next is on its way while this one is read.
  int window() {
    return (int) Math.max(1, store.settings().readAhead().bytes() / blocks().size());
  }

  Duration patience() {
    return store.settings().patience();
  }

  @Nullable Filling find(BlockId id) {
    return claimed.get(id);
  }

  /// False when another has it, or it is there. That is looked at after it was claimed: a fill
  /// first puts a block there and then gives up its claim.
  boolean claim(Filling filling) {
    if (claimed.putIfAbsent(filling.id(), filling) != null) return false;
    if (!store.has(filling.id())) return true;
    unclaim(filling);
    return false;
  }

  void unclaim(Filling filling) {
    claimed.remove(filling.id(), filling);
  }

  Pins pins() {
    return pins;
  }

  boolean keep(StagedBlock staged, Filling filling, PinnedObject object) {
    boolean pin = pins.covers(object.bucket().id(), object.key());
    return store.commit(staged, filling.id(), object.identity().label(), pin);
  }

  /// Begins to fetch what is missing from block `first` on, up to the first that is not, or `last`.
  /// Null when the first is not missing any more. The caller is its reader, and leaves it.
  ///
  /// - `opened`: an answer of the origin that has these blocks; closed in any case
  @Nullable Filling start(PinnedObject object, int first, int last, @Nullable OpenObject opened) {
    var fill = new Fill(this, object, first, gapEnd(object.identity(), first, last), opened);
    Filling filling = fill.begin();
    if (filling == null) {
      if (opened != null) opened.close();
      return null;
    }
    Thread.ofVirtual().name("cache-fill").start(fill);
    return filling;
  }

  private int gapEnd(Identity identity, int first, int last) {
    int end = first;
    while (end < last) {
      BlockId next = identity.block(end + 1);
      if (store.has(next) || claimed.containsKey(next)) break;
      end++;
    }
    return end;
  }
}
