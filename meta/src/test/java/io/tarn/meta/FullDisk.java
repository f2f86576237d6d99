package io.tarn.meta;

import static java.nio.file.StandardOpenOption.APPEND;
import static java.nio.file.StandardOpenOption.CREATE;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/// Fills a small disk and empties it again under a running store. Run by [DiskFullTest] in a
/// process of its own, on a file system of its own; exits with 0 when the store kept its promises.
final class FullDisk {

  private static final long DELETES_WITHIN_NANOS = TimeUnit.SECONDS.toNanos(20);
  private static final long PUTS_WITHIN_NANOS = TimeUnit.SECONDS.toNanos(30);
  private static final long STORM_NANOS = TimeUnit.SECONDS.toNanos(25);

  private final Path disk;
  private final Map<MetaKey, byte[]> acknowledged = new TreeMap<>();
  private RocksMetaStore store;
  private final long seed = Long.getLong("tarn.seed", System.nanoTime());
  private long token;

  private FullDisk(Path disk) {
    this.disk = disk;
    this.store =
        RocksMetaStore.open(disk.resolve("store"), MetaSettings.DEFAULTS, MetaStoreWords.CONTENTS);
  }

  public static void main(String[] args) throws Exception {
    // Somebody else's file, whose end will bring the space back.
    Files.write(Path.of(args[0], "stranger"), new byte[24 << 20]);
    FullDisk run = new FullDisk(Path.of(args[0]));
    say("tarn.seed=" + run.seed);
    run.untilOnlyDeletesAreTaken();
    run.untilNothingFits();
    run.untilSpaceReturns();
    run.whileStrangersComeAndGo();
    run.afterRestart();
  }

  private void untilOnlyDeletesAreTaken() throws InterruptedException {
    say("filling");
    // The ballast is made a while after the start.
    Thread.sleep(4_000);
    int puts = 0;
    String last = "ok";
    while (last.equals("ok")) {
      check(puts < 10_000, "the disk never filled");
      last = put("Dfill" + puts++, 20_000);
    }
    say("after " + puts + ": " + last + ", " + store.health());
    check(last.startsWith("Full"), "a full disk was met before it was seen: " + last);
    whatEndsSomethingIsTaken();
    untilDeletesWork("Dfill0");
    everythingIsThere();
  }

  /// For as long as a quarter of the reserve is there, which a compaction that ran just now may
  /// have to give back first; what takes the place of others, always.
  private void whatEndsSomethingIsTaken() throws InterruptedException {
    long start = System.nanoTime();
    for (String ended = ""; !ended.equals("ok"); Thread.sleep(50)) {
      ended = put("Xend", 200, Batch.Need.END);
      long free = disk.toFile().getUsableSpace();
      check(System.nanoTime() - start < DELETES_WITHIN_NANOS, free + " are free: " + ended);
    }
    String replaced = put("Xlease", 20, Batch.Need.NOTHING);
    check(replaced.equals("ok"), "a row in place of another was refused: " + replaced);
    Path last = disk.resolve("last");
    long reserve = MetaSettings.DEFAULTS.fitting(disk.toFile().getTotalSpace()).reserve().bytes();
    String refused = "ok";
    for (int i = 0; i < 50 && refused.equals("ok"); i++) {
      takeAllBut(reserve / 8, last); // also what the store has given back meanwhile
      Thread.sleep(60); // a look
      refused = put("Xend" + i, 200, Batch.Need.END);
    }
    check(refused.startsWith("Full"), "the reserve is given away: " + refused);
    replaced = put("Xlease", 20, Batch.Need.NOTHING);
    check(replaced.equals("ok"), "a row in place of another was refused: " + replaced);
    check(last.toFile().delete(), "the rest is not given back");
  }

  private void takeAllBut(long left, Path file) {
    byte[] some = new byte[64 << 10];
    try (OutputStream out = Files.newOutputStream(file, CREATE, APPEND)) {
      while (disk.toFile().getUsableSpace() > left + some.length) out.write(some);
    } catch (IOException e) {
      check(false, "cannot take the rest: " + e);
    }
  }

  private String put(String name, int size, Batch.Need need) {
    MetaKey key = MetaKey.of(name);
    byte[] value = new byte[size];
    try {
      MetaStore.await(
          store.commit(
              new Batch(
                  ++token, List.of(), List.of(new Op.Put(key, value)), Durability.SYNC, need)));
      acknowledged.put(key, value);
      return "ok";
    } catch (MetaException e) {
      return e.getClass().getSimpleName() + " " + e.getMessage();
    }
  }

  private void untilNothingFits() throws IOException {
    Path hog = disk.resolve("hog");
    say("full: " + takeAll(hog));
    int failed = 0;
    for (int i = 1; i < 4_000 && failed < 3; i++) {
      if (i % 20 == 0) {
        takeAll(hog); // also what the store has given back meanwhile
      }
      failed += replace("Dfill" + i % 200, 2_000).equals("ok") ? 0 : 1;
    }
    say("replacements failed " + failed + ": " + store.health());
    check(failed > 0, "the disk did not fill");
    everythingIsThere();
    Files.delete(hog);
    Files.delete(disk.resolve("stranger"));
  }

