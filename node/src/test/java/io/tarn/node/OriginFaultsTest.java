package io.tarn.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.tarn.node.FaultyOrigin.Outcome;
import io.tarn.testkit.FaultRule;
import io.tarn.testkit.WireFault;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Every fault between a server and an origin, once and all the time, with everything that clients
/// do: no wrong byte is served or kept, no write is lost that was acknowledged, and one that was
/// not is as before or as after; the origin is asked a bounded number of times, the client gets an
/// answer of S3 that tells no secret within a bounded time, and what is here goes on being served.
@Tag("slow")
class OriginFaultsTest {
  private static final byte[] SMALL = bytes(1, 3_000);
  private static final byte[] LARGE = bytes(2, 300_000);
  private static final byte[] OTHER = bytes(3, 280_000);
  private static final byte[] NONE = new byte[0];
  private static final boolean ALL = System.getProperty("tarn.faults", "").equals("all");
  private static final long SEED = Long.getLong("tarn.seed", System.nanoTime());
  private static final Random RANDOM = new Random(SEED);
  private static final String WARM = "/" + FaultyOrigin.EXCLUSIVE + "/warm";

  /// Requests to the origin for one of a client's.
  private static final int MOST_REQUESTS = 8;

  @TempDir static Path directory;

  @SuppressWarnings("NullAway.Init") // before all tests
  private static FaultyOrigin world;

  private static int cells;

  private static byte[] bytes(long seed, int length) {
    byte[] bytes = new byte[length];
    new Random(seed).nextBytes(bytes);
    return bytes;
  }

  @BeforeAll
  static void start() throws IOException {
    System.out.println("tarn.seed=" + SEED);
    world = new FaultyOrigin(directory);
    world.far("PUT", WARM, LARGE);
    assertThat(world.get(WARM).body()).isEqualTo(LARGE);
    assertThat(world.get(WARM).cache()).isEqualTo("HIT");
  }

  @AfterAll
  static void end() throws IOException {
    world.close();
  }

  @BeforeEach
  void heal() throws IOException {
    world.heal();
  }

  /// One fault with one thing that a client does.
  private record Cell(OriginFault fault, boolean once, String key) {
    String exclusive() {
      return "/" + FaultyOrigin.EXCLUSIVE + "/" + key;
    }

    String revalidated() {
      return "/" + FaultyOrigin.REVALIDATED + "/" + key;
    }

    /// Sends a request while the fault is there, checks what is true of every answer, and takes the
    /// fault away.
    Outcome during(Callable<Outcome> request) throws Exception {
      world.proxy.forget();
      fault.befall(world, once);
      Outcome outcome = request.call();
      int asked = world.proxy.passed().size();
      Outcome warm = world.get(WARM, "Range", "bytes=100000-200000");
      world.heal();
      assertThat(warm.body()).as("%s: a hit", this).isEqualTo(part(LARGE, 100_000, 200_001));
      assertThat(warm.cache()).isEqualTo("HIT");
      assertThat(asked).as("%s: requests to the origin", this).isLessThanOrEqualTo(MOST_REQUESTS);
      assertThat(outcome.took()).as("%s took", this).isLessThan(FaultyOrigin.PATIENCE);
      if (outcome.status() >= 300) assertTold(outcome);
      return outcome;
    }

    private void assertTold(Outcome outcome) {
      assertThat(outcome.status()).as("%s: %s", this, outcome.text()).isIn(500, 503);
      if (outcome.body().length == 0) return; // of a HEAD
      assertThat(outcome.element("Code"))
          .as("%s: %s", this, outcome.text())
          .isIn("ServiceUnavailable", "SlowDown", "InternalError");
      assertThat(outcome.element("Message"))
          .as("%s", this)
          .containsAnyOf("origin", "not known whether", "InternalError");
      assertThat(world.isTelltale(outcome.text())).as("%s: %s", this, outcome.text()).isFalse();
    }
  }

  private static byte[] part(byte[] bytes, int from, int to) {
    return Arrays.copyOfRange(bytes, from, to);
  }

  private interface Check {
    void make(Cell cell) throws Exception;
  }

  /// All faults, each at the first request only and at all of them; of these cells half, another
  /// one with each seed, unless `tarn.faults=all`.
  private static void withEach(String what, Check check) throws Exception {
    var failures = new ArrayList<String>();
    for (OriginFault fault : OriginFault.values()) {
      for (boolean once : new boolean[] {true, false}) {
        if (once && !fault.canBeSingle()) continue;
        if (!ALL && RANDOM.nextBoolean()) continue;
        var cell = new Cell(fault, once, what + "-" + cells++);
        try {
          check.make(cell);
        } catch (AssertionError e) {
          failures.add(cell + ": " + e.getMessage());
        } finally {
          world.heal();
        }
      }
    }
    assertThat(failures).as("%d failures", failures.size()).isEmpty();
  }

