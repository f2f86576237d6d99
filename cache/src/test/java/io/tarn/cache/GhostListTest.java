package io.tarn.cache;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/// Ghosts in few bytes, beside what they are in a map.
class GhostListTest {
  private static final long CAPACITY = 200_000;

  private static BlockId id(int number) {
    // Few hashes, so that many are of one object, as blocks are.
    return new BlockId(1, number % 20, 7, number);
  }

  @Test
  void it_knows_what_a_map_in_order_would_know() {
    for (long seed = 1; seed <= 20; seed++) {
      var random = new SplittableRandom(seed);
      var list = new GhostList(CAPACITY);
      Map<BlockId, Long> map = new LinkedHashMap<>();
      for (int step = 0; step < 20_000; step++) {
        BlockId id = id(random.nextInt(200));
        assertThat(list.contains(id)).as("seed %d", seed).isEqualTo(map.containsKey(id));
        if (random.nextInt(3) == 0) {
          assertThat(list.remove(id)).isEqualTo(map.remove(id) != null);
        } else {
          long cost = 4096L * (1 + random.nextInt(4)); // some fifty of them fit, or many more go
          list.add(id, cost);
          add(map, id, cost);
        }
      }
    }
  }

  private static void add(Map<BlockId, Long> map, BlockId id, long cost) {
    map.remove(id);
    long bytes = map.values().stream().mapToLong(each -> each).sum();
    for (Iterator<Long> oldest = map.values().iterator(); bytes + cost > CAPACITY; ) {
      bytes -= oldest.next();
      oldest.remove();
    }
    map.put(id, cost);
  }

  @Test
  void it_grows_and_keeps_its_order() {
    var list = new GhostList(10_000L * 4096);
    for (int i = 0; i < 50_000; i++) list.add(new BlockId(1, i, -i, i), 4096);
    for (int i = 0; i < 50_000; i++) {
      assertThat(list.contains(new BlockId(1, i, -i, i))).isEqualTo(i >= 40_000);
    }
  }
}
