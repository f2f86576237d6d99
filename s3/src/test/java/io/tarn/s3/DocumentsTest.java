package io.tarn.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tarn.request.S3Error;
import io.tarn.request.S3Failure;
import io.tarn.store.Versioning;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class DocumentsTest {
  private static final String NS = " xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\"";

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", NS})
  void a_delete_document_is_read_with_and_without_its_namespace(String namespace) {
    var document =
        RequestDocuments.delete(
            utf8(
                "<?xml version='1.0' encoding='UTF-8'?><Delete"
                    + namespace
                    + "><!-- c --><Quiet>true</Quiet><Object><Key> a &amp;"
                    + " &#233;&lt;</Key></Object><Object><Key>../b</Key><VersionId>v1</VersionId>"
                    + "<ETag>\"abc\"</ETag></Object></Delete>"));
    assertThat(document.quiet()).isTrue();
    assertThat(document.entries())
        .extracting(RequestDocuments.DeleteEntry::key)
        .containsExactly(" a & é<", "../b");
    assertThat(document.entries().get(1).version().text()).isEqualTo("v1");
    assertThat(document.entries().get(1).conditions().ifMatch().list()).hasSize(1);
  }

  static Stream<String> hostile() {
    String lol =
        "<!DOCTYPE lolz [<!ENTITY a \"lol\"><!ENTITY b \"&a;&a;&a;&a;\">]><Delete>&b;</Delete>";
    return Stream.of(
        "",
        " ",
        "Delete",
        "<Delete>",
        "<Delete></Delete>",
        "<Delete/>trailing",
        "<Delete><Object></Object></Delete>",
        "<Delete><Object><Key>a</Key><Key>b</Key></Object></Delete>",
        "<Delete><Object><Key>a</Key><Surprise/></Object></Delete>",
        "<Delete xmlns='urn:other'><Object><Key>a</Key></Object></Delete>",
        "<Other><Object><Key>a</Key></Object></Other>",
        "<Delete><Object><Key>&#0;</Key></Object></Delete>",
        "<Delete><Object><Key>&undefined;</Key></Object></Delete>",
        "<?pi x?><Delete><Object><Key>a</Key></Object></Delete>",
        "<!DOCTYPE Delete SYSTEM"
            + " \"file:///etc/passwd\"><Delete><Object><Key>a</Key></Object></Delete>",
        "<!DOCTYPE d [<!ENTITY e SYSTEM"
            + " \"file:///etc/passwd\">]><Delete><Object><Key>&e;</Key></Object></Delete>",
        lol,
        "<a>".repeat(100_000),
        "<Delete" + attributes(1_000_000) + "><Object><Key>a</Key></Object></Delete>",
        "<Delete>" + "<Object><Key>a</Key></Object>".repeat(1001) + "</Delete>",
        "<Delete>" + "<Quiet/>".repeat(200_000) + "</Delete>");
  }

  private static String attributes(int count) {
    var text = new StringBuilder(count * 12);
    for (int i = 0; i < count; i++) text.append(" a").append(i).append("='b'");
    return text.toString();
  }

  @ParameterizedTest
  @MethodSource("hostile")
  void a_hostile_document_is_malformed(String document) {
    assertMalformed(utf8(document));
  }

  @ParameterizedTest
  @ValueSource(strings = {"UTF-16", "UTF-16LE", "UTF-32"})
  void only_utf8_is_read(String charset) {
    String document =
        "<?xml version='1.0' encoding='"
            + charset
            + "'?><Delete><Object><Key>é</Key></Object></Delete>";
    assertMalformed(document.getBytes(Charset.forName(charset)));
  }

  private static void assertMalformed(byte[] document) {
    assertThatThrownBy(() -> RequestDocuments.delete(document))
        .isInstanceOfSatisfying(
            S3Failure.class, e -> assertThat(e.error()).isEqualTo(S3Error.MALFORMED_XML));
  }

  @Test
  void a_byte_order_mark_does_no_harm() {
    assertThat(
            RequestDocuments.versioning(
                utf8(
                    "\uFEFF<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>")))
        .isEqualTo(Versioning.ENABLED);
  }

  @Test
  void parts_are_read_in_the_order_they_are_named() {
    var parts =
        RequestDocuments.complete(
            utf8(
                "<CompleteMultipartUpload><Part><PartNumber>2</PartNumber><ETag>&quot;b&quot;</ETag>"
                    + "<ChecksumCRC32>AAAAAA==</ChecksumCRC32></Part>"
                    + "<Part><ETag>a</ETag><PartNumber>1</PartNumber></Part></CompleteMultipartUpload>"));
    assertThat(parts)
        .extracting(part -> part.number() + part.etag().text())
        .containsExactly("2b", "1a");
    assertThat(parts.get(0).checksum().text()).isEqualTo("AAAAAA==");
    assertThat(parts.get(1).checksum().isPresent()).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "<CompleteMultipartUpload/>",
        "<CompleteMultipartUpload><Part><ETag>a</ETag></Part></CompleteMultipartUpload>",
        "<CompleteMultipartUpload><Part><PartNumber>1</PartNumber></Part></CompleteMultipartUpload>",
        "<CompleteMultipartUpload><Part><PartNumber>0</PartNumber><ETag>a</ETag></Part></CompleteMultipartUpload>",
        "<CompleteMultipartUpload><Part><PartNumber>x</PartNumber><ETag>a</ETag></Part></CompleteMultipartUpload>",
        "<CompleteMultipartUpload><Part><PartNumber>10001</PartNumber><ETag>a</ETag></Part></CompleteMultipartUpload>",
      })
  void a_completion_without_proper_parts_is_refused(String document) {
    assertThatThrownBy(() -> RequestDocuments.complete(utf8(document)))
        .isInstanceOf(S3Failure.class);
  }

  @Test
  void ten_thousand_parts_are_read_and_one_more_is_refused() {
    assertThat(RequestDocuments.complete(parts(10_000))).hasSize(10_000);
    assertThatThrownBy(() -> RequestDocuments.complete(parts(10_001)))
        .isInstanceOf(S3Failure.class);
  }

  private static byte[] parts(int count) {
    var text = new StringBuilder("<CompleteMultipartUpload>");
    for (int i = 1; i <= count; i++) {
      text.append("<Part><PartNumber>")
          .append(Math.min(i, 10_000))
          .append("</PartNumber>")
          .append("<ETag>a</ETag><ChecksumCRC32>AAAAAA==</ChecksumCRC32></Part>");
    }
    return utf8(text.append("</CompleteMultipartUpload>").toString());
  }

  /// What is wrong with them, and what is told of it.
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "<ChecksumCRC32>bad</ChecksumCRC32> | bad",
        "<ChecksumCRC32>AAAA</ChecksumCRC32> | AAAA",
        "<ChecksumCRC32>AAAAAA==</ChecksumCRC32><ChecksumSHA1>x</ChecksumSHA1>"
            + " | CRC32:AAAAAA==;SHA1:x;",
      })
  void a_part_has_one_checksum_and_that_is_base64(String checksums, String told) {
    String document =
        "<CompleteMultipartUpload><Part><PartNumber>1</PartNumber><ETag>e</ETag>"
            + checksums
            + "</Part></CompleteMultipartUpload>";
    assertThatThrownBy(() -> RequestDocuments.complete(utf8(document)))
        .hasMessage("Invalid Base64 or multiple checksums present in request")
        .isInstanceOfSatisfying(
            S3Failure.class,
            e ->
                assertThat(e.details())
                    .containsExactly(
                        new S3Failure.Detail("ArgumentName", "Checksum"),
                        new S3Failure.Detail("ArgumentValue", told)));
  }

  @Test
  void no_body_completes_nothing() {
    assertThatThrownBy(() -> RequestDocuments.complete(new byte[0]))
        .hasMessage("You must specify at least one part")
        .isInstanceOfSatisfying(
            S3Failure.class, e -> assertThat(e.error()).isEqualTo(S3Error.INVALID_REQUEST));
    assertThatThrownBy(() -> RequestDocuments.complete(utf8("<CompleteMultipartUpload/>")))
        .isInstanceOfSatisfying(
            S3Failure.class, e -> assertThat(e.error()).isEqualTo(S3Error.MALFORMED_XML));
  }

  @Test
  void of_a_part_named_twice_in_a_row_the_last_counts() {
    String document =
        "<CompleteMultipartUpload><Part><PartNumber>1</PartNumber><ETag>old</ETag></Part>"
            + "<Part><PartNumber>1</PartNumber><ETag>new</ETag></Part></CompleteMultipartUpload>";
    assertThat(RequestDocuments.complete(utf8(document)))
        .extracting(part -> part.etag().text())
        .containsExactly("new");
  }

  @Test
  void a_bucket_can_be_wanted_anywhere_or_somewhere() {
    assertThat(RequestDocuments.createBucket(new byte[0])).isEmpty();
    assertThat(
            RequestDocuments.createBucket(
                utf8(
                    "<CreateBucketConfiguration"
                        + NS
                        + "><LocationConstraint>eu</LocationConstraint></CreateBucketConfiguration>")))
        .isEqualTo("eu");
  }

  @Test
  void tags_come_in_order() {
    assertThat(
            RequestDocuments.tagging(
                utf8(
                    "<Tagging><TagSet><Tag><Key>b</Key><Value>1</Value></Tag><Tag><Value/><Key>a</Key></Tag></TagSet></Tagging>")))
        .containsExactly(new Tagging.Tag("b", "1"), new Tagging.Tag("a", ""));
    assertThatThrownBy(() -> RequestDocuments.tagging(utf8("<Tagging/>")))
        .isInstanceOf(S3Failure.class);
  }
}
