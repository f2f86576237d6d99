package io.tarn.files;

import static org.assertj.core.api.Assertions.assertThat;

import io.tarn.bytes.ChecksumAlgorithm;
import io.tarn.files.FailingOrigin.Mood;
import io.tarn.files.RunningFiles.Answer;
import io.tarn.store.Acl;
import io.tarn.store.Conditions;
import io.tarn.store.Key;
import io.tarn.store.ListFrom;
import io.tarn.store.ListObjects;
import io.tarn.store.Metadata;
import io.tarn.store.ObjectHead;
import io.tarn.store.Payload;
import io.tarn.store.PayloadIncoming;
import io.tarn.store.Put;
import io.tarn.store.Read;
import io.tarn.store.Tags;
import io.tarn.testkit.MemoryStore;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Files of one node before an origin.
class FilesOriginTest {
  private final FailingOrigin origin = new FailingOrigin();
  private RunningFiles files =
      new RunningFiles(new MemoryStore(), new MemoryStore(), origin::before, true);

  @AfterEach
  void end() {
    files.close();
  }

  private ObjectHead atOrigin(String id) {
    return files.far.head(new Read(files.there, new Key(id)));
  }

  private boolean isAtOrigin(String id) {
    return files.far.list(new ListObjects(files.there, id, "", ListFrom.START, 1)).items().size()
        > 0;
  }

  private boolean isAnythingStaged() {
    return !files
        .own
        .list(new ListObjects(files.bucket, ".tarn/", "", ListFrom.START, 1))
        .items()
        .isEmpty();
  }

  private static void await(Callable<Boolean> condition) throws Exception {
    long end = System.nanoTime() + Duration.ofSeconds(20).toNanos();
    while (!condition.call()) {
      assertThat(System.nanoTime()).isLessThan(end);
      Thread.sleep(10);
    }
  }

  /// Loses all that is here.
  private void wipe() {
    files.close();
    files = new RunningFiles(new MemoryStore(), files.far, origin::before, true);
  }

  @Test
  void a_file_of_level_1_or_2_is_at_the_origin_as_the_older_program_had_it() {
    String id = files.id();
    Answer put =
        files.put(
            id,
            2,
            "It works!",
            "X-Meta-Name",
            "test.txt",
            "X-Meta-UserMeta",
            "{\"colour\":\"red\"}");
    assertThat(put.status()).as(put.text()).isEqualTo(200);
    ObjectHead there = atOrigin(id);
    assertThat(there.metadata().user())
        .containsEntry("id", id)
        .containsEntry("name", "test.txt")
        .containsEntry("size", "9")
        .containsEntry("consistency", "2")
        .containsEntry("usermeta-colour", "red")
        .containsKey("timestamp");
    assertThat(there.metadata().system())
        .containsEntry("content-type", "text/plain; charset=utf-8");
    assertThat(isAnythingStaged()).isFalse();
    assertThat(files.get("get/" + id).text()).isEqualTo("It works!");
  }

  /// What a store that keeps tags and says so gets.
  @Test
  void the_users_metadata_is_there_as_tags_too() {
    String id = files.id();
    files.put(id, 1, "x", "X-Meta-UserMeta", "{\"colour\":\"red\"}");
    assertThat(atOrigin(id).tags().values()).containsExactly(Map.entry("colour", "red"));
  }

  @Test
  void a_wiped_node_has_it_again_from_the_origin_when_that_is_asked_for() {
    String id = files.id();
    files.put(
        id, 2, "It works!", "X-Meta-Name", "test.txt", "X-Meta-UserMeta", "{\"A\":\"\\u00e4\"}");
    wipe();
    assertThat(files.get("get/" + id).status()).isEqualTo(404);
    Answer head = files.send("HEAD", "get/" + id, "", "X-Meta-Fetch", "1");
    assertThat(head.status()).isEqualTo(200);
    assertThat(head.header("X-Meta-Fetched")).isEqualTo("true");
    assertThat(files.get("get/" + id).status()).isEqualTo(404); // a look fetches nothing
    Answer fetched = files.get("get/" + id, "X-Meta-Fetch", "true", "Range", "bytes=3-");
    assertThat(fetched.status()).isEqualTo(206);
    assertThat(fetched.text()).isEqualTo("works!");
    assertThat(fetched.header("X-Meta-Fetched")).isEqualTo("true");
    assertThat(fetched.header("X-Meta-Name")).isEqualTo("test.txt");
    assertThat(fetched.header("X-Meta-ConsistencyLevel")).isEqualTo("2");
    assertThat(fetched.header("X-Meta-UserMeta")).isEqualTo("{\"A\":\"\\u00E4\"}");
    Answer here = files.get("get/" + id);
    assertThat(here.text()).isEqualTo("It works!");
    assertThat(here.header("X-Meta-Fetched")).isEmpty();
  }

