package io.tarn.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tarn.request.S3Failure;
import io.tarn.store.ChecksumType;
import io.tarn.store.Version;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class S3RouterTest {
  static final Map<String, Route> ROUTES = new HashMap<>();

  static {
    String table =
        """
        GET / LIST_BUCKETS
        GET /?x-id=ListBuckets LIST_BUCKETS
        PUT /bucket CREATE_BUCKET
        HEAD /bucket HEAD_BUCKET
        DELETE /bucket DELETE_BUCKET
        GET /bucket?location GET_BUCKET_LOCATION
        GET /bucket?versioning GET_BUCKET_VERSIONING
        PUT /bucket?versioning= PUT_BUCKET_VERSIONING
        GET /bucket?tagging GET_BUCKET_TAGGING
        PUT /bucket?tagging PUT_BUCKET_TAGGING
        DELETE /bucket?tagging DELETE_BUCKET_TAGGING
        GET /bucket?policy GET_BUCKET_POLICY
        PUT /bucket?policy PUT_BUCKET_POLICY
        DELETE /bucket?policy DELETE_BUCKET_POLICY
        GET /bucket?policyStatus GET_BUCKET_POLICY_STATUS
        GET /bucket LIST_OBJECTS
        GET /bucket/?prefix=a&delimiter=/ LIST_OBJECTS
        GET /bucket?list-type=2 LIST_OBJECTS_V2
        GET /bucket?versions LIST_OBJECT_VERSIONS
        GET /bucket?uploads LIST_MULTIPART_UPLOADS
        POST /bucket?delete DELETE_OBJECTS
        GET /bucket/key GET_OBJECT
        GET /bucket/key?partNumber=2 GET_OBJECT
        HEAD /bucket/key?versionId=null HEAD_OBJECT
        PUT /bucket/key PUT_OBJECT
        PUT /bucket/key?x-id=PutObject PUT_OBJECT
        DELETE /bucket/key?versionId=a DELETE_OBJECT
        GET /bucket/key?tagging GET_OBJECT_TAGGING
        PUT /bucket/key?tagging PUT_OBJECT_TAGGING
        DELETE /bucket/key?tagging&versionId=x DELETE_OBJECT_TAGGING
        POST /bucket/key?uploads CREATE_MULTIPART_UPLOAD
        PUT /bucket/key?uploadId=u&partNumber=1 UPLOAD_PART
        POST /bucket/key?uploadId=u COMPLETE_MULTIPART_UPLOAD
        DELETE /bucket/key?uploadId=u ABORT_MULTIPART_UPLOAD
        GET /bucket/key?uploadId=u LIST_PARTS
        GET /bucket?acl GET_BUCKET_ACL
        PUT /bucket?acl PUT_BUCKET_ACL
        GET /bucket/key?acl GET_OBJECT_ACL
        PUT /bucket/key?acl&versionId=v PUT_OBJECT_ACL
        GET /bucket?accelerate GET_BUCKET_ACCELERATE_CONFIGURATION
        GET /bucket?analytics&id=x GET_BUCKET_ANALYTICS_CONFIGURATION
        GET /bucket?analytics LIST_BUCKET_ANALYTICS_CONFIGURATIONS
        GET /bucket?cors GET_BUCKET_CORS
        GET /bucket?encryption GET_BUCKET_ENCRYPTION
        GET /bucket?intelligent-tiering&id=x GET_BUCKET_INTELLIGENT_TIERING_CONFIGURATION
        GET /bucket?intelligent-tiering LIST_BUCKET_INTELLIGENT_TIERING_CONFIGURATIONS
        GET /bucket?inventory&id=x GET_BUCKET_INVENTORY_CONFIGURATION
        GET /bucket?inventory LIST_BUCKET_INVENTORY_CONFIGURATIONS
        GET /bucket?lifecycle GET_BUCKET_LIFECYCLE_CONFIGURATION
        GET /bucket?logging GET_BUCKET_LOGGING
        GET /bucket?metrics&id=x GET_BUCKET_METRICS_CONFIGURATION
        GET /bucket?metrics LIST_BUCKET_METRICS_CONFIGURATIONS
        GET /bucket?notification GET_BUCKET_NOTIFICATION_CONFIGURATION
        GET /bucket?object-lock GET_OBJECT_LOCK_CONFIGURATION
        GET /bucket?ownershipControls GET_BUCKET_OWNERSHIP_CONTROLS
        GET /bucket?publicAccessBlock GET_PUBLIC_ACCESS_BLOCK
        GET /bucket?replication GET_BUCKET_REPLICATION
        GET /bucket?requestPayment GET_BUCKET_REQUEST_PAYMENT
        GET /bucket?website GET_BUCKET_WEBSITE
        """;
    for (String line : table.lines().toList()) {
      ROUTES.put(
          line.substring(0, line.lastIndexOf(' ')),
          Route.valueOf(line.substring(line.lastIndexOf(' ') + 1)));
    }
  }

  @Test
  void every_operation_is_reached_and_by_nothing_else() {
    var reached =
        EnumSet.of(Route.COPY_OBJECT, Route.UPLOAD_PART_COPY, Route.GET_OBJECT_ATTRIBUTES);
    ROUTES.forEach(
        (line, route) -> {
          assertThat(Requests.served(line).route()).as(line).isEqualTo(route);
          reached.add(route);
        });
    assertThat(reached).containsExactlyInAnyOrder(Route.values());
    assertThat(Requests.served("PUT /bucket/key", "x-amz-copy-source", "/other/key").route())
        .isEqualTo(Route.COPY_OBJECT);
    assertThat(
            Requests.served(
                    "PUT /bucket/key?uploadId=u&partNumber=1", "x-amz-copy-source", "/other/key")
                .route())
        .isEqualTo(Route.UPLOAD_PART_COPY);
    assertThat(
            Requests.served("GET /bucket/key?attributes", "x-amz-object-attributes", "ETag")
                .route())
        .isEqualTo(Route.GET_OBJECT_ATTRIBUTES);
  }

  @ParameterizedTest
  @CsvSource({
    "PUT /bucket/key?retention, PutObjectRetention",
    "GET /bucket?abac, GetBucketAbac",
    "PUT /bucket?lifecycle, PutBucketLifecycleConfiguration",
    "PUT /bucket?object-lock, PutObjectLockConfiguration",
    "DELETE /bucket?cors, DeleteBucketCors",
    "PUT /bucket/key?retention, PutObjectRetention",
    "POST /bucket/key?restore, RestoreObject",
    "POST /bucket/key?select&select-type=2, SelectObjectContent",
    "DELETE /bucket?website, DeleteBucketWebsite",
    "GET /bucket/key?torrent, GetObjectTorrent",
    "POST /bucket, PostObject",
    "PUT /bucket/key?annotation&annotationName=n, PutObjectAnnotation",
    "DELETE /bucket/key?annotation&versionId=v, DeleteObjectAnnotation",
    "PUT /bucket?metadataAnnotationTable, PutBucketMetadataAnnotationTableConfiguration",
    "GET /?max-directory-buckets=5, ListDirectoryBuckets",
    "POST /WriteGetObjectResponse, WriteGetObjectResponse",
  })
  void what_is_not_there_is_named(String line, String name) {
    assertThat(Requests.parse(line)).isEqualTo(new S3Operation.Unsupported(name));
  }

  @ParameterizedTest
  @CsvSource({
    "POST /, MethodNotAllowed",
    "PUT /bucket/key?unheard-of, NotImplemented",
    "PUT /bucket/key?ACL, NotImplemented",
    "PUT /bucket/key?versionId=v, InvalidArgument",
    "PUT /bucket/key?x-id=PutObjectAnnotation, NotImplemented",
    "GET /bucket/key?x-id=GetObjectAnnotation, NotImplemented",
    "DELETE /bucket/key?versionid=v, NotImplemented",
    "DELETE /bucket/key?prefix=, NotImplemented",
    "DELETE /bucket?force=true, NotImplemented",
    "PUT /bucket?Tagging, NotImplemented",
    "POST /bucket/key?uploads&unheard-of=1, NotImplemented",
    "PUT /, MethodNotAllowed",
    "DELETE /bucket?location, MethodNotAllowed",
    "POST /bucket/key, MethodNotAllowed",
    "POST /bucket/key?tagging, MethodNotAllowed",
    "HEAD /bucket/key?acl, MethodNotAllowed",
    "PATCH /bucket/key, MethodNotAllowed",
    "get /bucket/key, MethodNotAllowed",
    "GET /bucket/key?policy, MethodNotAllowed",
    "PUT /bucket/key?policy, MethodNotAllowed",
    "GET /bucket?acl&policy, InvalidArgument",
    "GET /bucket?metrics&continuation-token=x, InvalidArgument",
    "GET /bucket/key?lifecycle, MethodNotAllowed",
    "HEAD /bucket?lifecycle, MethodNotAllowed",
    "GET /Bucket, InvalidBucketName",
    "GET /..%2F/key, InvalidBucketName",
    "GET /ab, InvalidBucketName",
    "GET /127.0.0.1/key, InvalidBucketName",
    "GET //key, InvalidBucketName",
    "GET /bucket?list-type=3, InvalidArgument",
    "GET /bucket?encoding-type=base64, InvalidArgument",
    "GET /bucket?max-keys=-1, InvalidArgument",
    "GET /bucket?max-keys=blah, InvalidArgument",
    "GET /bucket?max-keys=99999999999, InvalidArgument",
    "GET /bucket?max-keys=2147483648, InvalidArgument",
    "GET /bucket?versions&version-id-marker=v, InvalidArgument",
    "GET /bucket?allow-unordered=true&delimiter=/, InvalidArgument",
    "GET /?max-buckets=0, InvalidArgument",
    "GET /?max-buckets=10001, InvalidArgument",
    "GET /bucket/key?versionId=, InvalidArgument",
    "GET /bucket/key?partNumber=0, InvalidArgument",
    "GET /bucket/key?partNumber=10001, InvalidArgument",
    "GET /bucket/key?partNumber=x, InvalidArgument",
    "GET /bucket/key?uploadId=, NoSuchUpload",
    "PUT /bucket/key?uploadId=u, InvalidArgument",
    "PUT /bucket/key?partNumber=1, InvalidArgument",
    "PUT /bucket/key?uploadId=u&partNumber=10001, InvalidArgument",
    "GET /bucket/key?uploadId=u&max-parts=-1, InvalidArgument",
    "GET /bucket/key?uploadId=u&part-number-marker=z, InvalidArgument",
    "GET /bucket/key?attributes, InvalidArgument",
    "GET /bucket/key?response-content-type=a%0d%0ab:c, InvalidArgument",
  })
  void nonsense_gets_the_error_a_client_expects(String line, String code) {
    assertFails(code, line);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "x-amz-acl | log-delivery-write | NotImplemented",
        "x-amz-acl | aws-exec-read | NotImplemented",
        "x-amz-acl | public-raed | InvalidArgument",
        "x-amz-grant-read | id | InvalidArgument",
        "x-amz-grant-read | uri=x | InvalidArgument",
        "x-amz-grant-raed | id=x | NotImplemented",
        "x-amz-server-side-encryption | AES256 | NotImplemented",
        "x-amz-server-side-encryption-customer-algorithm | AES256 | NotImplemented",
        "x-amz-object-lock-mode | GOVERNANCE | NotImplemented",
        "x-amz-website-redirect-location | /x | NotImplemented",
        "x-amz-write-offset-bytes | 5 | NotImplemented",
        "x-amz-storage-class | GLACIER | InvalidStorageClass",
        "x-amz-tagging | a=b&a=c | InvalidArgument",
        "x-amz-tagging | = | InvalidArgument",
        "x-amz-tagging | =b | InvalidArgument",
        "x-amz-tagging | a=b,c=d | InvalidArgument",
        "x-amz-tagging | aws:a=b | InvalidTag",
        "x-amz-tagging | a=%zz | InvalidArgument",
        "x-amz-tagging | a=b!c | InvalidTag",
        "If-Unmodified-Since | Sun, 06 Nov 1994 08:49:37 GMT | NotImplemented",
        "x-amz-copy-source | nokey | InvalidArgument",
        "x-amz-copy-source | /bucket/ | InvalidArgument",
        "x-amz-copy-source | /Bad_Bucket/key | InvalidArgument",
        "x-amz-copy-source | /other/a%00b | InvalidArgument",
        "x-amz-copy-source | /other/%ff | InvalidArgument",
        "x-amz-copy-source | /other/a%2 | InvalidArgument",
        "x-amz-copy-source | /../key | InvalidArgument",
        "x-amz-copy-source | /other/key?versionId= | InvalidArgument",
        "x-amz-copy-source | arn:aws:s3:us-east-1:1:accesspoint/a/object/k | NotImplemented",
        "x-amz-copy-source | arn%3Aaws%3As3:eu-1:1:accesspoint/a/object/k | NotImplemented",
        "x-amz-copy-source | //other/key | InvalidArgument",
        "x-amz-copy-source | %2F%2Fother/key | InvalidArgument",
        "x-amz-copy-source | / | InvalidArgument",
        "x-amz-copy-source | ?versionId=v | InvalidArgument",
        "x-amz-copy-source | other | InvalidArgument",
        "x-amz-copy-source | other%2F | InvalidArgument",
        "x-amz-copy-source | oth%65r%00/key | InvalidArgument",
        "x-amz-copy-source | /bucket/key | InvalidRequest",
        "Content-Range | bytes 0-1/2 | NotImplemented",
        "x-amz-acl | Public-Read | InvalidArgument",
        "x-amz-acl | PRIVATE | InvalidArgument",
      })
  void a_header_that_asks_for_what_is_not_there_is_refused(
      String header, String value, String code) {
    assertFails(code, "PUT /bucket/key", header, value);
  }

  @Test
  void eleven_tags_are_one_too_many() {
    assertFails("BadRequest", "PUT /bucket/key", "x-amz-tagging", tags(11));
    Requests.parse("PUT /bucket/key", "x-amz-tagging", tags(10));
  }

  private static String tags(int count) {
    return String.join("&", IntStream.range(0, count).mapToObj(i -> "k" + i + "=v").toList());
  }

  @Test
  void a_key_of_1024_bytes_fits_and_one_more_does_not() {
    Requests.parse("GET /bucket/" + "%C3%A9".repeat(512));
    assertFails("KeyTooLongError", "GET /bucket/" + "%C3%A9".repeat(512) + "a");
  }

  @Test
  void limits_are_clamped_as_s3_does() {
    assertThat(limit("GET /bucket?max-keys=5000")).isEqualTo(1000);
    assertThat(limit("GET /bucket?max-keys=0")).isZero();
    assertThat(limit("GET /bucket?max-keys=")).isEqualTo(1000);
    assertThat(limit("GET /bucket?max-keys=7")).isEqualTo(7);
  }

  private static int limit(String line) {
    return ((S3Operation.ListObjects) Requests.parse(line)).page().limit();
  }

  @Test
  void a_copy_onto_itself_must_change_something() {
    String[] self = {"x-amz-copy-source", "/bucket/key"};
    assertFails("InvalidRequest", "PUT /bucket/key", self);
    var replaced =
        Requests.parse(
            "PUT /bucket/key",
            "x-amz-copy-source",
            "/bucket/key",
            "x-amz-metadata-directive",
            "REPLACE");
    assertThat(((S3Operation.CopyObject) replaced).rules().keepMetadata()).isFalse();
    Requests.parse("PUT /bucket/key", "x-amz-copy-source", "/bucket/key?versionId=old");
    assertFails(
        "InvalidArgument",
        "PUT /bucket/key",
        "x-amz-copy-source",
        "/bucket/other",
        "x-amz-metadata-directive",
        "MAYBE");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "other/key | key",
        "/other/key | key",
        "%2Fother/key | key",
        "%2fother%2fkey | key",
        "other%2Fkey | key",
        "other%2Fa/b | a/b",
        "/other/a%2Fb | a/b",
        "/other//key | /key",
        "/other/key/ | key/",
        "%6Fther/key | key",
        "other/a+b | a b",
        "other/a%20b | a b",
        "other/a%2Bb | a+b",
        "other/a%252Bb | a%2Bb",
        "/other/a%252Fb | a%2Fb",
        "/other/../etc | ../etc",
        "/other/%C3%A9%E2%82%AC | \u00e9\u20ac",
        "/other/\u00c3\u00a9 | \u00e9",
        "/other/k?x=1 | k?x=1",
        "/other/k%3FversionId%3D1 | k?versionId=1",
      })
  void a_copy_source_is_read_once_in_whatever_way_it_is_written(String header, String key) {
    String[] source = {"x-amz-copy-source", header};
    var copy = (S3Operation.CopyObject) Requests.parse("PUT /bucket/key", source);
    var part =
        (S3Operation.UploadPartCopy)
            Requests.parse("PUT /bucket/key?uploadId=u&partNumber=1", source);
    assertThat(part.source()).isEqualTo(copy.source());
    assertThat(copy.source().bucket().text()).isEqualTo("other");
    assertThat(copy.source().key().text()).isEqualTo(key);
    assertThat(copy.source().version()).isEqualTo(Version.LATEST);
    var old =
        (S3Operation.CopyObject)
            Requests.parse("PUT /bucket/key", "x-amz-copy-source", header + "?versionId=a%2Bb");
    assertThat(old.source().key().text()).isEqualTo(key);
    assertThat(old.source().version().text()).isEqualTo("a+b");
  }

  @ParameterizedTest
  @CsvSource({
    "PUT /bucket/key, Range",
    "PUT /bucket/key, x-amz-copy-source-range",
    "PUT /bucket/key?uploadId=u&partNumber=1, Range"
  })
  void a_copy_of_a_piece_is_not_done_as_one_of_the_whole(String line, String header) {
    assertThatThrownBy(
            () -> Requests.parse(line, "x-amz-copy-source", "/o-o/k", header, "bytes=0-1"))
        .hasMessage("RANGE is not supported in Copy!")
        .extracting(refused -> ((S3Failure) refused).detail("ArgumentName"))
        .isEqualTo(header.toLowerCase(Locale.ROOT));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "0-2",
        "bytes=0",
        "bytes=hello-world",
        "bytes=0-bar",
        "bytes=0-2,3-5",
        "bytes=5-2",
        "bytes=-5",
        "bytes=5-",
        "bytes=0-2,",
        "bytes= 0-2",
        "bytes=0 -2",
        "bytes=0-2 ",
        "bytes=-",
        ""
      })
  void a_range_of_a_copied_part_must_be_whole(String range) {
    assertFails(
        "InvalidArgument",
        "PUT /bucket/key?uploadId=u&partNumber=1",
        "x-amz-copy-source",
        "/other/key",
        "x-amz-copy-source-range",
        range);
  }

  @Test
  void a_checksum_fits_its_type() {
    String[] composite64 = {
      "x-amz-checksum-algorithm", "CRC64NVME", "x-amz-checksum-type", "COMPOSITE"
    };
    assertFails("InvalidRequest", "POST /bucket/key?uploads", composite64);
    String[] fullSha = {"x-amz-checksum-algorithm", "SHA256", "x-amz-checksum-type", "FULL_OBJECT"};
    assertFails("InvalidRequest", "POST /bucket/key?uploads", fullSha);
    assertFails("InvalidRequest", "POST /bucket/key?uploads", "x-amz-checksum-type", "COMPOSITE");
    assertFails("InvalidRequest", "POST /bucket/key?uploads", "x-amz-checksum-algorithm", "MD4");
    var crc32 =
        (S3Operation.CreateMultipartUpload)
            Requests.parse("POST /bucket/key?uploads", "x-amz-checksum-algorithm", "crc32");
    assertThat(crc32.checksumType()).isEqualTo(ChecksumType.COMPOSITE);
  }

  static void assertFails(String code, String line, String... headers) {
    assertThatThrownBy(() -> Requests.parse(line, headers))
        .as(line + " " + Arrays.toString(headers))
        .isInstanceOfSatisfying(S3Failure.class, e -> assertThat(e.error().code()).isEqualTo(code));
  }
}