  /// A read that seems whole has the right bytes; one that could have them after all, has them.
  private static void assertRight(Cell cell, Outcome read, byte[] expected) {
    if (read.isSuccess()) {
      assertThat(Arrays.equals(read.body(), expected)).as("%s: the bytes", cell).isTrue();
    } else {
      assertThat(cell.fault.isHarmless()).as("%s: %s", cell, read.text()).isFalse();
    }
  }

  /// Once the fault is gone the object is there, here and from here.
  private static void assertWell(Cell cell, String target, byte[] expected) {
    Outcome again = world.get(target);
    assertThat(again.status()).as("%s, afterwards: %s", cell, again.text()).isEqualTo(200);
    assertThat(Arrays.equals(again.body(), expected)).as("%s: bytes afterwards", cell).isTrue();
    Outcome kept = world.get(target);
    // A read right behind one that did not match may have some of its blocks fetched by that one's
    // fill: then nothing is kept until all of the object passed at once, and matched.
    boolean mayBeOnceMore = cell.fault == OriginFault.FLIPPED_IN_THE_REPLY;
    if (mayBeOnceMore && "MISS".equals(kept.cache())) kept = world.get(target);
    assertThat(Arrays.equals(kept.body(), expected)).as("%s: bytes that were kept", cell).isTrue();
    assertThat(kept.cache()).as("%s", cell).isIn("HIT", "REVALIDATED");
    Outcome range = world.get(target, "Range", "bytes=700-1800");
    assertThat(range.body()).as("%s: a range", cell).isEqualTo(part(expected, 700, 1801));
  }

  @Test
  void objects_that_are_not_here_are_read_right_or_not_at_all() throws Exception {
    for (byte[] bytes : List.of(SMALL, LARGE)) {
      withEach(
          "cold",
          cell -> {
            world.far("PUT", cell.exclusive(), bytes);
            assertRight(cell, cell.during(() -> world.get(cell.exclusive())), bytes);
            assertWell(cell, cell.exclusive(), bytes);
          });
    }
  }

  @Test
  void objects_whose_head_is_here_and_whose_bytes_are_not() throws Exception {
    withEach(
        "known",
        cell -> {
          world.far("PUT", cell.exclusive(), LARGE);
          assertThat(world.near("HEAD", cell.exclusive(), NONE).status()).isEqualTo(200);
          assertRight(cell, cell.during(() -> world.get(cell.exclusive())), LARGE);
          assertWell(cell, cell.exclusive(), LARGE);
        });
  }

  @Test
  void objects_that_are_here_and_asked_after_each_time() throws Exception {
    withEach(
        "asked",
        cell -> {
          world.far("PUT", cell.revalidated(), LARGE);
          assertThat(world.get(cell.revalidated()).status()).isEqualTo(200);
          assertRight(cell, cell.during(() -> world.get(cell.revalidated())), LARGE);
          assertWell(cell, cell.revalidated(), LARGE);
        });
  }

  /// But for a bit that another one takes the place of: of a part of an object S3 tells no
  /// checksum, and where there is no TLS nothing else does.
  @Test
  void ranges_are_read_right_or_not_at_all() throws Exception {
    withEach(
        "range",
        cell -> {
          if (cell.fault == OriginFault.FLIPPED_IN_THE_REPLY) return;
          world.far("PUT", cell.exclusive(), LARGE);
          Outcome range =
              cell.during(() -> world.get(cell.exclusive(), "Range", "bytes=100000-199999"));
          assertRight(cell, range, part(LARGE, 100_000, 200_000));
          assertWell(cell, cell.exclusive(), LARGE);
        });
  }

  @Test
  void heads_are_right_or_not_told() throws Exception {
    withEach(
        "head",
        cell -> {
          world.far("PUT", cell.exclusive(), SMALL);
          Outcome head = cell.during(() -> world.near("HEAD", cell.exclusive(), NONE));
          assertRight(cell, head, NONE);
          assertWell(cell, cell.exclusive(), SMALL);
        });
  }

  /// What is at the origin after a write, and what is read here, when all is well again.
  private static void assertWritten(Cell cell, Outcome write, byte[] before, byte[] after) {
    Outcome there = world.there(cell.exclusive());
    assertThat(there.body().length).as("%s: at the origin", cell).isIn(before.length, after.length);
    boolean isAfter = Arrays.equals(there.body(), after);
    assertThat(isAfter || Arrays.equals(there.body(), before)).as("%s: neither", cell).isTrue();
    if (write.isSuccess()) assertThat(isAfter).as("%s: acknowledged", cell).isTrue();
    if (!write.isSuccess()) {
      assertThat(cell.fault.isHarmless()).as("%s: %s", cell, write.text()).isFalse();
    }
    assertWell(cell, cell.exclusive(), there.body());
  }

