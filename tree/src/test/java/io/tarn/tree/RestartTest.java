package io.tarn.tree;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tarn.bytes.ChecksumAlgorithm;
import io.tarn.store.BeginUpload;
import io.tarn.store.Checksum;
import io.tarn.store.ChecksumType;
import io.tarn.store.CompleteUpload;
import io.tarn.store.Conditions;
import io.tarn.store.ETags;
import io.tarn.store.Key;
import io.tarn.store.ListFrom;
import io.tarn.store.ListUploads;
import io.tarn.store.Part;
import io.tarn.store.Permit;
import io.tarn.store.Put;
import io.tarn.store.Read;
import io.tarn.store.Span;
import io.tarn.store.StoreFailure;
import io.tarn.store.UploadRef;
import io.tarn.store.Written;
import io.tarn.testkit.Bodies;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;

/// What is there after a process has ended at any moment, and while many write at once.
@ParameterizedClass
@ValueSource(booleans = {true, false})
class RestartTest {
  private static final Key KEY = new Key("big");

  private final boolean attributes;

  @TempDir(factory = QuickDirectory.class)
  @SuppressWarnings("NullAway.Init") // before each test
  Path root;

  RestartTest(boolean attributes) {
    this.attributes = attributes;
  }

  private static UploadRef begin(Tree tree) {
    var put = new Put(tree.bucket(), KEY);
    var begin =
        new BeginUpload(put, put.owner(), ChecksumAlgorithm.CRC32C, ChecksumType.FULL_OBJECT);
    return new UploadRef(tree.bucket(), KEY, tree.origin().begin(begin).id());
  }

  private static Part part(Tree tree, UploadRef ref, int number, String text) {
    byte[] bytes = text.getBytes(java.nio.charset.StandardCharsets.UTF_8);
    return tree.origin().putPart(ref, number, Bodies.of(bytes, ChecksumAlgorithm.CRC32C));
  }

  private static CompleteUpload complete(UploadRef ref, Part... parts) {
    return new CompleteUpload(
        ref,
        List.of(parts).stream()
            .map(p -> new CompleteUpload.Chosen(p.number(), p.etag(), Checksum.NONE))
            .toList(),
        Conditions.NONE,
        CompleteUpload.Expected.NOTHING);
  }

  private static int uploads(Tree tree) {
    var list = new ListUploads(tree.bucket(), "", "", ListFrom.START, "", 100);
    return tree.origin().uploads(list).items().size();
  }

  @Test
  void an_upload_outlives_a_restart_and_so_do_its_parts_as_those_of_the_object()
      throws IOException {
    try (var tree = new Tree(root, attributes)) {
      UploadRef ref = begin(tree);
      Part one = part(tree, ref, 1, "hello");
      tree.reopen();
      Part two = part(tree, ref, 2, "world");
      assertThat(tree.origin().parts(ref, 0, 10, Permit.OfUpload.ANY).parts())
          .containsExactly(one, two);
      tree.reopen();
      Written written = tree.origin().complete(complete(ref, one, two));
      tree.reopen();
      assertThat(tree.origin().complete(complete(ref, one, two))).isEqualTo(written);
      assertThat(tree.text("big")).isEqualTo("helloworld");
      Read second = new Read(tree.bucket(), KEY).of(new Span.OfPart(2));
      assertThat(Bodies.drain(tree.origin().open(second))).asString().isEqualTo("world");
      assertThat(uploads(tree)).isZero();
    }
  }

  /// A crash between the last two steps of a completion: the object is there, and the upload too.
  @Test
  void an_upload_whose_object_is_there_is_ended_at_the_start() throws IOException {
    try (var tree = new Tree(root, attributes)) {
      UploadRef ref = begin(tree);
      Part one = part(tree, ref, 1, "hello");
      Path kept = root.resolve(".tarn/uploads").resolve(ref.id().text());
      Path aside = root.resolve("aside");
      copy(kept, aside);
      Written written = tree.origin().complete(complete(ref, one));
      Files.move(aside, kept);
      assertThat(uploads(tree)).isOne();
      assertThat(tree.origin().complete(complete(ref, one))).isEqualTo(written);
      assertThat(uploads(tree)).as("ended by who completes again").isZero();
      assertThat(kept).doesNotExist();
      copy(root.resolve(".tarn/staging"), kept); // one that was not begun to the end
      tree.reopen();
      assertThat(kept).doesNotExist();
    }
  }

  private static void copy(Path from, Path to) throws IOException {
    Files.createDirectory(to);
    try (var files = Files.list(from)) {
      for (Path file : files.toList()) Files.copy(file, to.resolve(file.getFileName()));
    }
  }

  @Test
  void an_upload_that_was_installed_is_not_there_after_a_crash() throws IOException {
    try (var tree = new Tree(root, attributes)) {
      UploadRef ref = begin(tree);
      Part one = part(tree, ref, 1, "hello");
      Path kept = root.resolve(".tarn/uploads").resolve(ref.id().text());
      Path aside = root.resolve("aside");
      copy(kept, aside);
      tree.origin().complete(complete(ref, one));
      Files.move(aside, kept);
      tree.reopen();
      assertThat(uploads(tree)).isZero();
      assertThat(tree.text("big")).isEqualTo("hello");
    }
  }

