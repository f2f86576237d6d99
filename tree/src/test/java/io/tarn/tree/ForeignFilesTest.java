package io.tarn.tree;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tarn.store.Checksum;
import io.tarn.store.Delete;
import io.tarn.store.ETag;
import io.tarn.store.Key;
import io.tarn.store.Metadata;
import io.tarn.store.ObjectHead;
import io.tarn.store.OpenObject;
import io.tarn.store.Put;
import io.tarn.store.Read;
import io.tarn.store.StoreFailure;
import io.tarn.store.Tags;
import io.tarn.testkit.Bodies;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;

/// A directory is other people's as well: they make files, change them, and put links and worse in
/// the way.
@ParameterizedClass
@ValueSource(booleans = {true, false})
class ForeignFilesTest {
  private final boolean attributes;

  @TempDir(factory = QuickDirectory.class)
  @SuppressWarnings("NullAway.Init") // before each test
  Path root;

  @TempDir(factory = QuickDirectory.class)
  @SuppressWarnings("NullAway.Init") // before each test
  Path outside;

  ForeignFilesTest(boolean attributes) {
    this.attributes = attributes;
  }

  @Test
  void an_object_is_a_plain_file_and_a_plain_file_is_an_object() throws IOException {
    try (var tree = new Tree(root, attributes)) {
      tree.put("a/b", "hello");
      assertThat(tree.file("a/b")).hasContent("hello");
      Files.createDirectories(tree.file("c"));
      Files.writeString(tree.file("c/d"), "world");
      assertThat(tree.text("c/d")).isEqualTo("world");
      assertThat(tree.list()).containsExactly("a/b", "c/d");
      ObjectHead head = tree.head("c/d");
      assertThat(head.content().etag().text()).matches("[0-9a-f]{32}-0");
      assertThat(head.content().checksum()).isEqualTo(Checksum.NONE);
      assertThat(head.metadata()).isEqualTo(Metadata.NONE);
      assertThat(head.tags()).isEqualTo(Tags.NONE);
      tree.reopen();
      assertThat(tree.head("c/d")).isEqualTo(head);
    }
  }

  @Test
  void what_is_recorded_outlives_a_restart_and_a_change_of_the_name() throws IOException {
    try (var tree = new Tree(root, attributes)) {
      ObjectHead head = before(tree, "k");
      tree.reopen();
      assertThat(tree.head("k")).isEqualTo(head);
      Files.move(tree.file("k"), tree.file("moved"));
      ObjectHead moved = tree.head("moved");
      assertThat(moved.content()).isEqualTo(head.content());
      assertThat(moved.metadata()).isEqualTo(Tree.METADATA);
      assertThat(moved.tags()).isEqualTo(Tree.TAGS);
    }
  }

  private static ObjectHead before(Tree tree, String key) {
    tree.put(key, "before");
    return tree.head(key);
  }

  @Test
  void a_file_that_somebody_changed_has_another_tag_and_keeps_what_was_said_of_it()
      throws IOException {
    try (var tree = new Tree(root, attributes)) {
      ETag tag = before(tree, "k").content().etag();
      Files.writeString(tree.file("k"), "after!", StandardOpenOption.WRITE); // as long as before
      ObjectHead head = tree.head("k");
      assertThat(head.content().etag()).isNotEqualTo(tag);
      assertThat(head.content().etag().text()).endsWith("-0");
      assertThat(head.metadata()).isEqualTo(Tree.METADATA);
      assertThat(head.tags()).isEqualTo(Tree.TAGS);
      assertThat(tree.text("k")).isEqualTo("after!");
      Files.writeString(tree.file("k"), "longer than before", StandardOpenOption.WRITE);
      assertThat(tree.head("k").content().etag()).isNotEqualTo(head.content().etag());
    }
  }

