package io.tarn.conformance;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
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
import software.amazon.awssdk.services.s3.model.CompletedPart;
import software.amazon.awssdk.services.s3.model.NoSuchKeyException;
import software.amazon.awssdk.services.s3.model.S3Exception;

/// An account of what a server acknowledged, kept outside of it. Each key belongs to one writer, so
/// after a crash it holds what was acknowledged last or the one write that was under way: anything
/// else is lost, torn, or back from the dead.
final class Ledger {
  /// What a key may hold. Contents are told apart by a number; null means absent.
  private record Account(
      @Nullable Content settled, boolean underWay, @Nullable Content attempted) {}

  /// Bytes that follow from a number.
  record Content(long seed, int length) {
    byte[] bytes() {
      byte[] bytes = new byte[length];
      new Random(seed).nextBytes(bytes);
      return bytes;
    }
  }

  private final Map<String, Account> accounts = new ConcurrentHashMap<>();
  private final Queue<String> refusals = new ConcurrentLinkedQueue<>();
  private final String bucket;

  Ledger(String bucket) {
    this.bucket = bucket;
  }

  Collection<String> keys() {
    return accounts.keySet();
  }

  /// What a living server refused; nothing in this load deserves it.
  List<String> refusals() {
    return List.copyOf(refusals);
  }

  /// One random operation on one of the writer's keys. Throws what the client throws when the
  /// server is gone; the key then stays under way.
  void step(S3Client client, int writer, Random random) {
    String key = "w%d/%d".formatted(writer, random.nextInt(12));
    int choice = random.nextInt(100);
    if (choice < 20) {
      delete(client, key);
    } else if (choice < 60) {
      put(client, key, new Content(random.nextLong(), random.nextInt(9_000)));
    } else if (choice < 85) {
      put(client, key, new Content(random.nextLong(), 70_000 + random.nextInt(400_000)));
    } else if (choice < 95) {
      copy(client, "w%d/%d".formatted(writer, random.nextInt(12)), key);
    } else {
      multipart(client, key, random);
    }
  }

  private void begin(String key, @Nullable Content attempt) {
    Account now = accounts.get(key);
    accounts.put(key, new Account(now == null ? null : now.settled, true, attempt));
  }

  private void settle(String key, @Nullable Content content) {
    accounts.put(key, new Account(content, false, null));
  }

  void put(S3Client client, String key, Content content) {
    begin(key, content);
    client.putObject(
        request -> request.bucket(bucket).key(key), RequestBody.fromBytes(content.bytes()));
    settle(key, content);
  }

  private void delete(S3Client client, String key) {
    begin(key, null);
    client.deleteObject(request -> request.bucket(bucket).key(key));
    settle(key, null);
  }

  private void copy(S3Client client, String from, String to) {
    Account source = accounts.get(from);
    if (from.equals(to) || source == null || source.underWay || source.settled == null) return;
    begin(to, source.settled);
    client.copyObject(
        request ->
            request
                .sourceBucket(bucket)
                .sourceKey(from)
                .destinationBucket(bucket)
                .destinationKey(to));
    settle(to, source.settled);
  }

  private void multipart(S3Client client, String key, Random random) {
    var content = new Content(random.nextLong(), (5 << 20) + 1 + random.nextInt(100_000));
    begin(key, content);
    byte[] bytes = content.bytes();
    String upload =
        client.createMultipartUpload(request -> request.bucket(bucket).key(key)).uploadId();
    var parts = new ArrayList<CompletedPart>();
    int cut = 5 << 20;
    List<byte[]> pieces =
        List.of(Arrays.copyOf(bytes, cut), Arrays.copyOfRange(bytes, cut, bytes.length));
    for (int i = 0; i < pieces.size(); i++) {
      int number = i + 1;
      String etag =
          client
              .uploadPart(
                  request -> request.bucket(bucket).key(key).uploadId(upload).partNumber(number),
                  RequestBody.fromBytes(pieces.get(i)))
              .eTag();
      parts.add(CompletedPart.builder().partNumber(number).eTag(etag).build());
    }
    client.completeMultipartUpload(
        request ->
            request.bucket(bucket).key(key).uploadId(upload).multipartUpload(m -> m.parts(parts)));
    settle(key, content);
  }

  /// Compares every key with its account, takes what is there as settled from now on, and returns
  /// what should not be.
  List<String> audit(S3Client client) {
    var wrong = new ArrayList<String>();
    for (Map.Entry<String, Account> entry : accounts.entrySet()) {
      String key = entry.getKey();
      Account account = entry.getValue();
      byte[] found;
      try {
        found = fetch(client, key);
      } catch (SdkException e) {
        wrong.add("%s: acknowledged %s, reading it gave %s".formatted(key, account.settled, e));
        continue;
      }
      boolean settled = same(account.settled, found);
      boolean attempted = account.underWay && same(account.attempted, found);
      if (!settled && !attempted) wrong.add(describe(key, account, found));
      settle(key, settled ? account.settled : account.attempted);
    }
    return wrong;
  }

  private byte @Nullable [] fetch(S3Client client, String key) {
    try {
      return client.getObjectAsBytes(request -> request.bucket(bucket).key(key)).asByteArray();
    } catch (NoSuchKeyException e) {
      return null;
    }
  }

  private static boolean same(@Nullable Content expected, byte @Nullable [] found) {
    if (expected == null || found == null) return expected == null && found == null;
    return expected.length == found.length && Arrays.equals(expected.bytes(), found);
  }

  private static String describe(String key, Account account, byte @Nullable [] found) {
    return "%s: acknowledged %s, under way %s, found %s"
        .formatted(
            key,
            account.settled,
            account.underWay ? String.valueOf(account.attempted) : "nothing",
            found == null ? "nothing" : found.length + " bytes");
  }

  /// Keys the server lists must be exactly those with something in them.
  List<String> auditListing(S3Client client) {
    var listed = new ArrayList<String>();
    client
        .listObjectsV2Paginator(request -> request.bucket(bucket))
        .contents()
        .forEach(item -> listed.add(item.key()));
    List<String> expected =
        accounts.entrySet().stream()
            .filter(e -> e.getValue().settled != null)
            .map(Map.Entry::getKey)
            .sorted()
            .toList();
    return listed.equals(expected)
        ? List.of()
        : List.of("listed %s, expected %s".formatted(listed, expected));
  }

  /// Runs one writer until the server is gone or the thread is interrupted; what was under way then
  /// stays so.
  void write(S3Client client, int writer, Random random) {
    try {
      while (!Thread.currentThread().isInterrupted()) step(client, writer, random);
    } catch (S3Exception e) {
      refusals.add("writer %d: %s".formatted(writer, e));
    } catch (SdkException e) {
      return; // the server was killed
    }
  }
}
