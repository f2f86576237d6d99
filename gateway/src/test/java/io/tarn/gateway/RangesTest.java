package io.tarn.gateway;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.tarn.gateway.Wire.Answer;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Every way to ask for a piece of an object.
class RangesTest {
  private static final String DIGITS = "0123456789";
  private static final int PART = 5 << 20;

  @TempDir static Path directory;

  @SuppressWarnings("NullAway.Init") // before all tests
  private static TestServer server;

  @SuppressWarnings("NullAway.Init") // before all tests
  private static Client main;

  @BeforeAll
  static void start() {
    server = new TestServer(directory);
    main = new Client(server, "main");
    main.ok("PUT /bkt");
    for (int size : List.of(0, 1, 10)) Client.ok(main.put("/bkt/" + size, text(size)));
    String upload = main.ok("POST /bkt/parts?uploads").between("<UploadId>", "</UploadId>");
    var parts = new StringBuilder();
    for (int number : List.of(2, 7)) {
      String body = number == 2 ? "a".repeat(PART) : "bcd";
      String target = "/bkt/parts?uploadId=" + upload + "&partNumber=" + number;
      parts.append("<Part><PartNumber>").append(number).append("</PartNumber><ETag>");
      parts.append(Client.ok(main.put(target, body)).header("etag")).append("</ETag></Part>");
    }
    String document = "<CompleteMultipartUpload>" + parts + "</CompleteMultipartUpload>";
    Client.ok(main.send(new Draft("POST /bkt/parts?uploadId=" + upload).body(document)));
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  private static String text(int size) {
    return DIGITS.substring(0, size);
  }

  /// What is sent of objects of no byte, of one and of ten: 200 for all of it, 416 for nothing.
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      ignoreLeadingAndTrailingWhitespace = true,
      value = {
        "bytes=0-0 | 416 | 0-0 | 0-0",
        "bytes=0-9 | 416 | 0-0 | 0-9",
        "bytes=0-10 | 416 | 0-0 | 0-9",
        "bytes=0-99999999999999999999999 | 416 | 0-0 | 0-9",
        "bytes=9-9 | 416 | 416 | 9-9",
        "bytes=9-99 | 416 | 416 | 9-9",
        "bytes=10-10 | 416 | 416 | 416",
        "bytes=0- | 416 | 0-0 | 0-9",
        "bytes=1- | 416 | 416 | 1-9",
        "bytes=10- | 416 | 416 | 416",
        "bytes=99999999999999999999999- | 416 | 416 | 416",
        "bytes=-1 | 416 | 0-0 | 9-9",
        "bytes=-4 | 416 | 0-0 | 6-9",
        "bytes=-10 | 416 | 0-0 | 0-9",
        "bytes=-99999999999999999999999 | 416 | 0-0 | 0-9",
        "bytes=-0 | 416 | 416 | 416",
        "bytes=000-000 | 416 | 0-0 | 0-0",
        "BYTES=0-0 | 416 | 0-0 | 0-0",
        "bytes= 0-0 | 200 | 200 | 200",
        "bytes=0-0, | 416 | 0-0 | 0-0",
        "bytes=, ,0-0 , | 416 | 0-0 | 0-0",
        "bytes=5-2 | 200 | 200 | 200",
        "bytes=- | 200 | 200 | 200",
        "bytes= | 200 | 200 | 200",
        "bytes=, | 200 | 200 | 200",
        "bytes | 200 | 200 | 200",
        "bytes=0 | 200 | 200 | 200",
        "bytes=a-b | 200 | 200 | 200",
        "bytes=0-b | 200 | 200 | 200",
        "bytes=a-0 | 200 | 200 | 200",
        "bytes=--1 | 200 | 200 | 200",
        "bytes=0--1 | 200 | 200 | 200",
        "bytes=+0-0 | 200 | 200 | 200",
        "bytes=0.0-1 | 200 | 200 | 200",
        "bytes=0x0-1 | 200 | 200 | 200",
        "bytes=0 - 0 | 200 | 200 | 200",
        "bytes =0-0 | 200 | 200 | 200",
        "bytes 0-0 | 200 | 200 | 200",
        "items=0-0 | 200 | 200 | 200",
        "0-0 | 200 | 200 | 200",
        "bytes=0-0,2-2 | 200 | 200 | 200",
        "bytes=0-0,-1 | 200 | 200 | 200",
      })
  void a_range(String range, String ofNone, String ofOne, String ofTen) {
    Map.of(0, ofNone, 1, ofOne, 10, ofTen).forEach((size, sent) -> check(range, size, sent));
  }

