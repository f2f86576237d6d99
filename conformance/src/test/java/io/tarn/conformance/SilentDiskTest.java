package io.tarn.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.tarn.conformance.Ledger.Content;
import io.tarn.disk.DiskSettings;
import io.tarn.disk.Volume;
import io.tarn.settings.Settings;
import io.tarn.store.BlobId;
import io.tarn.store.Blobs;
import io.tarn.store.StoreFailure.Unresponsive;
import java.io.IOException;
import java.io.InputStream;
import java.io.RandomAccessFile;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.S3Exception;

/// A disk that does not answer, neither with bytes nor with an error. Who needs it is refused in
/// time and told which volume it is; nobody else notices.
@Tag("slow")
class SilentDiskTest {
  private static final String BUCKET = "silent";
  private static final int LENGTH = 300_000;
  private static final Duration PATIENCE = Duration.ofSeconds(8);

  /// For whom the disk is none of their business. Less than anybody waits for the disk.
  private static final Duration SOON = Duration.ofSeconds(6);

  private final Map<String, Content> objects = new TreeMap<>();
  private final List<Path> pipes = new ArrayList<>();

  @TempDir Path directory;

  @AfterEach
  void letGo() throws IOException {
    for (Path pipe : pipes) {
      if (Files.exists(pipe)) new RandomAccessFile(pipe.toFile(), "rw").close();
    }
  }

  private ServerProcess server(Path sick, Path well) {
    return new ServerProcess(
        directory.resolve("log"),
        sick.toString(),
        well.toString(),
        "--metadata=" + directory.resolve("meta"),
        "--disk.reserve=1MiB",
        "--disk.check-every=1h",
        "--disk.calls.patience=" + PATIENCE.toSeconds() + "s",
        "--disk.calls.most=8",
        "--index.reaper.grace=1s",
        "--index.reaper.pace=100ms");
  }

  private void put(S3Client client, String key, int length) {
    var content = new Content(key.hashCode(), length);
    client.putObject(r -> r.bucket(BUCKET).key(key), RequestBody.fromBytes(content.bytes()));
    synchronized (this) {
      objects.put(key, content);
    }
  }

  private void check(S3Client client, String key) {
    byte[] found = client.getObjectAsBytes(r -> r.bucket(BUCKET).key(key)).asByteArray();
    Content content = Objects.requireNonNull(objects.get(key));
    assertThat(Arrays.equals(found, content.bytes())).as(key).isTrue();
  }

  private static void soon(String what, Callable<?> work) throws Exception {
    long began = System.nanoTime();
    Object _ = work.call();
    assertThat(Duration.ofNanos(System.nanoTime() - began)).as(what).isLessThan(SOON);
  }

  private static int status(URI server, String path) throws IOException {
    var connection = (HttpURLConnection) server.resolve(path).toURL().openConnection();
    connection.setReadTimeout((int) SOON.toMillis());
    return connection.getResponseCode();
  }

  /// All that has nothing to do with the sick disk.
  private void othersAreServed(ServerProcess server, S3Client client, String other, String round)
      throws Exception {
    soon("live", () -> assertThat(status(server.endpoint(), "/minio/health/live")).isEqualTo(200));
    soon("live", () -> assertThat(status(server.adminEndpoint(), "/health/live")).isEqualTo(200));
    soon("ready", () -> assertThat(status(server.endpoint(), "/health/ready")).isEqualTo(200));
    soon("volumes", () -> server.admin("GET", "volumes"));
    soon("metrics", () -> status(server.adminEndpoint(), "/metrics"));
    soon("list", () -> client.listObjectsV2(r -> r.bucket(BUCKET)).keyCount());
    soon(
        "small",
        () -> {
          put(client, "small" + round, 1000);
          check(client, "small" + round);
          return null;
        });
    soon(
        "other",
        () -> {
          check(client, other);
          return null;
        });
  }

  /// The keys whose blobs are on a volume, by the first bytes of each; none is `""`.
  private synchronized Map<String, Path> keysOn(Path volume) throws IOException {
    Map<ByteBuffer, String> beginnings = new HashMap<>();
    objects.forEach(
        (key, content) -> beginnings.put(ByteBuffer.wrap(content.bytes(), 0, 32).slice(), key));
    Map<String, Path> found = new TreeMap<>();
    for (Path blob : new VolumeFiles(volume).blobs()) {
      try (InputStream in = Files.newInputStream(blob)) {
        found.put(beginnings.getOrDefault(ByteBuffer.wrap(in.readNBytes(32)), ""), blob);
      }
    }
    return found;
  }

