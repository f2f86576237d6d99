package io.tarn.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tarn.testkit.Claim;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.ResponseBytes;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.BucketVersioningStatus;
import software.amazon.awssdk.services.s3.model.ChecksumAlgorithm;
import software.amazon.awssdk.services.s3.model.ChecksumMode;
import software.amazon.awssdk.services.s3.model.CompletedPart;
import software.amazon.awssdk.services.s3.model.DeleteObjectsResponse;
import software.amazon.awssdk.services.s3.model.GetObjectAttributesResponse;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;
import software.amazon.awssdk.services.s3.model.ListObjectVersionsResponse;
import software.amazon.awssdk.services.s3.model.NoSuchBucketException;
import software.amazon.awssdk.services.s3.model.NoSuchKeyException;
import software.amazon.awssdk.services.s3.model.ObjectAttributes;
import software.amazon.awssdk.services.s3.model.ObjectIdentifier;
import software.amazon.awssdk.services.s3.model.S3Exception;
import software.amazon.awssdk.services.s3.model.S3Object;
import software.amazon.awssdk.services.s3.model.UploadPartResponse;

/// What the AWS SDK for Java makes of this server.
@Tag("slow")
class SdkTest {
  @TempDir static Path directory;

  @SuppressWarnings("NullAway.Init") // before all tests
  private static TestServer server;

  @SuppressWarnings("NullAway.Init") // before all tests
  private static S3Client s3;

  @BeforeAll
  static void start() {
    server = new TestServer(directory);
    s3 = client(server);
  }

  /// The SDK as `main`.
  static S3Client client(TestServer server) {
    return S3Client.builder()
        .httpClient(UrlConnectionHttpClient.builder().build())
        .endpointOverride(URI.create(server.endpoint()))
        .region(Region.US_EAST_1)
        .forcePathStyle(true)
        .overrideConfiguration(c -> c.apiCallTimeout(Duration.ofSeconds(30)))
        .credentialsProvider(
            StaticCredentialsProvider.create(
                AwsBasicCredentials.create(
                    TestServer.Crowd.key("main"), TestServer.Crowd.password("main"))))
        .build();
  }

  @AfterAll
  static void stop() {
    s3.close();
    server.close();
  }

  private static void bucket(String name) {
    s3.createBucket(r -> r.bucket(name));
  }

  private static void put(String bucket, String key, String text) {
    s3.putObject(r -> r.bucket(bucket).key(key), RequestBody.fromString(text));
  }

  @Test
  void objects_come_back_and_are_told_apart_from_what_is_absent() {
    bucket("sdk-objects");
    put("sdk-objects", "a/é +%&", "hello");
    ResponseBytes<GetObjectResponse> got =
        s3.getObjectAsBytes(r -> r.bucket("sdk-objects").key("a/é +%&"));
    assertThat(got.asString(StandardCharsets.UTF_8)).isEqualTo("hello");
    assertThat(s3.headObject(r -> r.bucket("sdk-objects").key("a/é +%&")).contentLength())
        .isEqualTo(5);
    assertThatThrownBy(() -> s3.getObject(r -> r.bucket("sdk-objects").key("absent")))
        .isInstanceOf(NoSuchKeyException.class);
    assertThatThrownBy(() -> s3.headObject(r -> r.bucket("sdk-objects").key("absent")))
        .isInstanceOf(NoSuchKeyException.class);
    assertThatThrownBy(() -> s3.headBucket(r -> r.bucket("sdk-absent")))
        .isInstanceOf(NoSuchBucketException.class);
    assertThat(s3.listBuckets().buckets()).anyMatch(b -> b.name().equals("sdk-objects"));
    s3.deleteObject(r -> r.bucket("sdk-objects").key("a/é +%&"));
    StoreUnderTest.require(Claim.BUCKETS_FOR_CLIENTS);
    s3.deleteBucket(r -> r.bucket("sdk-objects"));
  }

  @ParameterizedTest
  @EnumSource(
      value = ChecksumAlgorithm.class,
      names = {"CRC32", "CRC32_C", "SHA1", "SHA256"})
  void checksums_agree(ChecksumAlgorithm algorithm) {
    String bucket = "sdk-" + algorithm.name().toLowerCase(Locale.ROOT).replace('_', '-');
    bucket(bucket);
    s3.putObject(
        r -> r.bucket(bucket).key("k").checksumAlgorithm(algorithm),
        RequestBody.fromString("hello"));
    ResponseBytes<GetObjectResponse> got =
        s3.getObjectAsBytes(r -> r.bucket(bucket).key("k").checksumMode(ChecksumMode.ENABLED));
    assertThat(got.asString(StandardCharsets.UTF_8)).isEqualTo("hello");
    GetObjectAttributesResponse attributes =
        s3.getObjectAttributes(
            r -> r.bucket(bucket).key("k").objectAttributes(ObjectAttributes.CHECKSUM));
    assertThat(attributes.checksum()).isNotNull();
  }