  private static void check(String range, int size, String sent) {
    Answer get = main.call("GET /bkt/" + size, "Range", range);
    Answer head = main.call("HEAD /bkt/" + size, "Range", range);
    assertThat(head.status()).as(range + " of " + size).isEqualTo(get.status());
    assertThat(head.header("content-range")).isEqualTo(get.header("content-range"));
    boolean piece = sent.indexOf('-') > 0;
    assertThat(get.status()).as(range + " of " + size).isEqualTo(piece ? 206 : number(sent));
    if (sent.equals("416")) {
      assertThat(get.code()).isEqualTo("InvalidRange");
      assertThat(get.header("content-range")).isEqualTo("bytes */" + size);
      assertThat(get.between("<ActualObjectSize>", "<")).isEqualTo(Integer.toString(size));
      assertThat(get.between("<RangeRequested>", "<")).isEqualTo(range);
      return;
    }
    String[] ends = sent.split("-", -1);
    String expected = piece ? DIGITS.substring(number(ends[0]), 1 + number(ends[1])) : text(size);
    assertThat(get.text()).isEqualTo(expected);
    assertThat(get.header("content-range")).isEqualTo(piece ? "bytes " + sent + "/" + size : "");
    assertThat(head.header("content-length")).isEqualTo(Integer.toString(expected.length()));
  }

  private static int number(String text) {
    return Integer.parseInt(text);
  }

  @ParameterizedTest
  @CsvSource({
    "bytes=0-0, 400, 200, 200",
    "bytes=0-9, 400, 400, 200",
    "bytes=9-9, 400, 400, 200",
    "bytes=0-10, 400, 400, 400",
    "bytes=10-10, 400, 400, 400",
    "bytes=0-99999999999999999999999, 400, 400, 400",
    "bytes=5-2, 400, 400, 400",
    "bytes=0-, 400, 400, 400",
    "bytes=-1, 400, 400, 400",
    "items=0-0, 400, 400, 400",
  })
  void a_range_of_a_copied_part(String range, int ofNone, int ofOne, int ofTen) {
    String upload = main.ok("POST /bkt/target?uploads").between("<UploadId>", "</UploadId>");
    Map.of(0, ofNone, 1, ofOne, 10, ofTen)
        .forEach(
            (size, status) -> {
              Answer copied =
                  main.call(
                      "PUT /bkt/target?partNumber=1&uploadId=" + upload,
                      "x-amz-copy-source",
                      "/bkt/" + size,
                      "x-amz-copy-source-range",
                      range);
              assertThat(copied.status()).as(range + " of " + size).isEqualTo(status);
              if (status == 400) {
                assertThat(copied.code()).isEqualTo("InvalidArgument");
                assertThat(copied.between("<ArgumentName>", "<"))
                    .isEqualTo("x-amz-copy-source-range");
              }
            });
    main.ok("DELETE /bkt/target?uploadId=" + upload);
  }

  @Test
  void a_copied_part_says_how_long_its_source_is() {
    String upload = main.ok("POST /bkt/target?uploads").between("<UploadId>", "</UploadId>");
    Answer refused =
        main.call(
            "PUT /bkt/target?partNumber=1&uploadId=" + upload,
            "x-amz-copy-source",
            "/bkt/10",
            "x-amz-copy-source-range",
            "bytes=3-10");
    assertThat(refused.text())
        .contains("Range specified is not valid for source object of size: 10")
        .contains("<ArgumentValue>bytes=3-10</ArgumentValue>");
  }

