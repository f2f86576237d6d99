package io.tarn.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tarn.request.S3Error;
import io.tarn.request.S3Failure;
import io.tarn.store.BucketName;
import io.tarn.store.Checksum;
import io.tarn.store.Content;
import io.tarn.store.ETag;
import io.tarn.store.Key;
import io.tarn.store.ListFrom;
import io.tarn.store.ObjectPage;
import io.tarn.store.StorageClass;
import io.tarn.store.TenantId;
import java.io.StringReader;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import javax.xml.parsers.DocumentBuilder;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.xml.sax.InputSource;
import org.xml.sax.SAXParseException;

class ListingDocumentsTest {
  private static final BucketName BUCKET = new BucketName("bucket");
  private static final Instant THEN = Instant.parse("2026-01-31T23:59:58.007Z");
  private static final TenantId OWNER = new TenantId("owner-id");

  private static ObjectPage.ListedObject object(String key) {
    var content = new Content(12, new ETag("abc"), THEN, Checksum.NONE);
    return new ObjectPage.ListedObject(new Key(key), OWNER, content);
  }

  private static String text(ByteBuffer document) {
    return StandardCharsets.UTF_8.decode(document).toString();
  }

  private static String page(boolean encoded, String delimiter, ObjectPage page) {
    var request =
        new S3Operation.ListObjects(BUCKET, new PageRequest("p&", delimiter, 7, encoded), "m<");
    return text(ListingDocuments.objects(request, page, _ -> "Owner & Co"));
  }

  @Test
  void an_object_is_listed_with_its_storage_class() {
    var cold =
        new Content(12, new ETag("abc"), THEN, Checksum.NONE, new StorageClass("DEEP_ARCHIVE"));
    var listed = new ObjectPage.ListedObject(new Key("cold"), OWNER, cold);
    String xml = page(false, "", new ObjectPage(List.of(listed, object("usual")), null));
    assertThat(xml)
        .contains("<Size>12</Size><StorageClass>DEEP_ARCHIVE</StorageClass><Owner>")
        .contains("<Size>12</Size><StorageClass>STANDARD</StorageClass><Owner>");
  }

  @Test
  void a_page_looks_as_s3_writes_it() {
    var items = List.<ObjectPage.Listed>of(object("k/a b+é"), new ObjectPage.Group("k/b/"));
    String xml = page(false, "/", new ObjectPage(items, new ListFrom.PastGroup("k/b/")));
    assertThat(xml)
        .isEqualTo(
            """
            <?xml version="1.0" encoding="UTF-8"?>
            <ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Name>bucket</Name>\
            <Prefix>p&amp;</Prefix><Delimiter>/</Delimiter><MaxKeys>7</MaxKeys><Marker>m&lt;</Marker>\
            <NextMarker>k/b/</NextMarker><IsTruncated>true</IsTruncated><Contents><Key>k/a b+é</Key>\
            <LastModified>2026-01-31T23:59:58.007Z</LastModified><ETag>&quot;abc&quot;</ETag>\
            <Size>12</Size><StorageClass>STANDARD</StorageClass><Owner><ID>owner-id</ID>\
            <DisplayName>Owner &amp; Co</DisplayName></Owner></Contents>\
            <CommonPrefixes><Prefix>k/b/</Prefix></CommonPrefixes></ListBucketResult>\
            """);
  }

  @Test
  void names_are_percent_encoded_on_request_and_only_then() {
    var items = List.<ObjectPage.Listed>of(object("k/a b+é"), new ObjectPage.Group("k&/"));
    String xml = page(true, "&", new ObjectPage(items, new ListFrom.After("k z")));
    assertThat(xml)
        .contains("<EncodingType>url</EncodingType>")
        .contains("<Prefix>p&amp;</Prefix><Delimiter>%26</Delimiter>")
        .contains("<Marker>m%3C</Marker><NextMarker>k%20z</NextMarker>")
        .contains("<Key>k/a%20b%2B%C3%A9</Key>")
        .contains("<Prefix>k%26/</Prefix>");
  }

  @Test
  void without_a_delimiter_there_is_no_next_marker() {
    String xml = page(false, "", new ObjectPage(List.of(object("a")), new ListFrom.After("a")));
    assertThat(xml).doesNotContain("NextMarker").contains("<IsTruncated>true</IsTruncated>");
    assertThat(xml).doesNotContain("Delimiter").doesNotContain("EncodingType");
  }

  @Test
  void what_xml_cannot_carry_goes_out_as_a_reference() {
    String xml =
        page(false, "", new ObjectPage(List.of(object("\u0001\t\n\r\u001F\uFFFF🐟\"<>&")), null));
    assertThat(xml).contains("<Key>&#x1;\t\n&#13;&#x1f;&#xffff;🐟&quot;&lt;&gt;&amp;</Key>");
  }

  @Test
  void a_page_that_is_percent_encoded_can_be_read_by_a_strict_parser() {
    String odd = "\u0001\u000B/\uFFFF";
    var request = new PageRequest(odd, odd, 7, true);
    var after = new ListFrom.After(odd);
    var page = new ObjectPage(List.of(object(odd + "k"), new ObjectPage.Group(odd + "g/")), after);
    var v1 = new S3Operation.ListObjects(BUCKET, request, odd);
    var v2 = new S3Operation.ListObjectsV2(BUCKET, request, odd, null, true);
    for (ByteBuffer document :
        List.of(
            ListingDocuments.objects(v1, page, _ -> "x"),
            ListingDocuments.objectsV2(v2, page, "token", _ -> "x"))) {
      assertThatCode(() -> parse(document)).doesNotThrowAnyException();
      assertThat(text(document))
          .contains("<Key>%01%0B/%EF%BF%BFk</Key>", "<Prefix>%01%0B/%EF%BF%BF</Prefix>");
    }
    assertThatThrownBy(() -> parse(XmlWriter.document("a", 1).text(odd).close("a").finish()))
        .as("the parser is strict")
        .isInstanceOf(SAXParseException.class);
  }

