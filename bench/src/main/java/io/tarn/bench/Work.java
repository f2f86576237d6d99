package io.tarn.bench;

import java.util.Locale;

/// What is measured: a verb over `keys` objects of `size` bytes on a number of connections, driven
/// by `threads` threads.
record Work(LoadVerb verb, long size, int connections, int keys, int threads) {
  /// Keys below one prefix, where prefixes are listed: 100 prefixes share the keys.
  static final int PREFIXES = 100;

  /// Listing is about names; its objects are as small as objects usually get.
  static final long LISTED_SIZE = 16;

  private static final long READ_BUDGET = 256 * ByteSize.MIB;
  private static final long WRITE_BUDGET = ByteSize.GIB;
  private static final int MOST_KEYS = 10_000;
  private static final int FEWEST_KEYS = 4;

  Work {
    if (size < 0 || connections < 1 || keys < 1 || threads < 1 || threads > connections) {
      throw new IllegalArgumentException(
          "size %d, %d connections, %d keys, %d threads"
              .formatted(size, connections, keys, threads));
    }
  }

  /// Work over as many keys as suits the verb and size: reads fit the page cache, writes fit the
  /// disk.
  static Work of(LoadVerb verb, long size, int connections) {
    long budget = verb == LoadVerb.PUT ? WRITE_BUDGET : READ_BUDGET;
    long keys =
        verb.lists() ? 100_000 : Math.clamp(budget / Math.max(1, size), FEWEST_KEYS, MOST_KEYS);
    return new Work(verb, verb.lists() ? LISTED_SIZE : size, connections, Math.toIntExact(keys), 1);
  }

  Work withKeys(int count) {
    return new Work(verb, size, connections, count, threads);
  }

  Work withThreads(int count) {
    return new Work(verb, size, connections, keys, count);
  }

  String title() {
    String name = verb.name().toLowerCase(Locale.ROOT).replace('_', ' ');
    String what = verb.lists() ? keys + " keys" : ByteSize.show(size);
    return name + " " + what + " c=" + connections;
  }

  /// The bucket of this work, so that works that want the same objects share them.
  String bucket() {
    return switch (verb) {
      case GET, HEAD -> "bench-read-" + size;
      case PUT, MIXED -> "bench-write-" + size;
      case DELETE -> "bench-delete-" + size;
      case LIST -> "bench-list-" + keys;
      case LIST_DELIMITER -> "bench-prefixes-" + keys;
    };
  }

  /// The name of the object with the given number, counted from 0; names sort as numbers do.
  String key(int number) {
    return switch (verb) {
      case GET, HEAD, PUT, MIXED, DELETE -> "object-" + padded(number);
      case LIST -> "data/2026/part-" + padded(number) + ".bin";
      case LIST_DELIMITER -> {
        int each = Math.max(1, (keys + PREFIXES - 1) / PREFIXES);
        yield "prefix-" + padded(number / each) + "/object-" + padded(number % each);
      }
    };
  }

  String path(int number) {
    return "/" + bucket() + "/" + key(number);
  }

  private static String padded(int number) {
    String digits = Integer.toString(number);
    return "0".repeat(Math.max(0, 7 - digits.length())) + digits;
  }
}