  @ParameterizedTest
  @CsvSource({
    "0, 1, 200, ''",
    "0, 2, 416, 1",
    "1, 1, 206, ''",
    "10, 1, 206, ''",
    "10, 2, 416, 1",
    "10, 10000, 416, 1",
    "parts, 1, 416, 2",
    "parts, 2, 206, 2",
    "parts, 7, 206, 2",
    "parts, 8, 416, 2",
    "10, 0, 400, ''",
    "10, 10001, 400, ''",
    "10, -1, 400, ''",
    "10, x, 400, ''",
    "10, '', 400, ''",
  })
  void a_part(String key, String number, int status, String count) {
    Answer get = main.call("GET /bkt/" + key + "?partNumber=" + number);
    Answer head = main.call("HEAD /bkt/" + key + "?partNumber=" + number);
    assertThat(get.status()).as(get.text()).isEqualTo(status);
    assertThat(head.status()).isEqualTo(status);
    assertThat(head.header("content-range")).isEqualTo(get.header("content-range"));
    switch (status) {
      case 200, 206 -> {
        assertThat(get.header("x-amz-mp-parts-count")).isEqualTo(count);
        assertThat(head.header("content-length")).isEqualTo("" + get.body().length);
      }
      case 416 -> {
        assertThat(get.code()).isEqualTo("InvalidPartNumber");
        assertThat(get.between("<ActualPartCount>", "<")).isEqualTo(count);
        assertThat(get.between("<PartNumberRequested>", "<")).isEqualTo(number);
      }
      default -> assertThat(get.code()).isEqualTo("InvalidArgument");
    }
  }

  @Test
  void parts_are_where_they_are_in_the_whole() {
    Answer second = main.ok("GET /bkt/parts?partNumber=7");
    assertThat(second.text()).isEqualTo("bcd");
    assertThat(second.header("content-range"))
        .isEqualTo("bytes %d-%d/%d".formatted(PART, PART + 2, PART + 3));
    Answer across = main.ok("GET /bkt/parts", "Range", "bytes=" + (PART - 1) + "-");
    assertThat(across.body()).isEqualTo("abcd".getBytes(UTF_8));
  }

  @Test
  void a_part_and_a_range_are_one_too_many() {
    assertThat(main.call("GET /bkt/10?partNumber=1", "Range", "bytes=0-0").code())
        .isEqualTo("InvalidRequest");
  }

  @Test
  void a_range_is_of_the_version_the_client_has_or_all_of_the_other() {
    String tag = main.ok("HEAD /bkt/10").header("etag");
    String date = main.ok("HEAD /bkt/10").header("last-modified");
    assertThat(sent("If-Range", tag)).isEqualTo(206);
    assertThat(sent("If-Range", tag.replace("\"", ""))).isEqualTo(206);
    for (String other : List.of("\"other\"", "W/" + tag, date, "junk", "*")) {
      assertThat(sent("If-Range", other)).as(other).isEqualTo(200);
    }
  }

  @Test
  void conditions_come_before_the_range() {
    String tag = main.ok("HEAD /bkt/10").header("etag");
    assertThat(sent("If-None-Match", tag)).isEqualTo(304);
    assertThat(sent("If-Match", "\"other\"")).isEqualTo(412);
    assertThat(sent("If-Match", tag)).isEqualTo(206);
    assertThat(main.call("GET /bkt/10", "Range", "bytes=99-", "If-Range", "\"other\"").status())
        .isEqualTo(200);
    assertThat(main.call("GET /bkt/10", "Range", "bytes=99-", "If-None-Match", tag).status())
        .isEqualTo(304);
    assertThat(main.call("GET /bkt/10", "If-Range", tag).status()).isEqualTo(200);
  }

  private static int sent(String condition, String value) {
    return main.call("GET /bkt/10", "Range", "bytes=2-4", condition, value).status();
  }
}