  @Test
  void another_file_under_the_name_has_nothing_of_the_one_before() throws IOException {
    try (var tree = new Tree(root, attributes)) {
      for (int i = 0; i < 20; i++) { // inodes come again
        before(tree, "k");
        Files.delete(tree.file("k"));
        Files.writeString(tree.file("k"), "before");
        assertThat(tree.head("k").metadata()).isEqualTo(Metadata.NONE);
        assertThat(tree.head("k").tags()).isEqualTo(Tags.NONE);
        assertThat(tree.head("k").content().etag().text()).endsWith("-0");
        tree.delete("k");
      }
    }
  }

  @Test
  void a_file_that_is_changed_while_it_is_read_is_told() throws IOException {
    try (var tree = new Tree(root, attributes)) {
      var key = new Key("k");
      tree.origin().put(new Put(tree.bucket(), key), Bodies.of(Bodies.bytes(1, 300_000)));
      try (OpenObject open = tree.origin().open(new Read(tree.bucket(), key))) {
        Files.write(tree.file("k"), Bodies.bytes(2, 300_000), StandardOpenOption.WRITE);
        assertThatThrownBy(() -> Bodies.bytes(open.payload()))
            .isInstanceOf(StoreFailure.OriginChanged.class);
      }
      try (OpenObject open = tree.origin().open(new Read(tree.bucket(), key))) {
        Files.write(tree.file("k"), new byte[10]); // shorter
        assertThatThrownBy(() -> Bodies.bytes(open.payload()))
            .isInstanceOf(StoreFailure.OriginChanged.class);
      }
    }
  }

  @Test
  void no_link_is_followed_shown_or_replaced() throws IOException {
    Files.writeString(outside.resolve("secret"), "secret");
    try (var tree = new Tree(root, attributes)) {
      tree.put("dir/inside", "inside");
      Files.createSymbolicLink(tree.file("file"), outside.resolve("secret"));
      Files.createSymbolicLink(tree.file("away"), outside);
      Files.createSymbolicLink(tree.file("near"), tree.file("dir"));
      Files.createSymbolicLink(tree.file("none"), outside.resolve("none"));
      assertThat(tree.list()).containsExactly("dir/inside");
      assertThat(tree.list(tree.bucket(), "", "/")).containsExactly("[dir/]");
      assertThat(tree.list(tree.bucket(), "away/", "")).isEmpty();
      for (String key : List.of("file", "away/secret", "near/inside", "none", "away/", "near/")) {
        assertThatThrownBy(() -> tree.text(key)).isInstanceOf(StoreFailure.NoSuchKey.class);
        assertThatThrownBy(() -> put(tree, key))
            .isInstanceOf(StoreFailure.Invalid.class)
            .hasMessageContaining("directory");
        tree.delete(key);
      }
      assertThat(outside.resolve("secret")).hasContent("secret");
      assertThat(names(outside)).containsExactly("secret");
      assertThat(tree.file("file")).isSymbolicLink();
    }
  }

  private static void put(Tree tree, String key) {
    tree.origin().put(new Put(tree.bucket(), new Key(key)), Bodies.of(""));
  }

  private static List<String> names(Path directory) throws IOException {
    try (var files = Files.list(directory)) {
      return files.map(file -> String.valueOf(file.getFileName())).sorted().toList();
    }
  }

  /// Somebody swaps a directory and a link again and again, which a look before the act would miss.
  @Test
  void nothing_is_written_or_read_through_a_link_that_comes_up_at_any_moment()
      throws IOException, InterruptedException {
    Files.writeString(outside.resolve("x"), "secret");
    try (var tree = new Tree(root, attributes)) {
      Files.createDirectories(tree.file("d"));
      Path link = Files.createSymbolicLink(root.resolve("link"), outside);
      var stop = new AtomicBoolean();
      Thread swapper =
          Thread.ofPlatform()
              .start(
                  () -> {
                    while (!stop.get()) swap(tree.file("d"), link, root.resolve("aside"));
                  });
      int done = 0;
      for (int i = 0; i < 300; i++) {
        try {
          tree.origin().put(new Put(tree.bucket(), new Key("d/x")), Bodies.of("mine"));
          assertThat(tree.text("d/x")).isEqualTo("mine");
          done++;
        } catch (StoreFailure.Invalid | StoreFailure.NoSuchKey | StoreFailure.Conflict e) {
          assertThat(e.getMessage()).isNotEmpty(); // the link, or nothing, was there
        }
        tree.delete("d/x");
      }
      stop.set(true);
      swapper.join(TimeUnit.SECONDS.toMillis(30));
      assertThat(outside.resolve("x")).hasContent("secret");
      assertThat(names(outside)).containsExactly("x");
      assertThat(done).isBetween(0, 300);
    }
  }

