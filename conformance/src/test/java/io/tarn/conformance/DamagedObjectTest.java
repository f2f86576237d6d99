package io.tarn.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import io.tarn.testkit.Bodies;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.BucketVersioningStatus;
import software.amazon.awssdk.services.s3.model.CompletedPart;
import software.amazon.awssdk.services.s3.model.S3Exception;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// A scrub finds damage; an operator sees which objects it is in, deletes them, and removes what
/// was set aside.
@Tag("slow")
class DamagedObjectTest {
  private static final String BUCKET = "damaged";
  private static final int LARGE = 300_000;

  @TempDir Path directory;
  private Path data;

  @BeforeEach
  void names() {
    data = directory.resolve("data");
  }

  private ServerProcess server() {
    return new ServerProcess(
        directory.resolve("log"),
        data.toString(),
        "--index.reaper.grace=100ms",
        "--index.reaper.pace=100ms");
  }

  private static void put(S3Client client, String key, int length) {
    client.putObject(
        r -> r.bucket(BUCKET).key(key), RequestBody.fromBytes(Bodies.bytes(length, length)));
  }

  private String upload(S3Client client, String key, boolean complete) {
    String id = client.createMultipartUpload(r -> r.bucket(BUCKET).key(key)).uploadId();
    var parts = new ArrayList<CompletedPart>();
    for (int number = 1; number <= 2; number++) {
      int part = number;
      int length = (5 << 20) + number;
      String etag =
          client
              .uploadPart(
                  r -> r.bucket(BUCKET).key(key).uploadId(id).partNumber(part),
                  RequestBody.fromBytes(Bodies.bytes(length, length)))
              .eTag();
      parts.add(CompletedPart.builder().partNumber(part).eTag(etag).build());
    }
    if (complete) {
      client.completeMultipartUpload(
          r -> r.bucket(BUCKET).key(key).uploadId(id).multipartUpload(m -> m.parts(parts)));
    }
    return id;
  }

  private static int status(S3Client client, String key) {
    try {
      client.getObjectAsBytes(r -> r.bucket(BUCKET).key(key).range("bytes=0-99"));
      return 200;
    } catch (S3Exception e) {
      return e.statusCode();
    }
  }

  private TarnCommand run(int exit, Object... words) throws Exception {
    TarnCommand ran = TarnCommand.run(words);
    assertThat(ran.exit()).as(ran.said()).isEqualTo(exit);
    return ran;
  }

  private void scrub() throws Exception {
    run(0, "scrub", "start", "--data", data);
    while (status().path("running").asBoolean(true)) ServerProcess.pause(50);
  }

  private JsonNode status() throws Exception {
    String said = TarnCommand.run("scrub", "status", "--json", "--data", data).said();
    return JsonMapper.shared().readTree(said.substring(said.indexOf('{')));
  }

  /// What is listed as being in this state, by object.
  private Map<String, JsonNode> listed(String state) throws Exception {
    var listed = new TreeMap<String, JsonNode>();
    for (JsonNode each : status().path("damage")) {
      if (each.path("state").asString("").equals(state)) {
        listed.put(
            each.path("key").asString("")
                + (each.path("part").asInt(0) == 0 ? "" : " part " + each.path("part").asInt(0)),
            each);
      }
    }
    return listed;
  }

  private static JsonNode of(Map<String, JsonNode> listed, String object) {
    JsonNode found = listed.get(object);
    if (found == null) throw new AssertionError(object + " is not listed: " + listed);
    return found;
  }

