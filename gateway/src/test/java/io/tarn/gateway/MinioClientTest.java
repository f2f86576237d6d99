package io.tarn.gateway;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.minio.BucketExistsArgs;
import io.minio.ComposeObjectArgs;
import io.minio.ComposeSource;
import io.minio.GetObjectArgs;
import io.minio.GetPresignedObjectUrlArgs;
import io.minio.ListObjectsArgs;
import io.minio.MakeBucketArgs;
import io.minio.MinioClient;
import io.minio.PutObjectArgs;
import io.minio.RemoveObjectsArgs;
import io.minio.Result;
import io.minio.StatObjectArgs;
import io.minio.StatObjectResponse;
import io.minio.http.Method;
import io.minio.messages.DeleteError;
import io.minio.messages.DeleteObject;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What MinIO's client for Java makes of this server.
@Tag("slow")
class MinioClientTest {
  private static final String BUCKET = "minio-client";

  @TempDir static Path directory;

  @SuppressWarnings("NullAway.Init") // before all tests
  private static TestServer server;

  @SuppressWarnings("NullAway.Init") // before all tests
  private static MinioClient minio;

  @BeforeAll
  static void start() throws Exception {
    server = new TestServer(directory);
    minio =
        MinioClient.builder()
            .endpoint(server.endpoint())
            .credentials(TestServer.Crowd.key("main"), TestServer.Crowd.password("main"))
            .build();
    minio.makeBucket(MakeBucketArgs.builder().bucket(BUCKET).build());
  }

  @AfterAll
  static void stop() throws Exception {
    minio.close();
    server.close();
  }

  private static void put(String key, byte[] bytes, long partSize) throws Exception {
    minio.putObject(
        PutObjectArgs.builder().bucket(BUCKET).object(key).userMetadata(Map.of("a", "b")).stream(
                new ByteArrayInputStream(bytes),
                partSize > 0 ? -1 : bytes.length,
                partSize > 0 ? partSize : -1)
            .build());
  }

  private static byte[] get(String key) throws Exception {
    try (InputStream in =
        minio.getObject(GetObjectArgs.builder().bucket(BUCKET).object(key).build())) {
      return in.readAllBytes();
    }
  }

  @Test
  void buckets_are_there_or_not() throws Exception {
    assertThat(minio.bucketExists(BucketExistsArgs.builder().bucket(BUCKET).build())).isTrue();
    assertThat(minio.bucketExists(BucketExistsArgs.builder().bucket("minio-none").build()))
        .isFalse();
  }

  @Test
  void small_and_streamed_objects_come_back() throws Exception {
    put("small é +%", "hello".getBytes(UTF_8), 0);
    assertThat(get("small é +%")).asString().isEqualTo("hello");
    byte[] large = new byte[(11 << 20) + 7];
    for (int i = 0; i < large.length; i++) large[i] = (byte) (i >> 7);
    put("large", large, 5 << 20);
    assertThat(get("large")).isEqualTo(large);
    StatObjectResponse stat =
        minio.statObject(StatObjectArgs.builder().bucket(BUCKET).object("large").build());
    assertThat(stat.size()).isEqualTo(large.length);
    assertThat(stat.userMetadata()).containsEntry("a", "b");
    minio.composeObject(
        ComposeObjectArgs.builder()
            .bucket(BUCKET)
            .object("composed")
            .sources(
                List.of(
                    ComposeSource.builder().bucket(BUCKET).object("large").build(),
                    ComposeSource.builder().bucket(BUCKET).object("small é +%").build()))
            .build());
    assertThat(get("composed")).hasSize(large.length + 5);
  }

  @Test
  void keys_are_listed_and_removed_together() throws Exception {
    for (int i = 0; i < 5; i++) put("list/" + i, new byte[] {1}, 0);
    List<String> names = new ArrayList<>();
    for (var result :
        minio.listObjects(
            ListObjectsArgs.builder().bucket(BUCKET).prefix("list/").maxKeys(2).build())) {
      names.add(result.get().objectName());
    }
    assertThat(names).containsExactly("list/0", "list/1", "list/2", "list/3", "list/4");
    Iterable<Result<DeleteError>> removed =
        minio.removeObjects(
            RemoveObjectsArgs.builder()
                .bucket(BUCKET)
                .objects(names.stream().map(DeleteObject::new).toList())
                .build());
    assertThat(removed).isEmpty();
  }

  @Test
  void a_presigned_link_is_good_for_whoever_has_it() throws Exception {
    put("linked", "x".getBytes(UTF_8), 0);
    String url =
        minio.getPresignedObjectUrl(
            GetPresignedObjectUrlArgs.builder()
                .method(Method.GET)
                .bucket(BUCKET)
                .object("linked")
                .expiry(60)
                .build());
    try (InputStream in = URI.create(url).toURL().openStream()) {
      assertThat(in.readAllBytes()).asString().isEqualTo("x");
    }
  }
}
