package io.tarn.meta;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;

/// The files of a store that lost its process, to be copied and damaged, and the rows that were
/// acknowledged.
final class CrashedStore {

  private static final MetaSettings SETTINGS = MetaSettings.DEFAULTS;
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final Path temporary;
  private final Path live;
  private final Map<MetaKey, byte[]> expected = new TreeMap<>();
  private Path files;

  /// What a store makes of its files. To answer anything but these is a lie.
  enum Verdict {
    COMPLETE,
    REFUSED_TO_OPEN,
    REFUSED_TO_READ
  }

  CrashedStore(Path temporary) {
    this.temporary = temporary;
    this.live = temporary.resolve("live");
    this.files = live;
  }

  /// Opens the store, commits pairs of a small and a large row, and closes it.
  void fill(String name, int pairs) {
    try (RocksMetaStore store = RocksMetaStore.open(live, SETTINGS, MetaStoreWords.CONTENTS)) {
      commit(store, name, pairs);
    }
  }

  /// Opens the store as its last process left it, commits, and loses the process.
  void fillAndCrash(String name, int pairs) throws IOException {
    fillAndCrash(name, pairs, SETTINGS);
  }

  void fillAndCrash(String name, int pairs, MetaSettings settings) throws IOException {
    try (RocksMetaStore store = RocksMetaStore.open(files, settings, MetaStoreWords.CONTENTS)) {
      commit(store, name, pairs);
      Path left = temporary.resolve("crashed after " + name);
      copyTo(left);
      files = left;
    }
  }

  private void commit(RocksMetaStore store, String name, int pairs) {
    Random random = new Random(name.hashCode());
    for (int i = 0; i < pairs; i++) {
      byte[] small = new byte[100];
      byte[] large = new byte[6_000];
      random.nextBytes(small);
      random.nextBytes(large);
      MetaKey index = MetaKey.of("O" + name + i);
      MetaKey content = MetaKey.of("D" + name + i);
      MetaStore.await(
          store.commit(
              Batch.of(
                  1, List.of(), List.of(new Op.Put(index, small), new Op.Put(content, large)))));
      expected.put(index, small);
      expected.put(content, large);
    }
  }

  Path files() {
    return files;
  }

  /// A copy to be damaged.
  Path copy() throws IOException {
    Path copy = temporary.resolve("copy");
    if (Files.exists(copy)) delete(copy);
    copyTo(copy);
    return copy;
  }

  private void copyTo(Path to) throws IOException {
    Path library = files.resolve("native");
    try (Stream<Path> walk = Files.walk(files)) {
      for (Path file : (Iterable<Path>) walk::iterator) {
        if (!file.startsWith(library)) Files.copy(file, to.resolve(files.relativize(file)));
      }
    }
  }

  /// Opens a store, reads everything in every way and compares. Fails, saying `what` was looked at,
  /// for wrong rows, for another failure than that of damage, and if there is no end of it.
  Verdict look(Path directory, String what) {
    // A native call cannot be interrupted; the thread must not keep the process either.
    FutureTask<Verdict> look = new FutureTask<>(() -> read(directory));
    Thread.ofPlatform().daemon().name("look").start(look);
    try {
      return look.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    } catch (TimeoutException e) {
      throw new AssertionError(what + ": neither opened nor refused within " + PATIENCE, e);
    } catch (ExecutionException e) {
      throw new AssertionError(what, e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(what, e);
    }
  }

  private Verdict read(Path directory) {
    try (RocksMetaStore store = RocksMetaStore.open(directory, SETTINGS, MetaStoreWords.CONTENTS)) {
      boolean refused = false;
      for (Map.Entry<MetaKey, byte[]> row : expected.entrySet()) {
        try {
          Optional<Entry> found = MetaStore.await(store.get(row.getKey()));
          assertThat(found.map(Entry::value)).hasValue(row.getValue());
        } catch (MetaException e) {
          refused = true;
        }
      }
      try {
        List<MetaKey> keys = new ArrayList<>();
        KeyRange all = new KeyRange(MetaKey.of("A"), MetaKey.of("Z"));
        for (Item item : MetaStore.await(store.scan(Scan.of(all, 1_000))).items()) {
          keys.add(((Item.Row) item).entry().key());
        }
        assertThat(keys).containsExactlyElementsOf(expected.keySet());
      } catch (MetaException e) {
        refused = true;
      }
      return refused ? Verdict.REFUSED_TO_READ : Verdict.COMPLETE;
    } catch (MetaException.Corrupt e) {
      return Verdict.REFUSED_TO_OPEN;
    }
  }

  /// What the file is to RocksDB.
  static String kind(Path file) {
    String name = String.valueOf(file.getFileName());
    if (name.contains(".")) return name.substring(name.lastIndexOf('.') + 1);
    return name.replaceAll("-\\d+$", "");
  }

  /// The files in a directory that a store reads, oldest first among those of a kind.
  static List<Path> filesIn(Path directory) throws IOException {
    try (Stream<Path> files = Files.walk(directory)) {
      return files
          .filter(Files::isRegularFile)
          .filter(file -> !file.toString().contains("LOG") && !file.toString().contains("LOCK"))
          .sorted()
          .toList();
    }
  }

  static List<Path> filesIn(Path directory, String kind) throws IOException {
    return filesIn(directory).stream().filter(file -> kind(file).equals(kind)).toList();
  }

  static void flip(Path file, long at, int bit) throws IOException {
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      ByteBuffer one = ByteBuffer.allocate(1);
      channel.read(one, at);
      one.put(0, (byte) (one.get(0) ^ 1 << bit)).rewind();
      channel.write(one, at);
    }
  }

  static void truncate(Path file, long size) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      channel.truncate(size);
    }
  }

  static void delete(Path directory) throws IOException {
    try (Stream<Path> walk = Files.walk(directory)) {
      for (Path path : (Iterable<Path>) walk.sorted(Comparator.reverseOrder())::iterator) {
        Files.delete(path);
      }
    }
  }
}