  @Test
  void an_upload_in_parts_is_completed() {
    bucket("sdk-parts");
    String id =
        s3.createMultipartUpload(
                r -> r.bucket("sdk-parts").key("k").checksumAlgorithm(ChecksumAlgorithm.CRC32))
            .uploadId();
    byte[] large = new byte[5 << 20];
    UploadPartResponse one =
        s3.uploadPart(
            r -> r.bucket("sdk-parts").key("k").uploadId(id).partNumber(1),
            RequestBody.fromBytes(large));
    UploadPartResponse two =
        s3.uploadPart(
            r -> r.bucket("sdk-parts").key("k").uploadId(id).partNumber(2),
            RequestBody.fromString("end"));
    assertThat(s3.listParts(r -> r.bucket("sdk-parts").key("k").uploadId(id)).parts()).hasSize(2);
    s3.completeMultipartUpload(
        r ->
            r.bucket("sdk-parts")
                .key("k")
                .uploadId(id)
                .multipartUpload(
                    m ->
                        m.parts(
                            List.of(
                                part(1, one.eTag(), one.checksumCRC32()),
                                part(2, two.eTag(), two.checksumCRC32())))));
    HeadObjectResponse head = s3.headObject(r -> r.bucket("sdk-parts").key("k").partNumber(2));
    assertThat(head.partsCount()).isEqualTo(2);
    assertThat(head.contentLength()).isEqualTo(3);
  }

  private static CompletedPart part(int number, String etag, String crc32) {
    return CompletedPart.builder().partNumber(number).eTag(etag).checksumCRC32(crc32).build();
  }

  @Test
  void every_page_is_found_and_every_key_deleted() {
    bucket("sdk-pages");
    for (int i = 0; i < 25; i++) put("sdk-pages", "p %02d".formatted(i), "x");
    List<String> keys =
        s3
            .listObjectsV2Paginator(
                r -> r.bucket("sdk-pages").maxKeys(7).encodingType("url").prefix("p "))
            .contents()
            .stream()
            .map(S3Object::key)
            .toList();
    assertThat(keys).hasSize(25).isSorted();
    DeleteObjectsResponse deleted =
        s3.deleteObjects(
            r ->
                r.bucket("sdk-pages")
                    .delete(
                        d ->
                            d.objects(
                                keys.stream()
                                    .map(key -> ObjectIdentifier.builder().key(key).build())
                                    .toList())));
    assertThat(deleted.deleted()).hasSize(25);
    assertThat(deleted.errors()).isEmpty();
    assertThat(s3.listObjects(r -> r.bucket("sdk-pages")).contents()).isEmpty();
  }

  @Test
  void versions_tags_and_policies_are_understood() {
    bucket("sdk-versions");
    s3.putBucketVersioning(
        r ->
            r.bucket("sdk-versions")
                .versioningConfiguration(v -> v.status(BucketVersioningStatus.ENABLED)));
    put("sdk-versions", "k", "one");
    put("sdk-versions", "k", "two");
    assertThat(s3.deleteObject(r -> r.bucket("sdk-versions").key("k")).deleteMarker()).isTrue();
    ListObjectVersionsResponse versions = s3.listObjectVersions(r -> r.bucket("sdk-versions"));
    assertThat(versions.versions()).hasSize(2);
    assertThat(versions.deleteMarkers()).hasSize(1);
    String id = versions.versions().getFirst().versionId();
    s3.putObjectTagging(
        r ->
            r.bucket("sdk-versions")
                .key("k")
                .versionId(id)
                .tagging(
                    t ->
                        t.tagSet(
                            software.amazon.awssdk.services.s3.model.Tag.builder()
                                .key("a")
                                .value("b")
                                .build())));
    assertThat(s3.getObjectTagging(r -> r.bucket("sdk-versions").key("k").versionId(id)).tagSet())
        .hasSize(1);
    assertThatThrownBy(() -> s3.getBucketPolicy(r -> r.bucket("sdk-versions")))
        .isInstanceOfSatisfying(
            S3Exception.class,
            e -> assertThat(e.awsErrorDetails().errorCode()).isEqualTo("NoSuchBucketPolicy"));
    assertThatThrownBy(() -> s3.getBucketAbac(r -> r.bucket("sdk-versions")))
        .isInstanceOfSatisfying(S3Exception.class, e -> assertThat(e.statusCode()).isEqualTo(501));
  }

  @Test
  void a_conditional_write_loses_to_who_was_first() {
    bucket("sdk-conditions");
    put("sdk-conditions", "k", "first");
    assertThatThrownBy(
            () ->
                s3.putObject(
                    r -> r.bucket("sdk-conditions").key("k").ifNoneMatch("*"),
                    RequestBody.fromString("second")))
        .isInstanceOfSatisfying(S3Exception.class, e -> assertThat(e.statusCode()).isEqualTo(412));
    s3.copyObject(
        r ->
            r.sourceBucket("sdk-conditions")
                .sourceKey("k")
                .destinationBucket("sdk-conditions")
                .destinationKey("copy of k"));
    assertThat(
            s3.getObjectAsBytes(r -> r.bucket("sdk-conditions").key("copy of k"))
                .asString(StandardCharsets.UTF_8))
        .isEqualTo("first");
  }
}
