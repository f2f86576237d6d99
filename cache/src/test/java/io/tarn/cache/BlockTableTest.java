package io.tarn.cache;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Blocks in few bytes, beside what they are in a map.
class BlockTableTest {
  @TempDir Path directory;

  private CacheDirectory home() throws IOException {
    try (BlockStore store = CacheWorld.blocks(directory, 16 << 20, InstantSource.system())) {
      StagedBlock staged = store.stage(1, new byte[1], false);
      if (staged == null) throw new AssertionError("no room");
      staged.discard();
      return staged.directory();
    }
  }

  @Test
  void it_has_what_a_map_would_have() throws IOException {
    CacheDirectory home = home();
    for (long seed = 1; seed <= 10; seed++) {
      var random = new SplittableRandom(seed);
      var table = new BlockTable();
      Map<BlockId, Block> map = new HashMap<>();
      for (int step = 0; step < 30_000; step++) {
        int number = random.nextInt(1000);
        // Few hashes, so that many are of one object, as blocks are, and some stripes are full.
        var id = new BlockId(number % 2, number % 3, number % 5, number);
        Block known = map.get(id);
        assertThat(table.find(id)).as("seed %d", seed).isSameAs(known);
        var other = new Block(id, 1, 2, step, home);
        assertThat(table.find(other)).isSameAs(known);
        switch (random.nextInt(3)) {
          case 0 -> {
            assertThat(table.remove(other)).isFalse();
            if (known != null) assertThat(table.remove(known)).isTrue();
            map.remove(id);
          }
          default -> {
            assertThat(table.put(other)).isSameAs(known);
            map.put(id, other);
          }
        }
        assertThat(table.size()).isEqualTo(map.size());
      }
      Set<Block> all = new HashSet<>();
      table.forEach(all::add);
      assertThat(all).isEqualTo(new HashSet<>(map.values()));
    }
  }
}