  private void turnIntoPipe(Path blob, Path aside) throws IOException {
    Files.move(blob, aside.resolve(blob.getFileName()));
    LoopImage.run("mkfifo", blob.toString());
    pipes.add(blob);
  }

  private static String idOf(Path volume) throws IOException {
    Matcher id =
        Pattern.compile("\"id\": \"([^\"]+)\"")
            .matcher(Files.readString(volume.resolve("volume.json")));
    assertThat(id.find()).isTrue();
    return id.group(1);
  }

  private static int openOn(long pid, List<Path> files) throws IOException {
    int count = 0;
    try (DirectoryStream<Path> all = Files.newDirectoryStream(Path.of("/proc/" + pid + "/fd"))) {
      for (Path each : all) {
        if (Files.isSymbolicLink(each) && files.contains(Files.readSymbolicLink(each))) count++;
      }
    }
    return count;
  }

  @Test
  void reads_that_hang_are_refused_in_time_and_everybody_else_is_served() throws Exception {
    Path sick = Files.createDirectory(directory.resolve("sick"));
    Path well = Files.createDirectory(directory.resolve("well"));
    Path aside = Files.createDirectory(directory.resolve("aside"));
    try (ServerProcess server = server(sick, well).start();
        S3Client client = server.client();
        ExecutorService threads = Executors.newCachedThreadPool()) {
      client.createBucket(r -> r.bucket(BUCKET));
      for (int i = 0; i < 60; i++) put(client, "object" + i, LENGTH);
      Map<String, Path> onSick = keysOn(sick);
      String other = keysOn(well).keySet().iterator().next();
      assertThat(onSick).as("objects on the sick disk").hasSizeGreaterThan(15);
      for (Path blob : onSick.values()) turnIntoPipe(blob, aside);

      List<Future<S3Exception>> refusals = new ArrayList<>();
      for (String key : onSick.keySet()) refusals.add(threads.submit(() -> refusal(client, key)));
      ServerProcess.pause(500);
      othersAreServed(server, client, other, "1");
      othersAreServed(server, client, other, "2");
      for (Future<S3Exception> each : refusals) {
        S3Exception refusal = each.get();
        assertThat(refusal.statusCode()).isEqualTo(503);
        assertThat(refusal.awsErrorDetails().errorCode()).isEqualTo("SlowDown");
        assertThat(refusal.awsErrorDetails().errorMessage()).contains("volume " + idOf(sick));
      }
      String volumes = server.admin("GET", "volumes");
      assertThat(volumes).containsOnlyOnce("\"silent\"").contains("\"callsHung\" : 8");
      soon("once it is known", () -> refusal(client, onSick.keySet().iterator().next()));
      for (int i = 0; i < 10; i++) put(client, "later" + i, LENGTH);
      client.deleteObject(r -> r.bucket(BUCKET).key(onSick.keySet().iterator().next()));
      client.deleteObject(r -> r.bucket(BUCKET).key(other));
      objects.remove(onSick.keySet().iterator().next());
      objects.remove(other);
      othersAreServed(server, client, "later0", "3");
      assertThatThrownBy(() -> server.admin("POST", "volumes/" + idOf(sick)))
          .as("most of its calls have not returned")
          .hasMessageContaining("8 calls from before have not returned");

      letGo();
      for (Path pipe : pipes) {
        Files.delete(pipe);
        Files.move(aside.resolve(pipe.getFileName()), pipe);
      }
      awaitCheck(server, sick);
      for (String key : objects.keySet()) check(client, key);
      assertThat(openOn(server.pid(), pipes)).isZero();
      assertThat(server.admin("GET", "volumes")).doesNotContain("\"silent\"");
    }
  }

  private static S3Exception refusal(S3Client client, String key) {
    try {
      client.getObjectAsBytes(r -> r.bucket(BUCKET).key(key));
    } catch (S3Exception e) {
      return e;
    }
    throw new AssertionError(key + " was read");
  }

  /// Until those that hung have returned.
  private static void awaitCheck(ServerProcess server, Path volume) throws IOException {
    for (int i = 0; ; i++) {
      try {
        String _ = server.admin("POST", "volumes/" + idOf(volume));
        return;
      } catch (IOException e) {
        assertThat(i).as("%s", e).isLessThan(100);
        ServerProcess.pause(200);
      }
    }
  }

