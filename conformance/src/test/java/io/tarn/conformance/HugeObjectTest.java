package io.tarn.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.OutputStream;
import java.net.HttpURLConnection;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.S3Configuration;
import software.amazon.awssdk.services.s3.model.CompletedPart;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;
import software.amazon.awssdk.services.s3.model.UploadPartCopyResponse;
import software.amazon.awssdk.services.s3.presigner.S3Presigner;

/// The largest object there can be, 1,024 parts of 5 GiB, out of one body of 5 GiB: made, read at
/// its end, copied and deleted by a server with the memory it has by default, on a disk that holds
/// 5 GiB of it.
@Tag("slow")
class HugeObjectTest {
  private static final String BUCKET = "huge";
  private static final long PART = 5L << 30;
  private static final int PARTS = 1024;
  private static final long ROOM = 12L << 30;
  private static final int AT_ONCE = 16;

  /// Of what the server writes beside the body: rows and notes.
  private static final long LITTLE = 512L << 20;

  /// Of all memory of the process: 256 MiB of heap, the buffers of RocksDB and the network.
  private static final long MEMORY = 900L << 20;

  @TempDir Path directory;

  @Test
  void an_object_of_5_tib_is_made_read_copied_and_deleted_without_moving_its_bytes()
      throws Exception {
    assumeTrue(
        Files.getFileStore(directory).getUsableSpace() > ROOM, "SKIPPED, needs 12 GiB of disk");
    try (ServerProcess server =
            new ServerProcess(
                    directory.resolve("log"),
                    directory.resolve("data").toString(),
                    "--index.reaper.grace=1s")
                .start();
        S3Client client = server.client()) {
      client.createBucket(request -> request.bucket(BUCKET));
      String etag = putZeros(server, "source");
      long written = ofProcess(server, "io", "write_bytes");
      copyAll(client, "source", "first", etag, _ -> "bytes=0-" + (PART - 1));
      copyAll(client, "first", "second", etag, HugeObjectTest::range);
      assertThat(ofProcess(server, "io", "write_bytes") - written).isLessThan(LITTLE);
      for (String key : List.of("first", "second")) readEnds(client, key);
      assertThat(held()).isBetween(PART, PART + LITTLE);
      client.deleteObject(request -> request.bucket(BUCKET).key("source"));
      client.deleteObject(request -> request.bucket(BUCKET).key("first"));
      await(() -> blobs() == PARTS);
      readEnds(client, "second");
      client.deleteObject(request -> request.bucket(BUCKET).key("second"));
      await(() -> blobs() == 0);
      assertThat(held()).isLessThan(LITTLE);
      assertThat(ofProcess(server, "status", "VmHWM") << 10).isLessThan(MEMORY);
    }
  }

  /// Returns the ETag. By hand, as a client would take longer for its checksum than the server.
  private static String putZeros(ServerProcess server, String key) throws IOException {
    byte[] zeros = new byte[1 << 20];
    var connection = (HttpURLConnection) presigned(server, key).openConnection();
    connection.setRequestMethod("PUT");
    connection.setDoOutput(true);
    connection.setFixedLengthStreamingMode(PART);
    try (OutputStream out = connection.getOutputStream()) {
      for (long sent = 0; sent < PART; sent += zeros.length) out.write(zeros);
    }
    assertThat(connection.getResponseCode()).isEqualTo(200);
    return connection.getHeaderField("ETag");
  }

  private static URL presigned(ServerProcess server, String key) {
    var credentials =
        AwsBasicCredentials.create(ServerProcess.ACCESS_KEY, ServerProcess.SECRET_KEY);
    try (S3Presigner presigner =
        S3Presigner.builder()
            .endpointOverride(server.endpoint())
            .region(Region.US_EAST_1)
            .serviceConfiguration(S3Configuration.builder().pathStyleAccessEnabled(true).build())
            .credentialsProvider(StaticCredentialsProvider.create(credentials))
            .build()) {
      return presigner
          .presignPutObject(
              request ->
                  request
                      .signatureDuration(Duration.ofMinutes(10))
                      .putObjectRequest(put -> put.bucket(BUCKET).key(key)))
          .url();
    }
  }

  private interface Ranges {
    String of(int part);
  }

  private static String range(int part) {
    return "bytes=%d-%d".formatted((part - 1) * PART, part * PART - 1);
  }

  private static void copyAll(S3Client client, String from, String to, String etag, Ranges ranges)
      throws Exception {
    // No algorithm, so that the parts keep the one that a body without any gets.
    String id = client.createMultipartUpload(request -> request.bucket(BUCKET).key(to)).uploadId();
    List<Callable<CompletedPart>> copies = new ArrayList<>();
    for (int number = 1; number <= PARTS; number++) {
      int part = number;
      copies.add(
          () -> {
            UploadPartCopyResponse result =
                client.uploadPartCopy(
                    request ->
                        request
                            .sourceBucket(BUCKET)
                            .sourceKey(from)
                            .copySourceRange(ranges.of(part))
                            .destinationBucket(BUCKET)
                            .destinationKey(to)
                            .uploadId(id)
                            .partNumber(part));
            assertThat(result.copyPartResult().eTag()).isEqualTo(etag);
            return CompletedPart.builder().partNumber(part).eTag(etag).build();
          });
    }
    List<CompletedPart> parts = new ArrayList<>();
    try (var threads = Executors.newFixedThreadPool(AT_ONCE)) {
      for (Future<CompletedPart> each : threads.invokeAll(copies)) parts.add(each.get());
    }
    client.completeMultipartUpload(
        request ->
            request
                .bucket(BUCKET)
                .key(to)
                .uploadId(id)
                .multipartUpload(upload -> upload.parts(parts)));
  }

  private static void readEnds(S3Client client, String key) {
    HeadObjectResponse head = client.headObject(request -> request.bucket(BUCKET).key(key));
    assertThat(head.contentLength()).isEqualTo(5L << 40);
    assertThat(head.eTag()).endsWith("-1024\"");
    long last = (5L << 40) - 1;
    for (long from : new long[] {last - 9, 700 * PART - 5, 0}) {
      byte[] read =
          client
              .getObjectAsBytes(
                  request ->
                      request
                          .bucket(BUCKET)
                          .key(key)
                          .range("bytes=%d-%d".formatted(from, from + 9)))
              .asByteArray();
      assertThat(read).isEqualTo(new byte[10]);
    }
  }

  private interface Condition {
    boolean holds() throws IOException;
  }

  private static void await(Condition condition) throws IOException {
    Instant deadline = Instant.now().plusSeconds(120);
    while (!condition.holds()) {
      assertThat(Instant.now()).isBefore(deadline);
      ServerProcess.pause(100);
    }
  }

  private int blobs() throws IOException {
    return new VolumeFiles(directory.resolve("data")).blobs().size();
  }

  /// Bytes of files of blobs, each counted once, whatever its names.
  private long held() throws IOException {
    Map<Object, Long> files = new HashMap<>();
    for (Path each : VolumeFiles.files(directory.resolve("data").resolve("blobs"))) {
      files.put(Files.getAttribute(each, "unix:ino"), Files.size(each));
    }
    return files.values().stream().mapToLong(Long::longValue).sum();
  }

  /// A number that the kernel keeps of the server.
  private static long ofProcess(ServerProcess server, String file, String name) throws IOException {
    String text = Files.readString(Path.of("/proc", Long.toString(server.pid()), file));
    Matcher number = Pattern.compile("(?m)^" + name + ":\\s*(\\d+)").matcher(text);
    assertThat(number.find()).as(name).isTrue();
    return Long.parseLong(number.group(1));
  }
}