  @Test
  void what_was_being_written_when_a_process_ended_is_swept_away() throws IOException {
    try (var tree = new Tree(root, attributes)) {
      tree.put("k", "old");
      Path stray = Files.writeString(root.resolve(".tarn/staging/ffff"), "half");
      tree.reopen();
      assertThat(stray).doesNotExist();
      assertThat(tree.text("k")).isEqualTo("old");
    }
  }

  /// What a crash leaves that comes between the making of a directory and the rename into it.
  @Test
  void an_empty_directory_that_a_crash_left_stands_in_nobodys_way() throws IOException {
    try (var tree = new Tree(root, attributes)) {
      tree.put("a/b/c", "x");
      Files.delete(tree.file("a/b/c"));
      assertThat(tree.list(tree.bucket(), "", "/")).isEmpty();
      tree.put("a/b", "file");
      assertThat(tree.text("a/b")).isEqualTo("file");
    }
  }

  @Test
  void failures_leave_nothing_behind() throws IOException {
    try (var tree = new Tree(root, attributes)) {
      tree.put("k", "old");
      var absent = new Conditions(ETags.UNSAID, ETags.ANY, null, null);
      var put =
          new Put(
              tree.bucket(), new Key("k"), tree.bucket().owner(), Tree.METADATA, Tree.TAGS, absent);
      assertThatThrownBy(() -> tree.origin().put(put, Bodies.of("new")))
          .isInstanceOf(StoreFailure.ConditionFailed.class);
      var gone = Bodies.interrupted(Bodies.bytes(1, 300_000), 100_000);
      assertThatThrownBy(() -> tree.origin().put(new Put(tree.bucket(), new Key("n/k")), gone))
          .isInstanceOf(StoreFailure.Interrupted.class);
      assertThat(tree.file("n")).doesNotExist();
      assertThat(root.resolve(".tarn/staging")).isEmptyDirectory();
      tree.delete("k");
      assertThat(root.resolve(".tarn/records")).isEmptyDirectory();
      assertThat(root.resolve(".tarn/parts")).isEmptyDirectory();
      assertThat(root.resolve(".tarn/made")).isEmptyDirectory();
    }
  }

  @Test
  void a_directory_is_the_origin_of_one_server_at_a_time() throws IOException {
    try (var tree = new Tree(root, attributes)) {
      assertThatThrownBy(() -> Trees.open(root, attributes))
          .isInstanceOf(StoreFailure.Unavailable.class)
          .hasMessageContaining("is in use");
      tree.reopen();
    }
    assertThatThrownBy(() -> Trees.open(root.resolve("none"), attributes))
        .isInstanceOf(StoreFailure.Unavailable.class)
        .hasMessageContaining("it has to be a directory");
  }

  private static <T> List<T> atOnce(int threads, Callable<T> work) throws Exception {
    try (var executor = Executors.newVirtualThreadPerTaskExecutor()) {
      var results = new ArrayList<T>();
      List<Future<T>> all = new ArrayList<>();
      for (int i = 0; i < threads; i++) all.add(executor.submit(work));
      for (Future<T> each : all) results.add(each.get());
      return results;
    }
  }

  @Test
  void of_many_who_create_a_key_at_once_one_does() throws Exception {
    try (var tree = new Tree(root, attributes)) {
      var absent = new Conditions(ETags.UNSAID, ETags.ANY, null, null);
      for (int round = 0; round < 10; round++) {
        var key = new Key("d%d/k".formatted(round));
        var put =
            new Put(tree.bucket(), key, tree.bucket().owner(), Tree.METADATA, Tree.TAGS, absent);
        List<Boolean> won =
            atOnce(
                16,
                () -> {
                  try {
                    tree.origin().put(put, Bodies.of("x"));
                    return true;
                  } catch (StoreFailure.ConditionFailed e) {
                    return false;
                  }
                });
        assertThat(won).containsOnlyOnce(true);
      }
    }
  }

  /// Each deletes the last file of a directory that another is about to put one into.
  @Test
  void puts_and_deletes_in_one_directory_do_not_get_in_each_others_way() throws Exception {
    try (var tree = new Tree(root, attributes)) {
      var number = new AtomicInteger();
      atOnce(
          16,
          () -> {
            String key = "a/b/c/" + number.getAndIncrement();
            for (int i = 0; i < 40; i++) {
              tree.put(key, "x" + i);
              assertThat(tree.text(key)).isEqualTo("x" + i);
              tree.delete(key);
            }
            return key;
          });
      assertThat(tree.list()).isEmpty();
      assertThat(tree.file("a")).doesNotExist();
    }
  }

  @Test
  void a_folder_that_is_put_while_its_directory_is_emptied_is_kept() throws Exception {
    try (var tree = new Tree(root, attributes)) {
      for (int round = 0; round < 60; round++) {
        tree.put("f/k", "x");
        var first = new AtomicInteger();
        atOnce(
            2,
            () -> {
              if (first.getAndIncrement() == 0) {
                tree.delete("f/k");
              } else {
                tree.put("f/", "");
              }
              return true;
            });
        assertThat(tree.list()).containsExactly("f/");
        tree.delete("f/");
      }
    }
  }
}
