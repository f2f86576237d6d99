package io.tarn.conformance;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import software.amazon.awssdk.services.s3.S3Client;

/// Two servers in processes of their own: one with buckets, and one with the same buckets, linked
/// to those and cached, which nobody writes to but through it.
final class CachedServers implements AutoCloseable {
  private static final String ORIGIN = "far";

  private final Path directory;
  private final List<String> cacheWords;
  private final ServerProcess far;
  private ServerProcess near;

  /// - `farWords`: settings of the first
  /// - `cacheWords`: of the second, about its cache
  CachedServers(Path directory, List<String> farWords, String... cacheWords) throws IOException {
    this.directory = Files.createDirectories(directory);
    this.cacheWords = List.of(cacheWords);
    var words = new ArrayList<>(List.of(directory.resolve("far").toString()));
    words.addAll(farWords);
    far = new ServerProcess(directory.resolve("far.log"), words.toArray(String[]::new)).start();
    near = start();
  }

  private ServerProcess start() throws IOException {
    var words =
        new ArrayList<>(
            List.of(
                directory.resolve("near").toString(),
                "--origins.far.s3.endpoint=" + far.endpoint(),
                "--origins.far.s3.access-key=" + ServerProcess.ACCESS_KEY,
                "--origins.far.cache.freshness=exclusive"));
    words.addAll(cacheWords);
    return new ServerProcess(directory.resolve("near.log"), words.toArray(String[]::new))
        .with("TARN_ORIGINS_FAR_S3_SECRET_KEY", ServerProcess.SECRET_KEY)
        .start();
  }

  ServerProcess near() {
    return near;
  }

  ServerProcess far() {
    return far;
  }

  /// Kills the cached one and starts it again.
  void killAndStart() throws IOException, InterruptedException {
    near.kill();
    near = start();
  }

  /// Makes a bucket at the one and links it at the other.
  void create(String bucket) {
    try (S3Client client = far.client()) {
      client.createBucket(request -> request.bucket(bucket));
    }
    try {
      near.admin(
          "PUT",
          "buckets/%s/link".formatted(bucket),
          "{\"origin\":\"%s\",\"bucket\":\"%s\"}".formatted(ORIGIN, bucket));
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() {
    near.close();
    far.close();
  }
}
