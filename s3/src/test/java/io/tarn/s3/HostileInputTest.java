package io.tarn.s3;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.tarn.request.HttpDate;
import io.tarn.request.Percent;
import io.tarn.request.RequestHeaders;
import io.tarn.request.S3Failure;
import io.tarn.request.S3Request;
import io.tarn.store.ListFrom;
import io.tarn.store.StoreFailure;
import java.time.Instant;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.provider.MethodSource;

/// Whatever bytes a client sends, each reader either makes sense of them, in one way, or fails with
/// the failure it documents. Run as they are these tests try the inputs kept beside them; STYLE.md
/// says how to search for more.
class HostileInputTest {
  private static final String DOMAIN = "s3.example.org";

  /// What `read` makes of it, or null when it refuses.
  private static <T> @Nullable T orRefused(Supplier<T> read) {
    try {
      return read.get();
    } catch (S3Failure | StoreFailure.Invalid e) {
      assertThat(e.getMessage()).isNotNull();
      return null;
    }
  }

  private static String text(byte[] input) {
    return new String(input, ISO_8859_1); // as the HTTP engine hands it on: one char per byte
  }

  private static Stream<byte[]> bytes(String... texts) {
    return Stream.of(texts).map(text -> text.getBytes(ISO_8859_1));
  }

  static Stream<byte[]> targets() {
    return bytes(
        "/bucket/key",
        "/bucket/a%2Fb/../%C3%BC?versionId=null&list-type=2",
        "/?max-buckets=1000",
        "/bucket?uploads&prefix=a%00b",
        "http://key.s3.example.org/bucket/a+b?partNumber=1&uploadId=x",
        "/bucket/key?tagging&acl",
        "/bucket/%e2%82%ac?uploadId=1&max-parts=-1&part-number-marker=99999999999999999999");
  }

  @MethodSource("targets")
  @FuzzTest(maxDuration = "1m")
  void a_target_names_one_bucket_and_key_and_asks_for_one_operation(byte[] input) {
    for (String method : List.of("GET", "PUT", "POST", "DELETE", "HEAD")) {
      S3Request request = orRefused(() -> request(method, text(input)));
      if (request == null) return;
      orRefused(() -> S3Router.parse(request));
      if (request.isBucketInHost() || request.bucket().isEmpty()) continue;
      String spelt =
          "/" + Percent.encode(request.bucket(), false) + "/" + Percent.encode(request.key(), true);
      S3Request again = request(method, spelt);
      assertThat(again.bucket()).isEqualTo(request.bucket());
      assertThat(again.key()).isEqualTo(request.key());
    }
  }

  private static S3Request request(String method, String target, String... headers) {
    String[] all =
        Stream.concat(Stream.of("Host", "localhost"), Stream.of(headers)).toArray(String[]::new);
    return S3Request.of(method, target, RequestHeaders.of(all), List.of(DOMAIN));
  }

  static Stream<byte[]> documents() {
    return Stream.of(
            "<CreateBucketConfiguration><LocationConstraint>eu"
                + "</LocationConstraint></CreateBucketConfiguration>",
            "<Delete><Quiet>true</Quiet><Object><Key>a&#x41;</Key><VersionId>null"
                + "</VersionId><Size>1</Size></Object></Delete>",
            "<CompleteMultipartUpload><Part><PartNumber>1</PartNumber><ETag>\"a\""
                + "</ETag></Part></CompleteMultipartUpload>",
            "<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>",
            "<Tagging><TagSet><Tag><Key>k</Key><Value>ü</Value></Tag></TagSet></Tagging>",
            "<AccessControlPolicy><Owner><ID>a</ID></Owner><AccessControlList>"
                + "<Grant><Grantee><URI>http://acs.amazonaws.com/groups/global/AllUsers"
                + "</URI></Grantee><Permission>READ</Permission></Grant>"
                + "</AccessControlList></AccessControlPolicy>",
            "<!DOCTYPE Delete [<!ENTITY a \"b\">]><Delete>&a;</Delete>",
            "<?xml version=\"1.1\" encoding=\"UTF-16\"?><Tagging"
                + " xmlns:a=\"b\"><![CDATA[x]]></Tagging>")
        .map(text -> text.getBytes(UTF_8));
  }

  private static final List<Function<byte[], Object>> READERS =
      List.of(
          RequestDocuments::createBucket,
          RequestDocuments::delete,
          RequestDocuments::complete,
          RequestDocuments::versioning,
          RequestDocuments::tagging,
          AclDocuments::read);