  private static void swap(Path directory, Path link, Path aside) {
    try {
      Files.move(directory, aside, StandardCopyOption.ATOMIC_MOVE);
      Files.move(link, directory, StandardCopyOption.ATOMIC_MOVE);
      Files.move(directory, link, StandardCopyOption.ATOMIC_MOVE);
      Files.move(aside, directory, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      restore(directory, link, aside);
    }
  }

  /// A directory came up in between, that a put has made.
  private static void restore(Path directory, Path link, Path aside) {
    try {
      if (Files.isSymbolicLink(directory)) Files.move(directory, link);
      if (Files.exists(aside) && Files.exists(directory)) {
        try (var files = Files.list(aside)) {
          for (Path file : files.toList()) Files.delete(file);
        }
        Files.delete(aside);
      } else if (Files.exists(aside)) {
        Files.move(aside, directory);
      }
    } catch (IOException e) {
      Thread.onSpinWait(); // the next swap begins with what is there
    }
  }

  @Test
  void what_is_no_plain_file_is_no_object_and_holds_nobody_up()
      throws IOException, InterruptedException {
    try (var tree = new Tree(root, attributes)) {
      String pipe = tree.file("pipe").toString();
      assertThat(new ProcessBuilder("mkfifo", pipe).start().waitFor()).isZero();
      assertThat(tree.list()).isEmpty();
      assertThatThrownBy(() -> tree.text("pipe")).isInstanceOf(StoreFailure.NoSuchKey.class);
      assertThatThrownBy(() -> put(tree, "pipe")).isInstanceOf(StoreFailure.Invalid.class);
      tree.delete("pipe");
      assertThat(tree.file("pipe")).exists();
    }
  }

  @Test
  void names_that_are_no_text_have_no_key() throws IOException, InterruptedException {
    try (var tree = new Tree(root, attributes)) {
      tree.put("k", "x");
      var make = "touch \"$1/$(printf 'a\\377b')\"; mkdir \"$1/$(printf 'c\\377d')\"";
      String box = tree.file("").toString();
      assertThat(new ProcessBuilder("sh", "-c", make, "sh", box).start().waitFor()).isZero();
      assertThat(tree.list()).containsExactly("k");
      assertThat(tree.list(tree.bucket(), "", "/")).containsExactly("k");
    }
  }

  @Test
  void only_directories_that_were_made_for_keys_are_removed_when_nothing_is_left_in_them()
      throws IOException {
    try (var tree = new Tree(root, attributes)) {
      Files.createDirectories(tree.file("theirs/empty"));
      tree.put("theirs/ours/deep/k", "x");
      tree.put("theirs/ours/l", "x");
      tree.delete("theirs/ours/deep/k");
      assertThat(tree.file("theirs/ours/deep")).doesNotExist();
      assertThat(tree.file("theirs/ours")).exists();
      tree.reopen();
      tree.delete("theirs/ours/l");
      assertThat(tree.file("theirs/ours")).doesNotExist();
      assertThat(tree.file("theirs/empty")).exists();
      assertThat(tree.list(tree.bucket(), "", "/")).isEmpty();
    }
  }

  @Test
  void a_key_cannot_be_the_directory_of_another_and_both_can_come_one_after_the_other()
      throws IOException {
    try (var tree = new Tree(root, attributes)) {
      tree.put("a/b", "x");
      assertThatThrownBy(() -> tree.put("a", "y"))
          .isInstanceOf(StoreFailure.Invalid.class)
          .hasMessageContaining("a directory, of other keys");
      tree.delete("a/b");
      tree.put("a", "y");
      for (String key : List.of("a/b", "a/b/c", "a/")) {
        assertThatThrownBy(() -> put(tree, key)).isInstanceOf(StoreFailure.Invalid.class);
        assertThatThrownBy(() -> tree.head(key)).isInstanceOf(StoreFailure.NoSuchKey.class);
      }
      tree.delete("a");
      tree.put("a/b", "z");
      assertThat(tree.text("a/b")).isEqualTo("z");
    }
  }

  @Test
  void a_folder_is_a_directory_that_stays_until_it_is_deleted() throws IOException {
    try (var tree = new Tree(root, attributes)) {
      tree.put("f/", "");
      ObjectHead head = tree.head("f/");
      assertThat(head.content().etag().text()).isEqualTo("d41d8cd98f00b204e9800998ecf8427e");
      assertThat(head.metadata()).isEqualTo(Tree.METADATA);
      tree.put("f/k", "x");
      assertThat(tree.head("f/")).isEqualTo(head);
      assertThat(tree.list()).containsExactly("f/", "f/k");
      tree.delete("f/k");
      tree.reopen();
      assertThat(tree.head("f/")).isEqualTo(head);
      assertThat(tree.list()).containsExactly("f/");
      assertThat(tree.list(tree.bucket(), "", "/")).containsExactly("[f/]");
      assertThatThrownBy(() -> tree.put("f/", "bytes"))
          .isInstanceOf(StoreFailure.Invalid.class)
          .hasMessageContaining("can have no bytes");
      tree.delete("f/");
      assertThat(tree.file("f")).doesNotExist();
      tree.put("g/", "");
      tree.put("g/k", "x");
      tree.delete("g/");
      assertThat(tree.list()).containsExactly("g/k");
      assertThatThrownBy(() -> tree.head("g/")).isInstanceOf(StoreFailure.NoSuchKey.class);
    }
  }

  @Test
  void what_tarn_keeps_for_itself_has_no_key() throws IOException {
    try (var tree = new Tree(root, attributes)) {
      tree.put("k", "x");
      var whole = Tree.linked(".", "");
      assertThat(tree.list(whole, "", "")).containsExactly("box/k");
      assertThat(tree.list(whole, "", "/")).containsExactly("[box/]");
      assertThat(tree.list(whole, ".tarn/", "")).isEmpty();
      assertThat(tree.list(whole, ".ta", "")).isEmpty();
      var refused = new ArrayList<String>(List.of(".tarn", ".tarn/lock", ".tarn/", ".TARN/lock"));
      refused.add("a/.tarn/b");
      for (String key : refused) {
        assertThatThrownBy(() -> tree.origin().put(new Put(whole, new Key(key)), Bodies.of("")))
            .isInstanceOf(StoreFailure.Invalid.class)
            .hasMessageContaining(".tarn is reserved");
        assertThatThrownBy(() -> tree.origin().head(new Read(whole, new Key(key))))
            .isInstanceOf(StoreFailure.NoSuchKey.class);
        tree.origin().delete(new Delete(whole, new Key(key)));
      }
      for (String bucket : List.of(".tarn", "..", "../" + outside.getFileName(), "none", "box/k")) {
        assertThatThrownBy(() -> tree.list(Tree.linked(bucket, ""), "", ""))
            .isInstanceOf(StoreFailure.NoSuchBucket.class);
        assertThatThrownBy(
                () ->
                    tree.origin()
                        .put(new Put(Tree.linked(bucket, ""), new Key("k")), Bodies.of("")))
            .isInstanceOf(StoreFailure.NoSuchBucket.class);
      }
    }
  }
}
