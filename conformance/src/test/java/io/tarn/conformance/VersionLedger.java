package io.tarn.conformance;

import io.tarn.conformance.Ledger.Content;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.S3Exception;

/// As [Ledger], of a bucket that keeps versions: an account of every version that was acknowledged
/// and of every version that was deleted.
final class VersionLedger {
  /// A version; without content it is a delete marker.
  record Entry(String version, @Nullable Content content) {}

  /// What was under way on a key when the server went: a new version, or the end of one.
  private sealed interface UnderWay {
    record Nothing() implements UnderWay {}

    record Adding(@Nullable Content content) implements UnderWay {}

    record Removing(Entry entry) implements UnderWay {}
  }

  /// Versions of a key, oldest first. Used by its writer only, and by the audit after that.
  private static final class History {
    final List<Entry> entries = new ArrayList<>();
    UnderWay underWay = new UnderWay.Nothing();
  }

  private final Map<String, History> histories = new ConcurrentHashMap<>();
  private final Queue<String> refusals = new ConcurrentLinkedQueue<>();
  private final String bucket;

  VersionLedger(String bucket) {
    this.bucket = bucket;
  }

  List<String> refusals() {
    return List.copyOf(refusals);
  }

  int versions() {
    return histories.values().stream().mapToInt(history -> history.entries.size()).sum();
  }

  void write(S3Client client, int writer, Random random) {
    try {
      while (!Thread.currentThread().isInterrupted()) step(client, writer, random);
    } catch (S3Exception e) {
      refusals.add("writer %d: %s".formatted(writer, e));
    } catch (SdkException e) {
      return; // the server was killed
    }
  }

  private void step(S3Client client, int writer, Random random) {
    String key = "w%d/%d".formatted(writer, random.nextInt(4));
    History history = histories.computeIfAbsent(key, _ -> new History());
    int choice = random.nextInt(100);
    boolean crowded = history.entries.size() > 12;
    if (!history.entries.isEmpty() && (crowded || choice < 25)) {
      remove(client, key, history, random);
    } else if (choice < 45) {
      mark(client, key, history);
    } else if (choice < 80) {
      put(client, key, history, content(random, random.nextInt(9_000)));
    } else {
      put(client, key, history, content(random, 70_000 + random.nextInt(200_000)));
    }
  }

  private static Content content(Random random, int length) {
    return new Content(random.nextLong(), length);
  }

  private void put(S3Client client, String key, History history, Content content) {
    history.underWay = new UnderWay.Adding(content);
    String version =
        client
            .putObject(
                request -> request.bucket(bucket).key(key), RequestBody.fromBytes(content.bytes()))
            .versionId();
    history.entries.add(new Entry(version, content));
    history.underWay = new UnderWay.Nothing();
  }

  private void mark(S3Client client, String key, History history) {
    history.underWay = new UnderWay.Adding(null);
    String version = client.deleteObject(request -> request.bucket(bucket).key(key)).versionId();
    history.entries.add(new Entry(version, null));
    history.underWay = new UnderWay.Nothing();
  }

  private void remove(S3Client client, String key, History history, Random random) {
    Entry entry = history.entries.get(random.nextInt(history.entries.size()));
    history.underWay = new UnderWay.Removing(entry);
    client.deleteObject(request -> request.bucket(bucket).key(key).versionId(entry.version));
    history.entries.remove(entry);
    history.underWay = new UnderWay.Nothing();
  }

  /// Compares every version with the account, takes what is there as settled, and returns what
  /// should not be.
  List<String> audit(S3Client client) {
    var wrong = new ArrayList<String>();
    Map<String, List<Entry>> listed = listed(client);
    for (Map.Entry<String, History> each : histories.entrySet()) {
      List<Entry> found = listed.getOrDefault(each.getKey(), List.of());
      wrong.addAll(audit(client, each.getKey(), each.getValue(), found));
    }
    for (String key : listed.keySet()) {
      if (!histories.containsKey(key)) wrong.add(key + ": nobody wrote that");
    }
    return wrong;
  }

  /// All versions by key, oldest first; contents are only known to be there.
  private Map<String, List<Entry>> listed(S3Client client) {
    var listed = new ConcurrentHashMap<String, List<Entry>>();
    for (var page : client.listObjectVersionsPaginator(request -> request.bucket(bucket))) {
      for (var version : page.versions()) {
        listed
            .computeIfAbsent(version.key(), _ -> new ArrayList<>())
            .add(new Entry(version.versionId(), new Content(0, version.size().intValue())));
      }
      for (var marker : page.deleteMarkers()) {
        listed
            .computeIfAbsent(marker.key(), _ -> new ArrayList<>())
            .add(new Entry(marker.versionId(), null));
      }
    }
    return listed;
  }

  private List<String> audit(S3Client client, String key, History history, List<Entry> found) {
    var wrong = new ArrayList<String>();
    var expected = new ArrayList<>(history.entries);
    var unknown = new ArrayList<>(found);
    unknown.removeIf(
        there -> expected.stream().anyMatch(entry -> entry.version.equals(there.version)));
    expected.removeIf(
        entry -> found.stream().anyMatch(there -> there.version.equals(entry.version)));
    switch (history.underWay) {
      case UnderWay.Adding(var content) when unknown.size() == 1 -> {
        Entry added = new Entry(unknown.removeFirst().version, content);
        history.entries.add(added);
      }
      case UnderWay.Removing(var entry) when expected.remove(entry) ->
          history.entries.remove(entry);
      case UnderWay.Adding _, UnderWay.Removing _, UnderWay.Nothing _ -> {}
    }
    history.underWay = new UnderWay.Nothing();
    for (Entry lost : expected) wrong.add("%s: lost %s".formatted(key, lost));
    for (Entry risen : unknown) wrong.add("%s: back from the dead %s".formatted(key, risen));
    if (wrong.isEmpty()) {
      for (Entry entry : history.entries) wrong.addAll(audit(client, key, entry));
    }
    return wrong;
  }

  private List<String> audit(S3Client client, String key, Entry entry) {
    Content content = entry.content;
    if (content == null) return List.of();
    byte[] bytes =
        client
            .getObjectAsBytes(request -> request.bucket(bucket).key(key).versionId(entry.version))
            .asByteArray();
    return Arrays.equals(bytes, content.bytes())
        ? List.of()
        : List.of("%s: %s has other bytes".formatted(key, entry));
  }
}