  @Test
  void writes_that_hang_leave_nothing_and_everybody_else_is_served() throws Exception {
    assumeTrue(LoopImage.possible(), "SKIPPED, needs root: a file system that is frozen");
    try (var image = LoopImage.create(directory, "sick", 200);
        var sound = LoopImage.create(directory, "well", 200)) {
      Path sick = image.directory().resolve("data");
      Path well = sound.directory().resolve("data");
      try (ServerProcess server = server(sick, well).start();
          S3Client client = server.client();
          ExecutorService threads = Executors.newCachedThreadPool()) {
        client.createBucket(r -> r.bucket(BUCKET));
        for (int i = 0; i < 20; i++) put(client, "object" + i, LENGTH);
        Map.Entry<String, Path> other = keysOn(well).entrySet().iterator().next();
        Map.Entry<String, Path> frozen = keysOn(sick).entrySet().iterator().next();
        var refused = new AtomicInteger();
        try (var _ = image.freeze()) {
          List<Future<?>> writes = new ArrayList<>();
          for (int i = 0; i < 20; i++) {
            String key = "during" + i;
            writes.add(threads.submit(() -> putOrBeRefused(client, key, refused)));
          }
          client.deleteObject(r -> r.bucket(BUCKET).key(frozen.getKey()));
          ServerProcess.pause(500);
          othersAreServed(server, client, other.getKey(), "1");
          for (Future<?> each : writes) {
            Object _ = each.get();
          }
          assertThat(server.admin("GET", "volumes")).containsOnlyOnce("\"silent\"");
          for (int i = 0; i < 10; i++) put(client, "later" + i, LENGTH);
          client.deleteObject(r -> r.bucket(BUCKET).key(other.getKey()));
          await("garbage on the other disk to go", () -> !Files.exists(other.getValue()));
          othersAreServed(server, client, "later0", "2");
        }
        objects.keySet().removeAll(List.of(other.getKey(), frozen.getKey()));
        awaitCheck(server, sick);
        for (int i = 0; i < 20; i++) put(client, "after" + i, LENGTH);
        for (String key : objects.keySet()) check(client, key);
        await("garbage on the sick disk to go", () -> !Files.exists(frozen.getValue()));
        for (Path volume : List.of(sick, well)) {
          await("what is nobody's to go from " + volume, () -> !keysOn(volume).containsKey(""));
        }
        assertThat(new VolumeFiles(sick).staged()).isEmpty();
      }
    }
  }

  private void putOrBeRefused(S3Client client, String key, AtomicInteger refused) {
    var content = new Content(key.hashCode(), LENGTH);
    try {
      client.putObject(r -> r.bucket(BUCKET).key(key), RequestBody.fromBytes(content.bytes()));
      synchronized (this) {
        objects.put(key, content);
      }
    } catch (S3Exception e) {
      assertThat(e.statusCode()).isEqualTo(503);
      refused.incrementAndGet();
    }
  }

  private static void await(String what, Callable<Boolean> over) throws Exception {
    for (int i = 0; !over.call(); i++) {
      assertThat(i).as("waiting for %s", what).isLessThan(300);
      ServerProcess.pause(100);
    }
  }

  /// It hangs in the rename, when everything is written.
  @Test
  void a_blob_that_gets_its_name_too_late_does_not_keep_it() throws Exception {
    assumeTrue(LoopImage.possible(), "SKIPPED, needs root: a file system that is frozen");
    var settings =
        Settings.defaultsBut(
            DiskSettings.class,
            "reserve=1 MiB",
            "check-every=1d",
            "calls.patience=1s",
            "calls.most=8");
    try (var image = LoopImage.create(directory, "image", 100)) {
      Path root = image.directory().resolve("data");
      var claim = new Volume.Claim("00000000-0000-0000-0000-000000000001");
      try (Volume volume = Volume.open(root, claim, settings)) {
        for (int length : new int[] {1000, 2 << 20}) {
          Blobs.Staged staged = volume.stage(BlobId.of(1, 2, length), length);
          staged.write(ByteBuffer.allocate(length));
          try (var _ = image.freeze()) {
            try (staged) {
              assertThatThrownBy(staged::commit)
                  .isInstanceOf(Unresponsive.class)
                  .hasMessageContaining(volume.id());
            }
            assertThat(new VolumeFiles(root).staged()).hasSize(1);
            assertThat(volume.isSilent()).isTrue();
          }
          for (int i = 0; i < 2000 && volume.callsUnderway() > 0; i++) ServerProcess.pause(10);
          assertThat(volume.callsUnderway()).isZero();
          assertThat(new VolumeFiles(root).staged()).isEmpty();
          assertThat(new VolumeFiles(root).blobs()).isEmpty();
          volume.check();
        }
        try (Blobs.Staged staged = volume.stage(BlobId.of(1, 2, 9), 1000)) {
          staged.write(ByteBuffer.allocate(1000));
          assertThat(staged.commit().length()).isEqualTo(1000);
        }
      }
    }
  }
}