  private static void damage(Path file, int at) throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    bytes[at] ^= 1;
    Files.write(file, bytes);
  }

  /// The blob files, in the order in which they were written.
  private List<Path> blobs() throws IOException {
    return new VolumeFiles(data)
        .blobs().stream().sorted(Comparator.comparing(Path::getFileName)).toList();
  }

  @Test
  void damage_is_listed_by_object_until_the_object_is_deleted_and_the_rest_removed()
      throws Exception {
    try (ServerProcess server = server().start();
        S3Client client = server.client()) {
      client.createBucket(r -> r.bucket(BUCKET));
      put(client, "plain", LARGE);
      upload(client, "of parts", true);
      String upload = upload(client, "not complete", false);
      client.putBucketVersioning(
          r ->
              r.bucket(BUCKET)
                  .versioningConfiguration(v -> v.status(BucketVersioningStatus.ENABLED)));
      put(client, "versioned", LARGE);
      put(client, "versioned", LARGE + 1);
      put(client, "whole", LARGE);
      scrub();
      assertThat(status().path("damage")).isEmpty();
      List<Path> blobs = blobs();
      for (int i : new int[] {0, 2, 3, 5}) damage(blobs.get(i), 200_000);
      scrub();
      assertThat(listed("damaged").keySet())
          .containsExactly("not complete part 1", "of parts", "plain", "versioned");
      server.kill();
      assertThat(upload).startsWith(listedAfterTheKill());
    }
  }

  private void whatOnlyANewerProgramKnowsIsTold() throws Exception {
    Path blob = blobs().getFirst();
    Path fragment = Files.createFile(blob.resolveSibling(blob.getFileName() + ".3"));
    assertThat(run(1, "fsck", "--repair", "--data", data).said())
        .contains(fragment + ": it is fragment 3 of blob " + blob.getFileName());
    Files.delete(fragment); // which nobody else did
  }

  /// Answers the upload that a damaged part is of.
  private String listedAfterTheKill() throws Exception {
    try (ServerProcess server = server().start();
        S3Client client = server.client()) {
      Map<String, JsonNode> damaged = listed("damaged");
      assertThat(damaged).hasSize(4);
      String version = of(damaged, "versioned").path("version").asString("");
      assertThat(client.listObjectVersions(r -> r.bucket(BUCKET)).versions())
          .anyMatch(
              each ->
                  each.key().equals("versioned")
                      && each.versionId().equals(version)
                      && each.size() == LARGE);
      String said = run(1, "scrub", "status", "--data", data).said();
      assertThat(said).contains("damaged: %s/versioned version %s: ".formatted(BUCKET, version));
      assertThat(run(1, "fsck", "--data", data).said())
          .contains("not whole: %s/plain: blob ".formatted(BUCKET));
      whatOnlyANewerProgramKnowsIsTold();
      assertThat(run(0, "status", "--data", data).said()).contains("stored bytes are damaged");
      assertThat(status(client, "plain")).as("what is whole of it").isEqualTo(200);
      assertThat(status(client, "whole")).isEqualTo(200);
      assertThat(metric(server)).isEqualTo(4);
      Path aside = Path.of(of(damaged, "plain").path("file").asString(""));
      assertThat(aside).exists();

      client.deleteObject(r -> r.bucket(BUCKET).key("versioned").versionId(version));
      client.deleteObject(r -> r.bucket(BUCKET).key("plain").versionId("null"));
      client.deleteObject(r -> r.bucket(BUCKET).key("of parts").versionId("null"));
      for (int i = 0; listed("deleted").size() < 3; i++) {
        assertThat(i).isLessThan(100);
        ServerProcess.pause(200);
        scrub();
      }
      assertThat(listed("damaged").keySet()).containsExactly("not complete part 1");
      assertThat(aside).exists();
      for (JsonNode each : listed("deleted").values()) {
        Path file = Path.of(each.path("file").asString(""));
        Files.delete(file);
        Files.delete(file.resolveSibling(file.getFileName() + ".json"));
      }
      scrub();
      assertThat(listed("deleted")).isEmpty();
      return of(damaged, "not complete part 1").path("upload").asString("?");
    }
  }

  private static long metric(ServerProcess server) throws IOException {
    String page;
    try (InputStream in = server.adminEndpoint().resolve("/metrics").toURL().openStream()) {
      page = new String(in.readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
    }
    String line =
        page.lines()
            .filter(each -> each.startsWith("tarn_volume_damaged_blobs{"))
            .findFirst()
            .orElseThrow();
    assertThat(page.toLowerCase(Locale.ROOT)).contains("tarn_volume_scrub_age_seconds{");
    return (long) Double.parseDouble(line.substring(line.lastIndexOf(' ')));
  }
}