  private static void parse(ByteBuffer document) throws Exception {
    DocumentBuilder builder = DocumentBuilderFactory.newInstance().newDocumentBuilder();
    builder.setErrorHandler(null);
    builder.parse(new InputSource(new StringReader(text(document.duplicate()))));
  }

  @Test
  void v2_echoes_what_came_and_counts() {
    var request =
        new S3Operation.ListObjectsV2(
            BUCKET, new PageRequest("", "", 1000, false), "after", "", false);
    var page = new ObjectPage(List.of(object("a"), new ObjectPage.Group("g")), null);
    String xml = text(ListingDocuments.objectsV2(request, page, "", _ -> "x"));
    assertThat(xml)
        .contains("<StartAfter>after</StartAfter><ContinuationToken></ContinuationToken>")
        .contains("<KeyCount>2</KeyCount><IsTruncated>false</IsTruncated>")
        .doesNotContain("Owner")
        .doesNotContain("NextContinuationToken");
  }

  @Test
  void a_page_of_a_thousand_keys_is_written_quickly() {
    List<ObjectPage.Listed> items = new ArrayList<>();
    for (int i = 0; i < 1000; i++) items.add(object("some/prefix/%08d.parquet".formatted(i)));
    var page = new ObjectPage(items, new ListFrom.After("z"));
    var request =
        new S3Operation.ListObjectsV2(
            BUCKET, new PageRequest("", "", 1000, false), null, null, false);
    long best = Long.MAX_VALUE;
    for (int i = 0; i < 300; i++) {
      long start = System.nanoTime();
      ListingDocuments.objectsV2(request, page, "token", _ -> "x");
      best = Math.min(best, System.nanoTime() - start);
    }
    // Far above what it takes, far below what the listing target leaves.
    assertThat(best / 1000).as("nanoseconds per key").isLessThan(1500);
  }

  @Test
  void a_token_continues_where_it_was_made() {
    var tokens = new ContinuationTokens(new byte[32]);
    for (ListFrom from :
        List.of(
            new ListFrom.After("k é\u0001"),
            new ListFrom.PastGroup("a/"),
            new ListFrom.After(""))) {
      assertThat(tokens.open(tokens.seal(7, "p", "/", from), 7, "p", "/")).isEqualTo(from);
    }
    String group = tokens.seal(7, "p", "/", new ListFrom.PastGroup("a/"));
    assertThat(tokens.open(group, 7, "other", "/")).isEqualTo(new ListFrom.After("a/"));
    assertThat(new ContinuationTokens(new byte[32]).open(group, 7, "p", "/"))
        .as("any node, any time")
        .isEqualTo(new ListFrom.PastGroup("a/"));
  }

  @Test
  void a_token_of_another_bucket_or_of_nobody_is_refused() {
    var tokens = new ContinuationTokens(new byte[32]);
    String token = tokens.seal(7, "", "", new ListFrom.After("k"));
    assertRefused(tokens, token, 8);
    for (int i = 0; i < token.length() - 1; i++) { // the last char has bits to spare
      char other = token.charAt(i) == 'A' ? 'B' : 'A';
      assertRefused(tokens, token.substring(0, i) + other + token.substring(i + 1), 7);
    }
    assertRefused(tokens, token.substring(0, 20), 7);
    byte[] key = new byte[32];
    key[0] = 1;
    assertRefused(new ContinuationTokens(key), token, 7);
  }

  @ParameterizedTest
  @ValueSource(strings = {"x", "====", "AAAA", "not a token", "é", "AQAAAAAAAAAAAA"})
  void nonsense_is_no_token(String text) {
    assertRefused(new ContinuationTokens(new byte[32]), text, 7);
  }

  private static void assertRefused(ContinuationTokens tokens, String text, long bucket) {
    assertThatThrownBy(() -> tokens.open(text, bucket, "", ""))
        .isInstanceOfSatisfying(
            S3Failure.class, e -> assertThat(e.error()).isEqualTo(S3Error.INVALID_ARGUMENT));
  }

  @Test
  void an_error_says_what_it_is_about() {
    var failure = S3Failure.argument("No <good>", "max-keys", "x\"y");
    var about = new ErrorDocument.About("/bucket/k&l", "bucket", "k&l", "REQ", "HOST");
    assertThat(text(ErrorDocument.render(failure, about)))
        .isEqualTo(
            """
            <?xml version="1.0" encoding="UTF-8"?>
            <Error><Code>InvalidArgument</Code><Message>No &lt;good&gt;</Message>\
            <BucketName>bucket</BucketName><Key>k&amp;l</Key><ArgumentName>max-keys</ArgumentName>\
            <ArgumentValue>x&quot;y</ArgumentValue><Resource>/bucket/k&amp;l</Resource>\
            <RequestId>REQ</RequestId><HostId>HOST</HostId></Error>\
            """);
  }
}
