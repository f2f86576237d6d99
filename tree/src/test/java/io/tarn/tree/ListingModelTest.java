package io.tarn.tree;

import static org.assertj.core.api.Assertions.assertThat;

import io.tarn.store.Bucket;
import io.tarn.store.BucketName;
import io.tarn.store.CreateBucket;
import io.tarn.store.Delete;
import io.tarn.store.Key;
import io.tarn.store.ListFrom;
import io.tarn.store.ListObjects;
import io.tarn.store.ObjectPage;
import io.tarn.store.Put;
import io.tarn.testkit.Bodies;
import io.tarn.testkit.MemoryStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Listings of a directory against those of the model.
class ListingModelTest {
  private static final List<String> NAMES =
      List.of("a", "b", "a-b", "a+", "a0", "a!", "é", "\uD83D\uDE00", "\uFFFD", "ab", "-", "..x");

  @TempDir(factory = QuickDirectory.class)
  @SuppressWarnings("NullAway.Init") // before each test
  Path root;

  @Test
  void every_page_is_that_of_the_model() throws IOException {
    long seed = Long.getLong("seed", System.nanoTime());
    System.out.println("seed " + seed);
    var random = new Random(seed);
    var model = new MemoryStore();
    try (var tree = new Tree(root, true)) {
      Bucket linked = tree.bucket();
      Bucket own = model.create(new CreateBucket(new BucketName("box"), linked.owner(), ""));
      List<Key> keys = keys(random);
      for (Key key : keys) {
        String body = key.text().endsWith("/") ? "" : "x";
        model.put(new Put(own, key), Bodies.of(body));
        tree.origin().put(new Put(linked, key), Bodies.of(body));
      }
      for (Key key : keys.subList(0, keys.size() / 4)) {
        model.delete(new Delete(own, key));
        tree.origin().delete(new Delete(linked, key));
      }
      Files.createDirectories(tree.file("a/empty/empty"));
      for (int i = 0; i < 3000; i++) {
        String prefix = text(random, 3);
        String delimiter = List.of("", "/", "/", "a", "-", "b/", "/a").get(random.nextInt(7));
        String at = text(random, 4);
        ListFrom from =
            random.nextInt(4) == 0 ? new ListFrom.PastGroup(at) : new ListFrom.After(at);
        int limit = 1 + random.nextInt(random.nextBoolean() ? 4 : 100);
        assertThat(
                page(tree.origin().list(new ListObjects(linked, prefix, delimiter, from, limit))))
            .as("seed %d: %s %s %s %d", seed, prefix, delimiter, from, limit)
            .isEqualTo(page(model.list(new ListObjects(own, prefix, delimiter, from, limit))));
      }
    }
  }

  private static List<Key> keys(Random random) {
    var keys = new ArrayList<Key>();
    for (int i = 0; i < 400 && keys.size() < 150; i++) {
      String text = text(random, 5);
      if (random.nextInt(8) == 0 && !text.isEmpty() && !text.endsWith("/")) text += "/";
      if (text.isEmpty() || Place.unholdable(text) != null) continue;
      String key = text;
      boolean fits =
          keys.stream().noneMatch(other -> clash(other.text(), key) || clash(key, other.text()));
      if (fits) keys.add(new Key(key));
    }
    return keys;
  }

  /// Whether one is a file that the other needs as a directory, or both are one.
  private static boolean clash(String file, String other) {
    return other.equals(file) || other.startsWith(file + "/");
  }

  private static String text(Random random, int most) {
    var text = new StringBuilder();
    for (int pieces = random.nextInt(most); pieces > 0; pieces--) {
      text.append(NAMES.get(random.nextInt(NAMES.size())));
      if (pieces > 1 || random.nextInt(3) == 0) text.append('/');
    }
    return text.toString();
  }

  private record Page(List<String> items, @org.jspecify.annotations.Nullable ListFrom next) {}

  private static Page page(ObjectPage page) {
    return new Page(Tree.said(page), page.next());
  }

  /// Less names are in memory than there are.
  @Test
  void a_directory_of_more_names_than_are_in_memory_is_listed_in_order() throws IOException {
    try (var tree = new Tree(root, true)) {
      var keys = new ArrayList<String>();
      for (int i = 0; i < 3000; i++) keys.add("%05d".formatted(i));
      for (int i = 3000; i < 5000; i++) keys.add("%05d/x".formatted(i));
      for (String key : keys.reversed()) {
        Files.createDirectories(tree.file(key).getParent());
        Files.createFile(tree.file(key));
      }
      assertThat(tree.list()).isEqualTo(keys);
      assertThat(tree.list(tree.bucket(), "", "/")).hasSize(5000);
      assertThat(tree.list(tree.bucket(), "", "0")).containsExactly("[0]");
      var few = new NamesInOrder(new byte[0], 7);
      var bounds = new ListingBounds("", "", "", ListFrom.START);
      try (Descriptor directory = Descriptor.root(tree.file(""))) {
        var seen = new ArrayList<String>();
        for (byte[] next = few.next(_ -> directory.again(), bounds);
            next != null;
            next = few.next(_ -> directory.again(), bounds)) {
          seen.add(Key.decode(next).replace("/", "/x"));
        }
        assertThat(seen).isEqualTo(keys);
      }
    }
  }
}