  private void untilSpaceReturns() throws InterruptedException {
    untilDeletesWork("Dfill1");
    for (int i = 0; i < 400; i++) delete("Dfill" + i);
    everythingIsThere();
  }

  /// Somebody takes everything and gives it back, again and again, so that the store runs out of
  /// space in whatever it is doing: a commit, a flush, a compaction, its own recovery.
  private void whileStrangersComeAndGo() throws InterruptedException {
    Random random = new Random(seed);
    AtomicBoolean over = new AtomicBoolean();
    Thread stranger = Thread.ofPlatform().start(() -> comeAndGo(over));
    long end = System.nanoTime() + STORM_NANOS;
    int taken = 0;
    int refused = 0;
    while (System.nanoTime() < end) {
      String name = "Dfill" + random.nextInt(1_000);
      if ((random.nextBoolean() ? put(name, 20_000) : replace(name, 500)).equals("ok")) {
        taken++;
      } else {
        refused++;
        Thread.sleep(5);
      }
    }
    over.set(true);
    stranger.join();
    say("of the writes " + taken + " were taken, " + refused + " refused");
    check(refused > 0, "the disk did not fill");
    untilDeletesWork("Dfill2");
    everythingIsThere();
    long start = System.nanoTime();
    for (int i = 1_000; !put("Dafter", 20_000).equals("ok"); i++) {
      check(System.nanoTime() - start < PUTS_WITHIN_NANOS, "no put is taken: " + store.health());
      delete("Dfill" + i);
      Thread.sleep(10);
    }
    say("puts work after " + (System.nanoTime() - start) / 1_000_000 + " ms");
  }

  private void comeAndGo(AtomicBoolean over) {
    Path hog = disk.resolve("hog");
    Random random = new Random(seed + 1);
    try {
      while (!over.get()) {
        takeAll(hog);
        Thread.sleep(random.nextInt(60));
        Files.delete(hog);
        Thread.sleep(random.nextInt(200));
      }
    } catch (IOException | InterruptedException e) {
      check(false, "the stranger failed: " + e);
    }
  }

  /// Takes what is free, in addition to what it has; the refusal.
  private static String takeAll(Path hog) {
    try (OutputStream out = Files.newOutputStream(hog, CREATE, APPEND)) {
      for (int i = 0; i < 1 << 20; i++) out.write(new byte[4096]);
    } catch (IOException e) {
      return String.valueOf(e.getMessage());
    }
    throw new IllegalStateException("the disk is larger than it should be");
  }

  private void untilDeletesWork(String name) throws InterruptedException {
    long start = System.nanoTime();
    while (!delete(name)) {
      check(System.nanoTime() - start < DELETES_WITHIN_NANOS, "no delete: " + store.health());
      Thread.sleep(100);
    }
    say("deletes work after " + (System.nanoTime() - start) / 1_000_000 + " ms");
  }

  private void afterRestart() {
    store.close();
    store =
        RocksMetaStore.open(disk.resolve("store"), MetaSettings.DEFAULTS, MetaStoreWords.CONTENTS);
    everythingIsThere();
    check(MetaStore.await(store.verify()).isEmpty(), "damage");
    store.close();
    say("done with " + acknowledged.size() + " rows");
  }

  private String put(String name, int size) {
    return write(name, size, List.of());
  }

  /// Counts as no growth, and fills the log all the same.
  private String replace(String name, int size) {
    return write(name, size, List.of(new Op.Delete(MetaKey.of(name))));
  }

  private String write(String name, int size, List<Op> first) {
    MetaKey key = MetaKey.of(name);
    byte[] value = new byte[size];
    new Random(name.hashCode()).nextBytes(value);
    try {
      List<Op> ops = new ArrayList<>(first);
      ops.add(new Op.Put(key, value));
      MetaStore.await(store.commit(Batch.of(++token, List.of(), ops)));
      acknowledged.put(key, value);
      return "ok";
    } catch (MetaException e) {
      if (e instanceof MetaException.Indeterminate) {
        acknowledged.remove(key);
        return "Indeterminate";
      }
      return e.getClass().getSimpleName() + " " + e.getMessage();
    }
  }

  private boolean delete(String name) {
    MetaKey key = MetaKey.of(name);
    try {
      MetaStore.await(store.commit(Batch.of(++token, List.of(), List.of(new Op.Delete(key)))));
      acknowledged.remove(key);
      return true;
    } catch (MetaException.Indeterminate e) {
      // May be deleted later or never: nothing can be expected of it.
      acknowledged.remove(key);
      say(String.valueOf(e.getMessage()));
      return false;
    } catch (MetaException.Unavailable | MetaException.Full e) {
      say(String.valueOf(e.getMessage()));
      return false;
    }
  }

  private void everythingIsThere() {
    acknowledged.forEach(
        (key, value) ->
            check(
                java.util.Arrays.equals(
                    MetaStore.await(store.get(key)).orElseThrow().value(), value),
                key + " differs"));
  }

  private static void check(boolean holds, String otherwise) {
    if (!holds) {
      say("FAILED: " + otherwise);
      System.exit(1);
    }
  }

  private static void say(String text) {
    System.out.println(text);
  }
}