  @MethodSource("documents")
  @FuzzTest(maxDuration = "1m")
  void a_document_is_read_or_refused_and_holds_no_more_than_it_is_long(byte[] document) {
    for (Function<byte[], Object> reader : READERS) {
      Object read = orRefused(() -> reader.apply(document));
      if (read == null) continue;
      // Entities would let a short document say much.
      assertThat(read.toString().length()).isLessThan(2000 + 200 * document.length);
    }
  }

  static Stream<byte[]> dates() {
    return bytes(
        "Sun, 06 Nov 1994 08:49:37 GMT",
        "Sunday, 06-Nov-94 08:49:37 GMT",
        "Sun Nov  6 08:49:37 1994",
        "2026-02-03T04:05:06Z",
        "Sun, 06 Nov 99999 08:49:37 GMT",
        "Sun, 4294967297 Nov 1994 08:49:37 GMT");
  }

  @MethodSource("dates")
  @FuzzTest(maxDuration = "1m")
  void a_date_is_none_or_means_the_same_when_written_again(byte[] input) {
    String text = text(input);
    Instant http = HttpDate.parse(text);
    if (http != null) assertThat(HttpDate.parse(HttpDate.format(http))).isEqualTo(http);
    orRefused(() -> ConditionHeaders.time(text));
  }

  static Stream<byte[]> fields() {
    return bytes(
        "bytes=0-9",
        "bytes=-5",
        "bytes=9-",
        "bytes=18446744073709551616-",
        "\"a\", W/\"b\", *",
        "a,,b",
        "/bucket/key?versionId=1",
        "bucket/%2F%00",
        "uri=\"http://acs.amazonaws.com/groups/global/AllUsers\", id=a",
        "k=v&k2=%20",
        "=?UTF-8?B?w7w=?=",
        "COPY",
        "1,2,3",
        "public-read",
        "9223372036854775808");
  }

  private static final List<String> FIELDS =
      List.of(
          "Range",
          "If-Match",
          "If-None-Match",
          "If-Modified-Since",
          "x-amz-copy-source",
          "x-amz-copy-source-range",
          "x-amz-tagging",
          "x-amz-acl",
          "x-amz-grant-read",
          "x-amz-meta-a",
          "x-amz-metadata-directive",
          "x-amz-checksum-crc32",
          "x-amz-sdk-checksum-algorithm",
          "x-amz-if-match-size",
          "x-amz-object-attributes",
          "Content-Encoding",
          "Cache-Control");

  @MethodSource("fields")
  @FuzzTest(maxDuration = "1m")
  void a_header_field_is_read_or_refused_in_every_operation_that_knows_it(byte[] input) {
    String value = text(input).strip();
    for (String name : FIELDS) {
      for (String target :
          List.of(
              "/b/k", "/bucket/k?uploadId=u&partNumber=1", "/bucket/k?attributes", "/bucket/k")) {
        for (String method : List.of("GET", "PUT", "POST", "DELETE")) {
          orRefused(
              () ->
                  S3Router.parse(
                      request(method, target, name, value, "x-amz-copy-source-if-match", value)));
        }
      }
    }
  }

  private static final ContinuationTokens TOKENS = new ContinuationTokens(new byte[32]);
  private static final String TOKEN = TOKENS.seal(7, "p/", "/", new ListFrom.PastGroup("p/a/"));

  static Stream<byte[]> tokens() {
    return bytes(TOKEN, TOKEN.substring(4), TOKEN + "AAAA", "", "AQAA");
  }

  @MethodSource("tokens")
  @FuzzTest(maxDuration = "1m")
  void a_token_is_one_we_sealed_or_refused(byte[] input) {
    ListFrom from = orRefused(() -> TOKENS.open(text(input), 7, "p/", "/"));
    if (from != null) assertThat(from).isEqualTo(new ListFrom.PastGroup("p/a/"));
    assertThat(orRefused(() -> TOKENS.open(text(input), 8, "p/", "/"))).isNull();
  }

  @MethodSource("targets")
  @FuzzTest(maxDuration = "1m")
  void what_percent_encoding_reads_it_writes(byte[] input) {
    try {
      String read = Percent.decode(text(input), true);
      assertThat(Percent.decode(Percent.encode(read, false), false)).isEqualTo(read);
    } catch (IllegalArgumentException e) {
      assertThat(e.getMessage()).isNotEmpty();
    }
  }
}
