package io.tarn.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import io.tarn.testkit.BucketsContract.Both;
import io.tarn.testkit.MemoryStore;
import io.tarn.testkit.ModelComparison;
import io.tarn.testkit.Operation;
import io.tarn.testkit.Operation.Asked;
import io.tarn.testkit.Operation.Wish;
import io.tarn.testkit.Sequences;
import io.tarn.testkit.Shrink;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.s3.S3Client;

/// Random sequences of operations against a running server, through Amazon's client, and against
/// the model: the answers are the same, also of a linked bucket. What differs is shrunk and told
/// with its seed.
@Tag("slow")
class ModelTest {
  private static final int SMALLEST_PART = 7;
  private static final int SEQUENCES = Integer.getInteger("tarn.model.sequences", 25);
  private static final int LINKED_SEQUENCES = Integer.getInteger("tarn.model.sequences", 8);
  private static final int LENGTH = 120;

  @TempDir Path directory;
  private int buckets;

  @Test
  void random_sequences_over_http_have_the_outcome_of_the_model() throws Exception {
    long seed = Long.getLong("tarn.seed", System.nanoTime() & 0xFFFFFFL);
    System.out.println("tarn.seed=" + seed);
    try (ServerProcess server =
            new ServerProcess(
                    directory.resolve("log"),
                    directory.resolve("data").toString(),
                    "--index.smallest-part=" + SMALLEST_PART,
                    "--index.reaper.grace=1s",
                    "--index.reaper.pace=10ms")
                .start();
        S3Client client = server.client()) {
      var comparison =
          new ModelComparison(
              () -> subject(new HttpStore(client, "model-" + buckets++)), ModelTest::model);
      for (int i = 0; i < SEQUENCES; i++) {
        List<Operation> operations =
            new Sequences(seed + i, 70_000).next(LENGTH).stream().map(ModelTest::sayable).toList();
        assertThat(shortestDifference(comparison, operations)).as("seed %d", seed + i).isEmpty();
      }
    }
  }

  /// Through the cache, of which nobody may see that it is there.
  @Test
  void so_they_have_in_a_linked_bucket_that_only_this_server_writes_to() throws Exception {
    long seed = Long.getLong("tarn.seed", System.nanoTime() & 0xFFFFFFL);
    System.out.println("tarn.seed=" + seed);
    var far =
        List.of(
            "--index.smallest-part=" + SMALLEST_PART,
            "--index.reaper.grace=1s",
            "--index.reaper.pace=10ms");
    try (var servers = new CachedServers(directory.resolve("linked"), far);
        S3Client client = servers.near().client()) {
      var comparison =
          new ModelComparison(
              () -> subject(new HttpStore(client, "linked-" + buckets++, servers::create)),
              ModelTest::model);
      for (int i = 0; i < LINKED_SEQUENCES; i++) {
        List<Operation> operations =
            new Sequences(seed + i, 70_000)
                .next(LENGTH).stream()
                    .map(ModelTest::sayable)
                    .map(ModelTest::withoutVersions)
                    .toList();
        assertThat(shortestDifference(comparison, operations)).as("seed %d", seed + i).isEmpty();
      }
    }
  }

  /// The operation without what a linked bucket has none of: versions, and its end by a client. So
  /// both sides name the latest version and no other, or the one without an id.
  private static Operation withoutVersions(Operation operation) {
    return switch (operation) {
      case Operation.Switch _, Operation.Recreate _ -> new Operation.Tidy();
      case Operation.Browse(var kind, var prefix, var delimiter, var marker, var limit)
          when kind == Operation.Browse.Kind.VERSIONS ->
          new Operation.Browse(
              Operation.Browse.Kind.OBJECTS, prefix, delimiter, marker, Math.max(1, limit));
      case Operation.Look(var key, var version, var asked) ->
          new Operation.Look(key, unnumbered(version), asked);
      case Operation.Remove(var key, var version, var asked) ->
          new Operation.Remove(key, unnumbered(version), asked);
      case Operation.Duplicate(var from, var version, var to, var keep) ->
          new Operation.Duplicate(from, unnumbered(version), to, keep);
      case Operation.Tag(var key, var version, var tag) ->
          new Operation.Tag(key, unnumbered(version), tag);
      case Operation.Write _,
          Operation.Slice _,
          Operation.Browse _,
          Operation.Start _,
          Operation.AddPart _,
          Operation.CopyPart _,
          Operation.Finish _,
          Operation.GiveUp _,
          Operation.Tidy _ ->
          operation;
    };
  }

