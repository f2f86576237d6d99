package io.tarn.meta;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/// Commits pairs of rows until it is killed and prints the number of each pair once it is durable.
/// Run by [KillTest] in a process of its own. Arguments: directory, first number.
final class KilledWriter {

  private static final int CLIENTS = 32;

  private KilledWriter() {}

  public static void main(String[] args) {
    int first = Integer.parseInt(args[1]);
    RocksMetaStore store =
        RocksMetaStore.open(Path.of(args[0]), MetaSettings.DEFAULTS, MetaStoreWords.CONTENTS);
    try (ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int client = 0; client < CLIENTS; client++) {
        int start = first + client;
        clients.execute(() -> write(store, start));
      }
    }
  }

  private static void write(RocksMetaStore store, int start) {
    for (int n = start; n < Integer.MAX_VALUE - CLIENTS; n += CLIENTS) {
      MetaStore.await(store.commit(batch(n)));
      synchronized (KilledWriter.class) {
        byte[] line = (n + "\n").getBytes(StandardCharsets.US_ASCII);
        System.out.write(line, 0, line.length);
        System.out.flush();
      }
    }
  }

  /// An index row and its contents, both derived from the number.
  static Batch batch(int n) {
    return Batch.of(
        n + 1L,
        List.of(new Guard.Absent(index(n))),
        List.of(new Op.Put(index(n), value(n, 100)), new Op.Put(content(n), value(n, 5_000))));
  }

  static MetaKey index(int n) {
    return MetaKey.of("O" + n);
  }

  static MetaKey content(int n) {
    return MetaKey.of("D" + n);
  }

  static byte[] value(int n, int size) {
    byte[] value = new byte[size];
    new java.util.Random(n).nextBytes(value);
    return value;
  }
}
