package io.tarn.s3;

import static org.assertj.core.api.Assertions.assertThat;

import io.tarn.request.RequestHeaders;
import io.tarn.store.ByteRange;
import io.tarn.store.ETag;
import io.tarn.store.ETags;
import io.tarn.store.Span;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HeadersTest {
  @ParameterizedTest
  @CsvSource({
    "bytes=0-0, 0, 0",
    "bytes=2-, 2, 9",
    "bytes=-3, 7, 9",
    "bytes=-30, 0, 9",
    "bytes=3-99999999999999999999, 3, 9",
    "BYTES=1-2, 1, 2",
    "'bytes=1-2 ', 1, 2",
  })
  void a_range_is_cut_to_the_object(String header, long first, long last) {
    assertThat(Spans.parse(header).within(10)).contains(new ByteRange(first, last));
  }

  @ParameterizedTest
  @ValueSource(strings = {"bytes=10-", "bytes=10-20", "bytes=-0"})
  void a_range_behind_the_end_cannot_be_satisfied(String header) {
    assertThat(Spans.parse(header).within(10)).isEmpty();
    assertThat(Spans.parse(header).within(0)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "bytes",
        "bytes=",
        "bytes=-",
        "bytes=a-b",
        "bytes=1-b",
        "bytes=5-2",
        "bytes=1-2,4-5",
        "items=0-1",
        "bytes=1",
        "bytes=--1",
        "bytes=+1-2",
        "bytes= 1-2"
      })
  void what_is_no_single_range_is_passed_over(String header) {
    assertThat(Spans.parse(header)).isEqualTo(new Span.Whole());
  }

  @Test
  void etags_come_quoted_bare_weak_and_in_lists() {
    RequestHeaders headers =
        RequestHeaders.of("If-Match", "\"a\", W/\"b\",c", "if-match", " \"d-2\" ");
    assertThat(ConditionHeaders.etags(headers, "if-match"))
        .isEqualTo(
            new ETags(
                false, List.of(new ETag("a"), new ETag("b"), new ETag("c"), new ETag("d-2"))));
    assertThat(ConditionHeaders.etags(RequestHeaders.of("If-Match", "*"), "if-match"))
        .isEqualTo(ETags.ANY);
    assertThat(ConditionHeaders.etags(RequestHeaders.of(), "if-match")).isEqualTo(ETags.UNSAID);
  }

  @Test
  void metadata_is_an_allow_list_and_keeps_its_bytes() {
    var metadata =
        MetadataHeaders.metadata(
            RequestHeaders.of(
                "Content-Type", "text/plain",
                "Cache-Control", "no-cache",
                "Content-Encoding", "gzip",
                "X-Amz-Meta-Colour", "caf\u00C3\u00A9",
                "x-amz-meta-colour", "blue",
                "x-amz-meta-empty", "",
                "Content-Language", "",
                "Expires", " ",
                "x-amz-replication-status", "REPLICA",
                "x-tarn-anything", "x",
                "Host", "h"));
    assertThat(metadata.system())
        .isEqualTo(
            Map.of(
                "content-type", "text/plain",
                "cache-control", "no-cache",
                "content-encoding", "gzip"));
    assertThat(metadata.user()).isEqualTo(Map.of("colour", "caf\u00C3\u00A9,blue", "empty", ""));
  }

  /// How a body travelled is no property of the object; a body that did not travel so says it is.
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      nullValues = "-",
      value = {
        "STREAMING-UNSIGNED-PAYLOAD-TRAILER         | aws-chunked              | -",
        "STREAMING-UNSIGNED-PAYLOAD-TRAILER         | aws-chunked,             | -",
        "STREAMING-UNSIGNED-PAYLOAD-TRAILER         | aws-chunked, aws-chunked | -",
        "STREAMING-UNSIGNED-PAYLOAD-TRAILER         | foo, aws-chunked, bar    | foo, bar",
        "STREAMING-AWS4-HMAC-SHA256-PAYLOAD         | gzip,aws-chunked         | gzip",
        "STREAMING-AWS4-HMAC-SHA256-PAYLOAD         | gzip                     | gzip",
        "STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER | aws-chunked,gzip         | gzip",
        "UNSIGNED-PAYLOAD                           | aws-chunked              | aws-chunked",
        "UNSIGNED-PAYLOAD                           | gzip,aws-chunked         | gzip,aws-chunked",
        "-                                          | aws-chunked              | aws-chunked",
      })
  void chunked_is_an_encoding_of_the_object_only_where_the_body_is_not_chunked(
      @Nullable String payload, String sent, @Nullable String kept) {
    RequestHeaders headers =
        payload == null
            ? RequestHeaders.of("Content-Encoding", sent)
            : RequestHeaders.of("x-amz-content-sha256", payload, "Content-Encoding", sent);
    assertThat(MetadataHeaders.metadata(headers).system().get("content-encoding")).isEqualTo(kept);
  }

  @Test
  void user_metadata_has_room_for_two_kibibytes() {
    Requests.parse("PUT /bucket/key", "x-amz-meta-a", "x".repeat(2047));
    S3RouterTest.assertFails(
        "MetadataTooLarge", "PUT /bucket/key", "x-amz-meta-a", "x".repeat(2048));
  }
}