  @Test
  void what_the_older_program_left_at_the_origin_is_read() {
    String id = "01BRNMMS1DK3CBD4ZZM2TQ8C5B";
    var metadata =
        new Metadata(
            Map.of("content-type", "text/plain"),
            Map.of(
                "id", id,
                "name", "old.txt",
                "size", "3",
                "timestamp", "1503965495000000000",
                "consistency", "2",
                "usermeta-colour", "blue"));
    files.far.put(
        new Put(
            files.there,
            new Key(id),
            RunningFiles.OWNER,
            metadata,
            Tags.NONE,
            Conditions.NONE,
            Acl.PRIVATE),
        new PayloadIncoming(
            new Payload.Bytes("old".getBytes(StandardCharsets.UTF_8)), ChecksumAlgorithm.DEFAULT));
    Answer got = files.get("get/" + id, "X-Meta-Fetch", "1");
    assertThat(got.text()).isEqualTo("old");
    assertThat(got.header("X-Meta-UserMeta")).isEqualTo("{\"colour\":\"blue\"}");
    assertThat(files.get("meta/" + id).text())
        .contains("\"timestamp\":1503965495000000000", "\"consistency\":2", "\"name\":\"old.txt\"");
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2})
  void a_deleted_file_is_not_fetched_again(int level) {
    String id = files.id();
    files.put(id, level, "x");
    files.send("DELETE", "delete/" + id, "");
    for (String fetch : new String[] {"0", "1"}) {
      Answer got = files.get("get/" + id, "X-Meta-Fetch", fetch);
      assertThat(got.status()).isEqualTo(404);
      assertThat(got.header("X-Meta-Deleted")).isEqualTo("true");
    }
  }

  @Test
  void a_level_is_raised_with_the_body_or_without_and_never_lowered() {
    String id = files.id();
    files.put(id, 0, "x", "X-Meta-Name", "a.txt");
    assertThat(isAtOrigin(id)).isFalse();
    Answer raised = files.send("POST", "level/" + id, "", "X-Meta-ConsistencyLevel", "1");
    assertThat(raised.status()).as(raised.text()).isEqualTo(200);
    assertThat(raised.header("X-Meta-ConsistencyLevel")).isEqualTo("1");
    assertThat(atOrigin(id).metadata().user())
        .containsEntry("consistency", "1")
        .containsEntry("name", "a.txt");
    assertThat(files.put(id, 2, "x").status()).isEqualTo(200);
    assertThat(atOrigin(id).metadata().user()).containsEntry("consistency", "2");
    assertThat(files.put(id, 0, "y").status()).isEqualTo(409);
    assertThat(files.send("POST", "level/" + id, "", "X-Meta-ConsistencyLevel", "1").status())
        .isEqualTo(409);
    assertThat(files.get("get/" + id).text()).isEqualTo("x");
  }

  @Test
  void without_the_origin_level_0_goes_on_and_nothing_is_left_of_the_others() {
    origin.mood = Mood.AWAY;
    String id = files.id();
    assertThat(files.put(id, 2, "x").status()).isEqualTo(503);
    assertThat(files.get("get/" + id).status()).isEqualTo(404);
    assertThat(isAnythingStaged()).isFalse();
    assertThat(files.get("get/" + id, "X-Meta-Fetch", "1").status()).isEqualTo(503);
    assertThat(files.put(id, 0, "x").status()).isEqualTo(200);
    origin.mood = Mood.WELL;
    assertThat(files.put(id, 2, "x").status()).isEqualTo(200);
  }

  @ParameterizedTest
  @EnumSource(names = {"SILENT_AFTER_PUT", "SILENT_BEFORE_PUT"})
  void what_may_have_come_to_the_origin_is_the_file_here_if_it_did(Mood mood) throws Exception {
    String id = files.id();
    origin.mood = mood;
    assertThat(files.put(id, 1, "x").status()).isGreaterThanOrEqualTo(500);
    origin.mood = Mood.WELL;
    await(() -> !isAnythingStaged());
    boolean came = mood == Mood.SILENT_AFTER_PUT;
    assertThat(files.get("get/" + id).status()).isEqualTo(came ? 200 : 404);
    assertThat(isAtOrigin(id)).isEqualTo(came);
  }

  @Test
  void what_a_process_left_unsettled_the_next_one_settles() throws Exception {
    String id = files.id();
    files.put(id, 1, "old");
    origin.mood = Mood.SILENT_AFTER_PUT;
    files.put(id, 1, "new");
    origin.mood = Mood.AWAY;
    files = files.again(origin::before);
    files = files.again(origin::before);
    assertThat(files.get("get/" + id).text()).isIn("old", "new");
    origin.mood = Mood.WELL;
    await(() -> !isAnythingStaged());
    assertThat(files.get("get/" + id).text()).isEqualTo("new");
  }

  @Test
  void while_too_much_is_unsettled_no_more_is_sent() throws Exception {
    origin.mood = Mood.SILENT_BEFORE_PUT;
    for (int i = 0; i < 2; i++) files.put(files.id(), 1, "x");
    origin.mood = Mood.AWAY;
    assertThat(files.get("stats").text()).contains("\"unsettled\":");
    String id = files.id();
    assertThat(files.put(id, 0, "x").status()).isEqualTo(200);
    assertThat(files.put(files.id(), 1, "x").status()).isEqualTo(503);
    origin.mood = Mood.WELL;
    await(() -> !isAnythingStaged());
    assertThat(files.put(files.id(), 1, "x").status()).isEqualTo(200);
  }

  @Test
  void a_hundred_who_miss_it_at_once_cost_one_request() throws Exception {
    String id = files.id();
    files.put(id, 1, "x".repeat(100_000));
    wipe();
    origin.opened.set(0);
    try (var clients = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<Integer>> answers = new ArrayList<>();
      for (int i = 0; i < 100; i++) {
        answers.add(clients.submit(() -> files.get("get/" + id, "X-Meta-Fetch", "1").status()));
      }
      for (Future<Integer> answer : answers) assertThat(answer.get()).isEqualTo(200);
    }
    assertThat(origin.opened).hasValue(1);
  }
}