  @Test
  void writes_happen_wholly_or_not_and_what_was_acknowledged_stays() throws Exception {
    for (byte[] bytes : List.of(SMALL, OTHER)) {
      withEach(
          "put",
          cell -> {
            world.far("PUT", cell.exclusive(), LARGE);
            assertThat(world.get(cell.exclusive()).status()).isEqualTo(200);
            Outcome put = cell.during(() -> world.near("PUT", cell.exclusive(), bytes));
            assertWritten(cell, put, LARGE, bytes);
          });
    }
  }

  @Test
  void copies_happen_wholly_or_not() throws Exception {
    world.far("PUT", "/" + FaultyOrigin.EXCLUSIVE + "/source", OTHER);
    withEach(
        "copy",
        cell -> {
          world.far("PUT", cell.exclusive(), LARGE);
          assertThat(world.get(cell.exclusive()).status()).isEqualTo(200);
          String source = "/" + FaultyOrigin.EXCLUSIVE + "/source";
          Outcome copy =
              cell.during(
                  () -> world.near("PUT", cell.exclusive(), NONE, "x-amz-copy-source", source));
          assertWritten(cell, copy, LARGE, OTHER);
        });
  }

  @Test
  void deletes_that_were_acknowledged_stay() throws Exception {
    withEach(
        "delete",
        cell -> {
          world.far("PUT", cell.exclusive(), SMALL);
          assertThat(world.get(cell.exclusive()).status()).isEqualTo(200);
          Outcome delete = cell.during(() -> world.near("DELETE", cell.exclusive(), NONE));
          int there = world.there(cell.exclusive()).status();
          if (delete.isSuccess()) assertThat(there).as("%s", cell).isEqualTo(404);
          assertThat(world.get(cell.exclusive()).status()).as("%s", cell).isEqualTo(there);
        });
  }

  @Test
  void multi_object_deletes_say_of_each_key_what_became_of_it() throws Exception {
    withEach(
        "many",
        cell -> {
          world.far("PUT", cell.exclusive(), SMALL);
          byte[] keys =
              "<Delete><Object><Key>%s</Key></Object></Delete>"
                  .formatted(cell.key)
                  .getBytes(StandardCharsets.UTF_8);
          Outcome delete =
              cell.during(
                  () ->
                      world.near(
                          "POST",
                          "/" + FaultyOrigin.EXCLUSIVE + "?delete=",
                          keys,
                          "Content-MD5",
                          md5(keys)));
          assertThat(delete.status()).as("%s: %s", cell, delete.text()).isEqualTo(200);
          int there = world.there(cell.exclusive()).status();
          if (delete.text().contains("<Deleted>")) {
            assertThat(there).as("%s: %s", cell, delete.text()).isEqualTo(404);
          } else {
            assertThat(delete.text()).as("%s", cell).contains("<Error>");
            assertThat(world.isTelltale(delete.text())).isFalse();
          }
          assertThat(world.get(cell.exclusive()).status()).as("%s", cell).isEqualTo(there);
        });
  }

