package io.tarn.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.tarn.gateway.Wire.Answer;
import io.tarn.request.Percent;
import io.tarn.testkit.Claim;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Objects, from the first byte of a request to the last of the answer.
class ObjectsTest {
  private static final AtomicInteger BUCKETS = new AtomicInteger();

  @TempDir static Path directory;

  @SuppressWarnings("NullAway.Init") // before all tests
  private static TestServer server;

  @SuppressWarnings("NullAway.Init") // before all tests
  private static Client main;

  @BeforeAll
  static void start() {
    server = new TestServer(directory);
    main = new Client(server, "main");
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  private static String bucket() {
    String bucket = "objects-" + BUCKETS.incrementAndGet();
    main.ok("PUT /" + bucket);
    return bucket;
  }

  private static void versioned(String bucket, String status) {
    Client.ok(
        main.put(
            "/" + bucket + "?versioning",
            "<VersioningConfiguration><Status>" + status + "</Status></VersioningConfiguration>"));
  }

  @Test
  void an_object_comes_back_as_it_was_put() {
    String b = bucket();
    Answer put =
        Client.ok(
            main.put(
                "/" + b + "/a%20b/%C3%A9",
                "hello",
                "Content-Type",
                "text/plain",
                "Cache-Control",
                "max-age=5",
                "x-amz-meta-Colour",
                "blue",
                "x-amz-tagging",
                "k=v"));
    assertThat(put.header("etag")).isEqualTo("\"5d41402abc4b2a76b9719d911017c592\"");
    assertThat(put.headers()).doesNotContainKey("x-amz-version-id");

    Answer get = main.ok("GET /" + b + "/a%20b/%C3%A9");
    assertThat(get.text()).isEqualTo("hello");
    assertThat(get.headers())
        .containsEntry("content-type", "text/plain")
        .containsEntry("cache-control", "max-age=5")
        .containsEntry("x-amz-meta-colour", "blue")
        .containsEntry("x-amz-tagging-count", "1")
        .containsEntry("accept-ranges", "bytes")
        .containsEntry("etag", put.header("etag"))
        .containsEntry("server", "Tarn")
        .containsKeys("last-modified", "x-amz-request-id", "x-amz-id-2", "server-timing")
        .doesNotContainKeys("x-amz-storage-class", "x-amz-version-id");

    Answer head = main.ok("HEAD /" + b + "/a%20b/%C3%A9");
    assertThat(head.header("content-length")).isEqualTo("5");
    assertThat(head.header("etag")).isEqualTo(put.header("etag"));
  }

  @Test
  void metadata_that_is_not_ascii_comes_back_as_encoded_words_and_empty_types_as_none() {
    String b = bucket();
    String[] sent = {"x-amz-meta-name", "F\u00c3\u00bc\u00c3\u009fe", "Content-Type", ""};
    Client.ok(main.put("/" + b + "/k", "x", sent));
    main.ok("PUT /" + b + "/copy", "x-amz-copy-source", b + "/k");
    for (String line : List.of("GET /" + b + "/k", "HEAD /" + b + "/k", "HEAD /" + b + "/copy")) {
      Answer answer = main.ok(line);
      assertThat(answer.header("x-amz-meta-name")).isEqualTo("=?UTF-8?B?RsO8w59l?=");
      assertThat(answer.header("content-type")).isEqualTo("binary/octet-stream");
    }
  }

  @Test
  void a_large_object_is_streamed_whole_and_in_ranges() {
    String b = bucket();
    byte[] bytes = new byte[3 << 20];
    for (int i = 0; i < bytes.length; i++) bytes[i] = (byte) (i * 31 + (i >> 8));
    Client.ok(main.send(new Draft("PUT /" + b + "/large").body(bytes)));
    assertThat(main.ok("GET /" + b + "/large").body()).isEqualTo(bytes);
    Answer part = main.ok("GET /" + b + "/large", "Range", "bytes=1048570-2097160");
    assertThat(part.status()).isEqualTo(206);
    assertThat(part.header("content-range")).isEqualTo("bytes 1048570-2097160/3145728");
    assertThat(part.body()).isEqualTo(Arrays.copyOfRange(bytes, 1048570, 2097161));
  }

  @ParameterizedTest
  @CsvSource(
      value = {
        "bytes=0-0, 206, h, bytes 0-0/5",
        "bytes=1-3, 206, ell, bytes 1-3/5",
        "bytes=3-, 206, lo, bytes 3-4/5",
        "bytes=-2, 206, lo, bytes 3-4/5",
        "bytes=-99, 206, hello, bytes 0-4/5",
        "bytes=1-99, 206, ello, bytes 1-4/5",
        "'bytes=0-1,3-4', 200, hello, ''",
        "bytes=3-1, 200, hello, ''",
        "lines=1-2, 200, hello, ''",
      })
  void a_range_is_answered_with_that_piece(
      String range, int status, String text, String contentRange) {
    String b = "ranges";
    main.call("PUT /" + b);
    Client.ok(main.put("/" + b + "/k", "hello"));
    Answer answer = main.ok("GET /" + b + "/k", "Range", range);
    assertThat(answer.status()).isEqualTo(status);
    assertThat(answer.text()).isEqualTo(text);
    assertThat(answer.header("content-range")).isEqualTo(contentRange);
    assertThat(main.call("HEAD /" + b + "/k", "Range", range).header("content-length"))
        .isEqualTo(Integer.toString(text.length()));
  }

  @Test
  void a_range_that_cannot_be_is_416() {
    String b = bucket();
    Client.ok(main.put("/" + b + "/k", "hello"));
    Client.ok(main.put("/" + b + "/empty", ""));
    assertThat(main.call("GET /" + b + "/k", "Range", "bytes=5-9").code())
        .isEqualTo("InvalidRange");
    assertThat(main.call("GET /" + b + "/empty", "Range", "bytes=0-0").status()).isEqualTo(416);
    assertThat(main.ok("GET /" + b + "/empty").body()).isEmpty();
  }

  @Test
  void conditions_are_answered_by_the_book() {
    String b = bucket();
    String etag = Client.ok(main.put("/" + b + "/k", "v1")).header("etag");
    String k = "GET /" + b + "/k";
    assertThat(main.call(k, "If-None-Match", etag).status()).isEqualTo(304);
    assertThat(main.call(k, "If-None-Match", etag).header("etag")).isEqualTo(etag);
    assertThat(main.call(k, "If-None-Match", "\"x\"").status()).isEqualTo(200);
    assertThat(main.call(k, "If-Match", "\"x\"").code()).isEqualTo("PreconditionFailed");
    assertThat(main.call(k, "If-Match", etag).status()).isEqualTo(200);
    String past = "Sun, 06 Nov 1994 08:49:37 GMT";
    assertThat(main.call(k, "If-Unmodified-Since", past).status()).isEqualTo(412);
    assertThat(main.call(k, "If-Modified-Since", past).status()).isEqualTo(200);
    assertThat(main.put("/" + b + "/k", "v2", "If-None-Match", "*").status()).isEqualTo(412);
    assertThat(main.put("/" + b + "/k", "v2", "If-Match", "\"x\"").status()).isEqualTo(412);
    assertThat(main.put("/" + b + "/none", "v2", "If-Match", etag).code()).isEqualTo("NoSuchKey");
    assertThat(main.ok(k).text()).isEqualTo("v1");
    Client.ok(main.put("/" + b + "/k", "v2", "If-Match", etag));
    assertThat(main.call("DELETE /" + b + "/k", "If-Match", etag).status()).isEqualTo(412);
  }

  @Test
  void versions_are_kept_marked_and_removed() {
    String b = bucket();
    Client.ok(main.put("/" + b + "/k", "v0"));
    versioned(b, "Enabled");
    String v1 = Client.ok(main.put("/" + b + "/k", "v1")).header("x-amz-version-id");
    Answer marker = main.ok("DELETE /" + b + "/k");
    assertThat(marker.status()).isEqualTo(204);
    assertThat(marker.header("x-amz-delete-marker")).isEqualTo("true");
    Answer gone = main.call("GET /" + b + "/k");
    assertThat(gone.code()).isEqualTo("NoSuchKey");
    assertThat(gone.header("x-amz-delete-marker")).isEqualTo("true");
    String of = "?versionId=" + marker.header("x-amz-version-id");
    Answer notAllowed = main.call("GET /" + b + "/k" + of);
    assertThat(notAllowed.code()).isEqualTo("MethodNotAllowed");
    assertThat(notAllowed.header("allow")).isEqualTo("DELETE");
    assertThat(main.ok("GET /" + b + "/k?versionId=" + v1).text()).isEqualTo("v1");
    assertThat(main.ok("GET /" + b + "/k?versionId=null").text()).isEqualTo("v0");
    assertThat(main.call("GET /" + b + "/k?versionId=nonsense").status()).isBetween(400, 404);
    String listed = main.ok("GET /" + b + "?versions").text();
    assertThat(listed).contains("<DeleteMarker>", v1, "<VersionId>null</VersionId>");
    main.ok("DELETE /" + b + "/k" + of);
    assertThat(main.ok("GET /" + b + "/k").header("x-amz-version-id")).isEqualTo(v1);
  }

  @Test
  void an_upload_in_parts_becomes_an_object() {
    String b = bucket();
    String k = "/" + b + "/k";
    String upload =
        main.ok("POST " + k + "?uploads", "Content-Type", "text/x", "x-amz-meta-a", "b")
            .between("<UploadId>", "</UploadId>");
    String one = "a".repeat(5 << 20);
    String etag1 = Client.ok(main.put(k + "?partNumber=1&uploadId=" + upload, one)).header("etag");
    String etag2 =
        Client.ok(main.put(k + "?partNumber=2&uploadId=" + upload, "end")).header("etag");
    assertThat(main.ok("GET /" + b + "?uploads").text()).contains(upload);
    assertThat(main.ok("GET " + k + "?uploadId=" + upload + "&max-parts=1").text())
        .contains("<IsTruncated>true</IsTruncated><Part><PartNumber>1</PartNumber>")
        .contains("<NextPartNumberMarker>1</NextPartNumberMarker>");
    assertThat(main.call("GET " + k).code()).isEqualTo("NoSuchKey");
    Draft complete = new Draft("POST " + k + "?uploadId=" + upload).body(completion(etag1, etag2));
    assertThat(Client.ok(main.send(complete)).text()).contains("-2&quot;</ETag>");
    Answer whole = main.ok("GET " + k);
    assertThat(whole.text()).isEqualTo(one + "end");
    assertThat(whole.header("content-type")).isEqualTo("text/x");
    Answer part = main.ok("GET " + k + "?partNumber=2");
    assertThat(part.text()).isEqualTo("end");
    assertThat(part.header("x-amz-mp-parts-count")).isEqualTo("2");
    assertThat(part.header("content-range")).isEqualTo("bytes 5242880-5242882/5242883");
    assertThat(main.call("GET " + k + "?partNumber=3").code()).isEqualTo("InvalidPartNumber");
    assertThat(main.call("DELETE " + k + "?uploadId=nonsense").code()).isEqualTo("NoSuchUpload");
    StoreUnderTest.require(Claim.PART_LISTS);
    assertThat(
            main.ok("GET " + k + "?attributes", "x-amz-object-attributes", "ObjectParts,ETag")
                .text())
        .contains("<PartsCount>2</PartsCount>");
  }

  private static String completion(String... etags) {
    var document = new StringBuilder("<CompleteMultipartUpload>");
    for (int i = 0; i < etags.length; i++) {
      document
          .append("<Part><PartNumber>")
          .append(i + 1)
          .append("</PartNumber><ETag>")
          .append(etags[i])
          .append("</ETag></Part>");
    }
    return document.append("</CompleteMultipartUpload>").toString();
  }

  @Test
  void a_copy_keeps_or_replaces() {
    String b = bucket();
    Client.ok(main.put("/" + b + "/from", "x", "x-amz-meta-a", "1", "x-amz-tagging", "t=1"));
    main.ok("PUT /" + b + "/kept", "x-amz-copy-source", "/" + b + "/from");
    Answer kept = main.ok("HEAD /" + b + "/kept");
    assertThat(kept.header("x-amz-meta-a")).isEqualTo("1");
    assertThat(kept.header("x-amz-tagging-count")).isEqualTo("1");
    main.ok(
        "PUT /" + b + "/replaced",
        "x-amz-copy-source",
        "/" + b + "/from",
        "x-amz-metadata-directive",
        "REPLACE",
        "x-amz-meta-b",
        "2");
    Answer replaced = main.ok("HEAD /" + b + "/replaced");
    assertThat(replaced.headers())
        .doesNotContainKey("x-amz-meta-a")
        .containsEntry("x-amz-meta-b", "2");
    String copy = "PUT /" + b + "/none";
    assertThat(main.call(copy, "x-amz-copy-source", "/" + b + "/absent").code())
        .isEqualTo("NoSuchKey");
    assertThat(main.call(copy, "x-amz-copy-source", "/no-such-bucket-x/k").code())
        .isEqualTo("NoSuchBucket");
    assertThat(
            main.call(
                    copy,
                    "x-amz-copy-source",
                    "/" + b + "/from",
                    "x-amz-copy-source-if-match",
                    "\"no\"")
                .code())
        .isEqualTo("PreconditionFailed");
  }

  @Test
  void a_checksum_is_kept_and_told_on_request() {
    String b = bucket();
    Answer put = Client.ok(main.put("/" + b + "/k", "hello", "x-amz-checksum-crc32c", "mnG7TA=="));
    assertThat(put.header("x-amz-checksum-crc32c")).isEqualTo("mnG7TA==");
    assertThat(main.ok("HEAD /" + b + "/k").headers()).doesNotContainKey("x-amz-checksum-crc32c");
    Answer head = main.ok("HEAD /" + b + "/k", "x-amz-checksum-mode", "ENABLED");
    assertThat(head.header("x-amz-checksum-crc32c")).isEqualTo("mnG7TA==");
    assertThat(head.header("x-amz-checksum-type")).isEqualTo("FULL_OBJECT");
    assertThat(main.put("/" + b + "/k2", "hello", "x-amz-checksum-crc32c", "AAAAAA==").code())
        .isEqualTo("BadDigest");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "..",
        "../etc/passwd",
        ".",
        "a//b",
        "/",
        "//",
        "%2F",
        "a%252Fb",
        "%5C",
        "a%20",
        "%20a",
        "%C3%A9",
        "e%CC%81",
        "%F0%9F%90%9F",
        "%01",
        "%7F",
        "a%3Fx=y",
        "+",
        "a+b",
        "%22%3C%3E%26'",
        "con",
        "a%0Ab",
        "%EF%BF%BF"
      })
  void a_hostile_key_is_a_key_like_any_other(String key) {
    String b = "hostile";
    main.call("PUT /" + b);
    Client.ok(main.put("/" + b + "/" + key, "content of " + key));
    assertThat(main.ok("GET /" + b + "/" + key).text()).isEqualTo("content of " + key);
    String source = "/" + b + "/" + key.replace("+", "%2B");
    main.ok("PUT /" + b + "/copied", "x-amz-copy-source", source);
    assertThat(main.ok("GET /" + b + "/copied").text()).isEqualTo("content of " + key);
    String listed = main.ok("GET /" + b + "?encoding-type=url").text();
    assertThat(listed)
        .contains("<Key>" + Percent.encode(Percent.decode(key, false), true) + "</Key>");
    main.ok("DELETE /" + b + "/" + key);
    assertThat(main.call("GET /" + b + "/" + key).status()).isEqualTo(404);
  }
}