  private static int unnumbered(int version) {
    return version >= 0 ? Operation.LATEST_VERSION : version;
  }

  private static String shortestDifference(ModelComparison comparison, List<Operation> operations) {
    if (comparison.difference(operations) == null) return "";
    var shortest = Shrink.smallest(operations, tried -> comparison.difference(tried) != null, 150);
    return "%s%nafter %s"
        .formatted(
            comparison.difference(shortest),
            String.join("\n      ", shortest.stream().map(Object::toString).toList()));
  }

  private static ModelComparison.Subject subject(HttpStore store) {
    return new ModelComparison.Subject(new Both(store, store), () -> {}, () -> {});
  }

  private static Both model() {
    var store = new NarrowStore(new MemoryStore(InstantSource.system(), SMALLEST_PART));
    return new Both(store, store);
  }

  /// The operation without what S3 has no words for: control characters, pages of nothing,
  /// conditions on the size of anything but a delete's object, a list of ETags a write must not
  /// match, and copies of an object onto itself that change nothing.
  private static Operation sayable(Operation operation) {
    return switch (operation) {
      case Operation.Browse(var kind, var prefix, var delimiter, var marker, var limit) ->
          new Operation.Browse(
              kind, text(prefix), text(delimiter), text(marker), Math.max(1, limit));
      case Operation.Write(var key, var body, var asked, var tag) ->
          new Operation.Write(text(key), body, ofWrite(asked), tag);
      case Operation.Finish(var upload, var numbers, var careless, var asked) ->
          new Operation.Finish(upload, numbers, careless, ofWrite(asked));
      case Operation.Look(var key, var version, var asked) ->
          new Operation.Look(
              text(key), version, asked.wish() == Wish.IF_SIZE ? nothing(asked) : asked);
      case Operation.Slice(var key, var from, var length) ->
          new Operation.Slice(text(key), from, length);
      case Operation.Remove(var key, var version, var asked) ->
          new Operation.Remove(text(key), version, ofDelete(asked));
      case Operation.Duplicate(var from, var version, var to, var keep) ->
          new Operation.Duplicate(text(from), version, text(to), keep && !from.equals(to));
      case Operation.Tag(var key, var version, var tag) ->
          new Operation.Tag(text(key), version, tag);
      case Operation.Start(var key, var checksum) -> new Operation.Start(text(key), checksum);
      case Operation.CopyPart(var upload, var number, var from) ->
          new Operation.CopyPart(upload, number, text(from));
      case Operation.Switch _,
          Operation.AddPart _,
          Operation.GiveUp _,
          Operation.Recreate _,
          Operation.Tidy _ ->
          operation;
    };
  }

  /// The front end takes no NUL, and XML 1.0 has no way to write control characters, which S3 puts
  /// into the answer to a completed upload all the same.
  private static String text(String text) {
    return text.replace('\u0000', '!').replace('\u0001', '+').replace('\uFFFF', '\uFFFD');
  }

  private static Asked nothing(Asked asked) {
    return new Asked(Wish.NOTHING, asked.body());
  }

  private static Asked ofWrite(Asked asked) {
    return switch (asked.wish()) {
      case NOTHING, IF_ABSENT, IF_PRESENT, IF_MATCH -> asked;
      case IF_NONE_MATCH, IF_SIZE -> nothing(asked);
    };
  }

  private static Asked ofDelete(Asked asked) {
    return switch (asked.wish()) {
      case NOTHING, IF_PRESENT, IF_MATCH, IF_SIZE -> asked;
      case IF_ABSENT, IF_NONE_MATCH -> nothing(asked);
    };
  }
}