  private static String md5(byte[] bytes) {
    try {
      byte[] digest = MessageDigest.getInstance("MD5").digest(bytes);
      return Base64.getEncoder().encodeToString(digest);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  /// But for a bit that makes another name of one: see above.
  @Test
  void pages_of_listings_are_right_or_not_told() throws Exception {
    String bucket = "/" + FaultyOrigin.EXCLUSIVE;
    for (int i = 0; i < 30; i++) world.far("PUT", bucket + "/list/" + i, SMALL);
    String page = bucket + "?list-type=2&prefix=list/";
    String right = listed(world.get(page).text());
    withEach(
        "list",
        cell -> {
          if (cell.fault == OriginFault.FLIPPED_IN_THE_REPLY) return;
          Outcome list = cell.during(() -> world.get(page));
          if (list.isSuccess()) {
            assertThat(listed(list.text())).as("%s", cell).isEqualTo(right);
          } else {
            assertThat(cell.fault.isHarmless()).as("%s: %s", cell, list.text()).isFalse();
          }
          assertThat(listed(world.get(page).text())).as("%s", cell).isEqualTo(right);
        });
  }

  private static String listed(String page) {
    return page.replaceAll("(?s).*?<Key>([^<]*)</Key>.*?<Size>([0-9]*)</Size>", "$1 $2,")
        .replaceAll("(?s)</.*", "");
  }

  /// The steps of a multipart upload; one of them meets the fault, and is made again when all is
  /// well.
  private enum Step {
    BEGIN,
    PART,
    COMPLETE
  }

  @Test
  void uploads_go_on_where_they_were_and_complete_wholly_or_not() throws Exception {
    for (Step step : Step.values()) {
      withEach(step.name().toLowerCase(Locale.ROOT), cell -> upload(cell, step));
    }
  }

  private static void upload(Cell cell, Step faulty) throws Exception {
    world.far("PUT", cell.exclusive(), SMALL);
    assertThat(world.get(cell.exclusive()).status()).isEqualTo(200);
    Outcome begun =
        made(
            cell,
            faulty == Step.BEGIN,
            () -> world.near("POST", cell.exclusive() + "?uploads=", NONE));
    String upload = cell.exclusive() + "?uploadId=" + begun.element("UploadId");
    for (int number = 1; number <= 2; number++) {
      byte[] part = number == 1 ? LARGE : SMALL;
      String target = upload + "&partNumber=" + number;
      made(cell, faulty == Step.PART && number == 1, () -> world.near("PUT", target, part));
    }
    String parts = world.get(upload).text();
    Matcher etags = Pattern.compile("<ETag>([^<]*)</ETag>").matcher(parts);
    var document = new StringBuilder("<CompleteMultipartUpload>");
    for (int number = 1; etags.find(); number++) {
      document.append(
          "<Part><PartNumber>%d</PartNumber><ETag>%s</ETag></Part>"
              .formatted(number, etags.group(1)));
    }
    byte[] completion =
        document.append("</CompleteMultipartUpload>").toString().getBytes(StandardCharsets.UTF_8);
    byte[] whole = Arrays.copyOf(LARGE, LARGE.length + SMALL.length);
    System.arraycopy(SMALL, 0, whole, LARGE.length, SMALL.length);
    Callable<Outcome> complete = () -> world.near("POST", upload, completion);
    if (faulty != Step.COMPLETE) {
      assertWritten(cell, complete.call(), whole, whole);
      return;
    }
    Outcome completed = cell.during(complete);
    boolean error = completed.text().contains("<Error>"); // behind 200, as S3 has it
    if (completed.isSuccess() && error) {
      completed = new Outcome(500, completed.body(), "", Duration.ZERO);
    }
    assertWritten(cell, completed, SMALL, whole);
    assertThat(world.isTelltale(completed.text())).isFalse();
  }

  private static Outcome made(Cell cell, boolean faulty, Callable<Outcome> step) throws Exception {
    if (faulty) {
      Outcome outcome = cell.during(step);
      boolean usable = outcome.isSuccess() && !outcome.text().contains("<Error>");
      if (usable) return outcome;
      assertThat(cell.fault.isHarmless()).as("%s: %s", cell, outcome.text()).isFalse();
    }
    Outcome outcome = step.call();
    assertThat(outcome.status())
        .as("%s, when all is well: %s", cell, outcome.text())
        .isEqualTo(200);
    return outcome;
  }

  /// After whatever tests have run, each place for a request to the origin is free, and no byte of
  /// the cache is taken by what cannot be found.
  @Test
  void nothing_stays_taken_behind_any_fault() throws Exception {
    withEach(
        "left",
        cell -> {
          world.far("PUT", cell.exclusive(), LARGE);
          var _ = cell.during(() -> world.get(cell.exclusive(), "Range", "bytes=5-100"));
          var _ = cell.during(() -> world.near("PUT", cell.exclusive(), OTHER));
        });
    String prefix = "/" + FaultyOrigin.EXCLUSIVE + "/place-";
    for (int i = 0; i < FaultyOrigin.PLACES; i++) world.far("PUT", prefix + i, SMALL);
    world.proxy.rules(FaultRule.always(new WireFault.Latency(Duration.ofMillis(900))));
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var reads = new ArrayList<Callable<Outcome>>();
      for (int i = 0; i < FaultyOrigin.PLACES; i++) {
        String target = prefix + i;
        reads.add(() -> world.get(target));
      }
      for (Future<Outcome> read : threads.invokeAll(reads)) {
        assertThat(read.get().status()).as(read.get().text()).isEqualTo(200);
      }
    }
    world.heal();
    long until = System.nanoTime() + Duration.ofSeconds(10).toNanos();
    String bytes = "tarn_cache_bytes{kind=\"%s\"}";
    while (world.metric(bytes.formatted("used")) != world.metric(bytes.formatted("cached"))) {
      assertThat(System.nanoTime()).as("bytes stay taken").isLessThan(until);
      Thread.sleep(50);
    }
  }
}
