package io.tarn.cache;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What goes first, on traces with a fixed seed: blocks of equal size, of which a thousand fit.
class EvictionTest {
  private static final int FITS = 1000;
  private static final int LENGTH = 4096;
  private static final long SEED = 20_260_101;

  @TempDir static Path place;

  @SuppressWarnings("NullAway.Init") // before all tests
  private static BlockStore store;

  @SuppressWarnings("NullAway.Init") // before all tests
  private static CacheDirectory directory;

  @BeforeAll
  static void open() {
    store = CacheWorld.blocks(place, 1 << 20, InstantSource.system());
    StagedBlock staged = store.stage(LENGTH, new byte[1], false);
    if (staged == null) throw new AssertionError("no room");
    directory = staged.directory();
    staged.discard();
  }

  @AfterAll
  static void close() {
    store.close();
  }

  private static Block next(Eviction eviction) {
    Block block = eviction.next();
    if (block == null) throw new AssertionError("nothing goes");
    return block;
  }

  /// A cache of either kind, asked for one block.
  private interface Cached {
    boolean hit(int number);
  }

  private static final class Fifo implements Cached {
    private final Eviction eviction = new Eviction((long) FITS * cost(), _ -> true);
    private final Map<Integer, Block> there = new HashMap<>();

    @Override
    public boolean hit(int number) {
      Block block = there.get(number);
      if (block != null) {
        block.touch();
        return true;
      }
      while (there.size() >= FITS) {
        Block victim = next(eviction);
        there.remove(victim.id().number());
      }
      Block fresh = block(number);
      there.put(number, fresh);
      eviction.add(fresh);
      return false;
    }
  }

  private static final class Lru implements Cached {
    private final Map<Integer, Boolean> there =
        new LinkedHashMap<>(16, 0.75f, true) {
          @Override
          protected boolean removeEldestEntry(Map.Entry<Integer, Boolean> eldest) {
            return size() > FITS;
          }
        };

    @Override
    public boolean hit(int number) {
      return there.put(number, true) != null;
    }
  }

  private static long cost() {
    return Block.cost(LENGTH + 100);
  }

  private static Block block(int number) {
    return new Block(new BlockId(0, 1, 2, number), LENGTH, LENGTH + 100, number, directory);
  }

  /// Popular as by Zipf's law with exponent 0.9 over 20,000 blocks.
  private static int[] zipf(int length) {
    int count = 20_000;
    double[] sums = new double[count];
    double sum = 0;
    for (int i = 0; i < count; i++) sums[i] = sum += 1 / Math.pow(i + 1, 0.9);
    var random = new Random(SEED);
    int[] trace = new int[length];
    for (int i = 0; i < length; i++) {
      int at = Arrays.binarySearch(sums, random.nextDouble() * sum);
      trace[i] = at < 0 ? -at - 1 : at;
    }
    return trace;
  }

  private static double ratio(Cached cache, int[] trace) {
    int hits = 0;
    for (int number : trace) {
      if (cache.hit(number)) hits++;
    }
    return (double) hits / trace.length;
  }

  @Test
  void what_is_popular_is_kept_at_least_as_well_as_by_lru() {
    int[] trace = zipf(200_000);
    double fifo = ratio(new Fifo(), trace);
    double lru = ratio(new Lru(), trace);
    System.out.printf("zipf: S3-FIFO %.3f, LRU %.3f%n", fifo, lru);
    assertThat(fifo).isGreaterThan(lru + 0.05);
  }

  @Test
  void a_scan_of_ten_times_the_cache_leaves_what_is_popular() {
    int[] trace = zipf(200_000);
    double[] before = new double[2];
    double[] after = new double[2];
    Cached[] caches = {new Fifo(), new Lru()};
    for (int i = 0; i < 2; i++) {
      before[i] = ratio(caches[i], trace);
      for (int cold = 0; cold < 10 * FITS; cold++) caches[i].hit(1_000_000 + cold);
      after[i] = ratio(caches[i], Arrays.copyOf(trace, 1000));
    }
    System.out.printf(
        "after a scan: S3-FIFO %.3f of %.3f, LRU %.3f of %.3f%n",
        after[0], before[0], after[1], before[1]);
    assertThat(after[0]).isGreaterThan(0.9 * before[0]);
    assertThat(after[0]).isGreaterThan(after[1] + 0.1);
  }

  /// Popular ones, and among them again and again some hundred that are read once: a backup, a
  /// listing that is followed by reads.
  private static int[] zipfWithScans(int length, int scan) {
    int[] popular = zipf(length);
    int[] trace = new int[2 * length];
    int cold = 1_000_000;
    int at = 0;
    for (int i = 0; i < length; i++) {
      trace[at++] = popular[i];
      if (i % scan == scan - 1) {
        for (int j = 0; j < scan; j++) trace[at++] = cold++;
      }
    }
    return Arrays.copyOf(trace, at);
  }

  @Test
  void scans_among_what_is_popular_cost_less_than_with_lru() {
    for (int scan : new int[] {100, 500, 2000}) {
      int[] trace = zipfWithScans(200_000, scan);
      double fifo = ratio(new Fifo(), trace);
      double lru = ratio(new Lru(), trace);
      System.out.printf("zipf, half of it scans of %d: S3-FIFO %.3f, LRU %.3f%n", scan, fifo, lru);
      assertThat(fifo).isGreaterThan(1.3 * lru);
    }
  }

  @Test
  void what_comes_back_soon_is_counted_as_what_a_larger_cache_would_have_had() {
    var eviction = new Eviction(10 * cost(), _ -> true);
    Block first = block(1);
    eviction.add(first);
    assertThat(eviction.next()).isSameAs(first);
    assertThat(eviction.ghostHits()).isZero();
    Block again = block(1);
    eviction.add(again);
    assertThat(eviction.ghostHits()).isEqualTo(1);
    assertThat(eviction.ghostHitBytes()).isEqualTo(LENGTH);
    assertThat(again.queue).isEqualTo(Block.Queue.MAIN);
  }

  @Test
  void ghosts_are_of_as_many_bytes_as_the_cache() {
    var eviction = new Eviction(10 * cost(), _ -> true);
    for (int i = 0; i < 30; i++) {
      eviction.add(block(i));
      eviction.next();
    }
    eviction.add(block(0));
    assertThat(eviction.ghostHits()).isZero();
    eviction.add(block(25));
    assertThat(eviction.ghostHits()).isEqualTo(1);
  }

  @Test
  void what_is_being_read_does_not_go() {
    var eviction = new Eviction(10 * cost(), _ -> true);
    Block read = block(1);
    read.opens = 1;
    eviction.add(read);
    assertThat(eviction.next()).isNull();
    eviction.add(block(2));
    assertThat(next(eviction).id().number()).isEqualTo(2);
    read.opens = 0;
    assertThat(eviction.next()).isSameAs(read);
  }

  @Test
  void what_cannot_be_reached_stays_and_another_goes_in_its_place() {
    var away = new AtomicBoolean(true);
    var eviction = new Eviction(10 * cost(), block -> !away.get() || block.id().number() % 3 == 0);
    for (int i = 0; i < 10; i++) {
      Block block = block(i);
      for (int touch = 0; touch < i % 4; touch++) block.touch();
      eviction.add(block);
    }
    for (int i = 0; i < 4; i++) assertThat(next(eviction).id().number() % 3).isZero();
    assertThat(eviction.next()).isNull();
    away.set(false);
    for (int i = 0; i < 6; i++) assertThat(next(eviction).id().number() % 3).isPositive();
    assertThat(eviction.next()).isNull();
  }
}
