package io.tarn.meta;

import io.tarn.settings.DataSize;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// Fills a small disk and empties it again under a running store. Run by [DiskFullTest] in a
/// process of its own, on a file system of its own; exits with 0 when the store kept its promises.
final class FullDisk {

  private static final MetaSettings SMALL =
      new MetaSettings(
          DataSize.ofMebibytes(8),
          DataSize.ofMebibytes(2),
          DataSize.ofMebibytes(4),
          DataSize.ofMebibytes(8),
          DataSize.ofKibibytes(4),
          DataSize.ofMebibytes(4),
          MetaSettings.DEFAULTS.reads(),
          MetaSettings.DEFAULTS.commits());

  private final Path disk;
  private final Map<MetaKey, byte[]> acknowledged = new TreeMap<>();
  private RocksMetaStore store;
  private long token;

  private FullDisk(Path disk) {
    this.disk = disk;
    this.store = RocksMetaStore.open(disk.resolve("store"), SMALL);
  }

  public static void main(String[] args) throws Exception {
    // Somebody else's file, whose end will bring the space back.
    Files.write(Path.of(args[0], "stranger"), new byte[24 << 20]);
    FullDisk run = new FullDisk(Path.of(args[0]));
    run.untilOnlyDeletesAreTaken();
    run.untilNothingFits();
    run.untilSpaceReturns();
    run.afterRestart();
  }

  private void untilOnlyDeletesAreTaken() throws InterruptedException {
    say("filling");
    // The ballast is made a while after the start.
    Thread.sleep(4_000);
    int puts = 0;
    while (store.health().problem().isEmpty()) {
      check(puts < 10_000, "the disk never filled");
      put("Dfill" + puts++, 20_000);
    }
    say("low after " + puts + ": " + store.health());
    check(put("Dmore", 20_000).startsWith("Unavailable"), "a put was taken on a full disk");
    // A compaction may hold the last bytes at this moment; then this is the engine's own full disk.
    say("a delete works at once: " + delete("Dfill0"));
    everythingIsThere();
  }

  private void untilNothingFits() throws IOException {
    Path hog = disk.resolve("hog");
    try (OutputStream out = Files.newOutputStream(hog)) {
      for (int i = 0; i < 1 << 20; i++) {
        out.write(new byte[4096]);
      }
    } catch (IOException e) {
      say("full: " + e.getMessage());
    }
    int failed = 0;
    for (int i = 1; i < 4_000 && failed < 3; i++) {
      failed += replace("Dfill" + i % 200, 20_000).equals("ok") ? 0 : 1;
    }
    say("replacements failed " + failed + ": " + store.health());
    check(failed > 0, "the disk did not fill");
    everythingIsThere();
    Files.delete(hog);
    Files.delete(disk.resolve("stranger"));
  }

  private void untilSpaceReturns() throws InterruptedException {
    untilDeletesWork("Dfill1");
    for (int i = 0; i < 400; i++) {
      delete("Dfill" + i);
    }
    everythingIsThere();
  }

  private void untilDeletesWork(String name) throws InterruptedException {
    long start = System.nanoTime();
    while (!delete(name)) {
      check(System.nanoTime() - start < 60e9, "no delete in a minute: " + store.health());
      Thread.sleep(100);
    }
    say("deletes work after " + (System.nanoTime() - start) / 1_000_000 + " ms");
  }

  private void afterRestart() {
    store.close();
    store = RocksMetaStore.open(disk.resolve("store"), SMALL);
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
    new java.util.Random(name.hashCode()).nextBytes(value);
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
    } catch (MetaException.Unavailable e) {
      say(String.valueOf(e.getMessage()));
      return false;
    }
  }

  private void everythingIsThere() {
    acknowledged.forEach(
        (key, value) ->
            check(
                java.util.Arrays.equals(
                    MetaStore.await(store.get(key, ReadLevel.LINEARIZABLE)).orElseThrow().value(),
                    value),
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
