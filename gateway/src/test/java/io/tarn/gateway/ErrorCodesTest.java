package io.tarn.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.tarn.gateway.Wire.Answer;
import io.tarn.signature.RequestSigner;
import java.nio.file.Path;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Codes that clients look at, where S3's is not the one that first comes to mind.
class ErrorCodesTest {
  private static final String JUNK = "junk";
  private static final String OTHER = RequestSigner.contentSha256(new byte[] {1});

  @TempDir static Path directory;

  @SuppressWarnings("NullAway.Init") // before all tests
  private static TestServer server;

  @SuppressWarnings("NullAway.Init") // before all tests
  private static Client main;

  @SuppressWarnings("NullAway.Init") // before all tests
  private static Client nobody;

  @BeforeAll
  static void start() {
    server = new TestServer(directory);
    main = new Client(server, "main");
    nobody = new Client(server, "");
    main.ok("PUT /bkt");
    Client.ok(main.put("/bkt/k", "x"));
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @ParameterizedTest
  @CsvSource({
    "111111111111, 200, ''",
    "222222222222, 403, AccessDenied",
    "abcd, 400, InvalidBucketOwnerAWSAccountID",
    "1111111111111, 400, InvalidBucketOwnerAWSAccountID",
    "'', 400, InvalidBucketOwnerAWSAccountID",
  })
  void another_owner_than_expected_is_refused(String owner, int status, String code) {
    String header = "x-amz-expected-bucket-owner";
    for (String line : new String[] {"GET /bkt", "GET /bkt/k", "PUT /bkt/new"}) {
      Answer answer = main.call(line, header, owner);
      assertThat(answer.status()).as(line + answer.text()).isEqualTo(status);
      assertThat(answer.code()).isEqualTo(code);
    }
    String[] source = {"x-amz-copy-source", "/bkt/k", "x-amz-source-expected-bucket-owner", owner};
    assertThat(main.call("PUT /bkt/copy", source).status()).isEqualTo(status);
    assertThat(main.call("HEAD /bkt/new").status()).isEqualTo(status == 200 ? 200 : 404);
    main.ok("DELETE /bkt/new");
  }

  private static String document(int tags) {
    return IntStream.range(0, tags)
        .mapToObj(i -> "<Tag><Key>k%d</Key><Value/></Tag>".formatted(i))
        .collect(Collectors.joining("", "<Tagging><TagSet>", "</TagSet></Tagging>"));
  }

  private static String header(int tags) {
    return IntStream.range(0, tags).mapToObj(i -> "k" + i + "=v").collect(Collectors.joining("&"));
  }

  @Test
  void tags_beyond_the_most() {
    Client.ok(main.put("/bkt/k?tagging", document(10)));
    Client.ok(main.put("/bkt?tagging", document(50)));
    Client.ok(main.put("/bkt/tagged", "x", "x-amz-tagging", header(10)));
    for (Answer answer :
        new Answer[] {
          main.put("/bkt/k?tagging", document(11)),
          main.put("/bkt/k", "x", "x-amz-tagging", header(11)),
          main.call("POST /bkt/k?uploads", "x-amz-tagging", header(11)),
        }) {
      assertThat(answer.code()).isEqualTo("BadRequest");
      assertThat(answer.text()).contains("Object tags cannot be greater than 10");
    }
    Answer ofBucket = main.put("/bkt?tagging", document(51));
    assertThat(ofBucket.code()).isEqualTo("BadRequest");
    assertThat(ofBucket.text()).contains("Bucket tag count cannot be greater than 50");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ' ',
      value = {"a=1&a=2", "=", "key1=val1,key2=val2", "a=%zz", "=b"})
  void tags_in_a_header_that_are_none(String tags) {
    String[] copy = {"x-amz-copy-source", "/bkt/k", "x-amz-tagging-directive", "REPLACE"};
    for (Draft draft :
        new Draft[] {
          new Draft("PUT /bkt/tagged"),
          new Draft("PUT /bkt/copy").header(copy[0], copy[1]).header(copy[2], copy[3]),
          new Draft("POST /bkt/k?uploads")
        }) {
      Answer answer = main.send(draft.header("x-amz-tagging", tags));
      assertThat(answer.code()).isEqualTo("InvalidArgument");
      assertThat(answer.between("<ArgumentName>", "<")).isEqualTo("x-amz-tagging");
      assertThat(answer.text()).contains("without tag name duplicates");
    }
  }

  /// What a GET claims of its body is signed, and there is nothing to compare it with.
  @ParameterizedTest
  @CsvSource({"GET /bkt/k", "HEAD /bkt/k", "GET /bkt", "HEAD /bkt", "GET /", "GET /bkt?acl"})
  void a_hash_is_not_looked_at_where_there_is_nothing_to_upload(String line) {
    main.ok(line, "x-amz-content-sha256", OTHER);
    assertThat(main.call("DELETE /bkt/k", "x-amz-content-sha256", OTHER).code())
        .isEqualTo("XAmzContentSHA256Mismatch");
  }

  @Test
  void a_hash_that_is_none_is_a_wrong_one_where_no_header_is_signed() {
    Client.ok(
        main.put(
            "/bkt?policy",
            """
            {"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":"*",\
            "Action":"s3:*Object","Resource":"arn:aws:s3:::bkt/*"}]}\
            """));
    assertThat(nobody.put("/bkt/new", "x", "x-amz-content-sha256", JUNK).code())
        .isEqualTo("XAmzContentSHA256Mismatch");
    assertThat(nobody.call("GET /bkt/k", "x-amz-content-sha256", JUNK).status()).isEqualTo(200);
    assertThat(main.put("/bkt/new", "x", "x-amz-content-sha256", JUNK).code())
        .isEqualTo("InvalidArgument");
    assertThat(main.call("HEAD /bkt/new").status()).isEqualTo(404);
    main.ok("DELETE /bkt?policy");
  }

  @Test
  void a_list_of_uploads_always_says_where_it_ends() {
    main.ok("PUT /uploads");
    assertThat(main.ok("GET /uploads?uploads").text())
        .contains("<NextKeyMarker></NextKeyMarker><NextUploadIdMarker></NextUploadIdMarker>")
        .contains("<IsTruncated>false</IsTruncated>");
    String upload = main.ok("POST /uploads/a?uploads").between("<UploadId>", "</UploadId>");
    main.ok("POST /uploads/b/c?uploads");
    assertThat(main.ok("GET /uploads?uploads&max-uploads=1").text())
        .contains(marker("a", upload))
        .contains("<IsTruncated>true</IsTruncated>");
    assertThat(main.ok("GET /uploads?uploads&prefix=a").text())
        .contains(marker("a", upload))
        .contains("<IsTruncated>false</IsTruncated>");
    assertThat(main.ok("GET /uploads?uploads&delimiter=/").text()).contains(marker("b/", ""));
  }

  private static String marker(String key, String upload) {
    return "<NextKeyMarker>%s</NextKeyMarker><NextUploadIdMarker>%s</NextUploadIdMarker>"
        .formatted(key, upload);
  }
}
