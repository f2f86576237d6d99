package io.tarn.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.tarn.gateway.Wire.Answer;
import io.tarn.signature.RequestSigner;
import io.tarn.testkit.Claim;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// What an error says besides its code: the message and the fields, as recorded from S3.
class ErrorWordsTest {
  private static final String B = "/words";
  private static final String K = B + "/k";
  private static final String MD5 = "XUFAKrxLKna5cZ2REBfFkg=="; // of hello
  private static final String EMPTY_MD5 = "1B2M2Y8AsgTpgAmY7PhCfg==";
  private static final String OWNER = "<Owner><ID>%s</ID></Owner>";

  @TempDir static Path directory;

  @SuppressWarnings("NullAway.Init") // before all tests
  private static TestServer server;

  @SuppressWarnings("NullAway.Init") // before all tests
  private static Client main;

  @SuppressWarnings("NullAway.Init") // before all tests
  private static String upload;

  @BeforeAll
  static void start() {
    server = new TestServer(directory);
    main = new Client(server, "main");
    main.ok("PUT " + B);
    Client.ok(main.put(K, "hello"));
    String begun = main.ok("POST " + K + "?uploads").text();
    upload = begun.replaceAll("(?s).*<UploadId>(.*)</UploadId>.*", "$1");
    for (int number : new int[] {1, 2}) {
      Client.ok(main.put(K + "?partNumber=" + number + "&uploadId=" + upload, "aaaa"));
    }
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  interface Asking {
    Answer ask();
  }

  private static Arguments row(Asking asking, int status, String said, String... fields) {
    var details = new LinkedHashMap<String, String>();
    for (int i = 0; i < fields.length; i += 2) details.put(fields[i], fields[i + 1]);
    return arguments(asking, status, said, details);
  }

  // Conditions.

  private static final String PRECONDITION =
      "PreconditionFailed At least one of the pre-conditions you specified did not hold";

  private static Arguments condition(Asking asking, String header) {
    return row(asking, 412, PRECONDITION, "Condition", header);
  }

  private static Answer copy(String condition, String value) {
    return main.call("PUT " + B + "/copy", "x-amz-copy-source", K, condition, value);
  }

  static Stream<Arguments> conditions() {
    String early = "Mon, 01 Jan 2024 00:00:00 GMT";
    String late = "Mon, 01 Jan 2035 00:00:00 GMT";
    String etag = "\"5d41402abc4b2a76b9719d911017c592\"";
    return Stream.of(
        condition(() -> main.call("GET " + K, "If-Match", "\"x\""), "If-Match"),
        condition(() -> main.call("GET " + K, "If-Unmodified-Since", early), "If-Unmodified-Since"),
        condition(() -> main.put(K, "x", "If-Match", "\"x\""), "If-Match"),
        condition(() -> main.put(K, "x", "If-None-Match", "*"), "If-None-Match"),
        condition(() -> main.put(K, "x", "If-None-Match", etag), "If-None-Match"),
        condition(() -> main.call("DELETE " + K, "If-Match", "\"x\""), "If-Match"),
        condition(() -> main.call("DELETE " + K, "x-amz-if-match-size", "4"), "If-Match-Size"),
        condition(
            () -> main.call("DELETE " + K, "x-amz-if-match-last-modified-time", early),
            "If-Match-Last-Mod-Time"),
        condition(() -> copy("x-amz-copy-source-if-match", "\"x\""), "x-amz-copy-source-If-Match"),
        condition(
            () -> copy("x-amz-copy-source-if-none-match", etag), "x-amz-copy-source-If-None-Match"),
        condition(
            () -> copy("x-amz-copy-source-if-modified-since", late),
            "x-amz-copy-source-If-Modified-Since"),
        condition(
            () -> copy("x-amz-copy-source-if-unmodified-since", early),
            "x-amz-copy-source-If-Unmodified-Since"),
        condition(
            () ->
                main.call(
                    "PUT " + K,
                    "x-amz-copy-source",
                    K,
                    "x-amz-metadata-directive",
                    "REPLACE",
                    "If-None-Match",
                    "*"),
            "If-None-Match"));
  }

  // Digests and lengths.

  private static Answer chunked(String body, int length) {
    return main.send(
        new Draft("PUT " + B + "/chunked")
            .header("x-amz-content-sha256", "STREAMING-UNSIGNED-PAYLOAD-TRAILER")
            .header("x-amz-decoded-content-length", Integer.toString(length))
            .body(body));
  }

  static Stream<Arguments> bodies() {
    String digest = "BadDigest The Content-MD5 you specified did not match what we received.";
    String hex = "d41d8cd98f00b204e9800998ecf8427e";
    String part = K + "?partNumber=3&uploadId=" + upload;
    String terminated = "IncompleteBody The request body terminated unexpectedly";
    String other = RequestSigner.contentSha256("other".getBytes(StandardCharsets.UTF_8));
    String hello = RequestSigner.contentSha256("hello".getBytes(StandardCharsets.UTF_8));
    return Stream.of(
        row(
            () -> main.put(K, "hello", "Content-MD5", EMPTY_MD5),
            400,
            digest,
            "ExpectedDigest",
            hex,
            "CalculatedDigest",
            MD5),
        row(
            () -> main.put(part, "hello", "Content-MD5", EMPTY_MD5),
            400,
            digest,
            "ExpectedDigest",
            EMPTY_MD5,
            "CalculatedDigest",
            MD5),
        row(
            () ->
                main.send(
                    new Draft("POST " + B + "?delete")
                        .body("hello")
                        .header("Content-MD5", EMPTY_MD5)),
            400,
            digest,
            "ExpectedDigest",
            EMPTY_MD5,
            "CalculatedDigest",
            MD5),
        row(
            () -> main.put(K, "hello", "Content-MD5", "MTIz"),
            400,
            "InvalidDigest The Content-MD5 you specified was invalid.",
            "Content-MD5",
            "MTIz"),
        row(
            () -> main.put(K, "hello", "x-amz-content-sha256", other),
            400,
            "XAmzContentSHA256Mismatch The provided 'x-amz-content-sha256' header does not match"
                + " what was computed.",
            "ClientComputedContentSHA256",
            other,
            "S3ComputedContentSHA256",
            hello),
        row(() -> chunked("hello", 5), 400, terminated),
        row(
            () -> chunked("5\r\nhello\r\n0\r\n\r\n", 6),
            400,
            "IncompleteBody You did not provide the number of bytes specified by the Content-Length"
                + " HTTP header",
            "NumberBytesExpected",
            "6",
            "NumberBytesProvided",
            "5"),
        row(
            () -> chunked("2\r\nhe\r\n3\r\nllo\r\n0\r\n\r\n", 5),
            403,
            "InvalidChunkSizeError Only the last chunk is allowed to have a size less than 8192"
                + " bytes",
            "Chunk",
            "2",
            "BadChunkSize",
            "2"),
        row(
            () -> chunked("5\r\nhello\r\n0\r\na:b\r\n\r\n", 5),
            400,
            "MalformedTrailerError The request contained trailing data that was not well-formed or"
                + " did not conform to our published schema."),
        row(
            () ->
                main.send(
                    new Draft("PUT " + K)
                        .header("x-amz-content-sha256", "STREAMING-UNSIGNED-PAYLOAD-TRAILER")
                        .header("x-amz-decoded-content-length", "5368709121")
                        .body("5\r\n")),
            400,
            "EntityTooLarge Your proposed upload exceeds the maximum allowed size",
            "MaxSizeAllowed",
            "5368709120",
            "ProposedSize",
            "5368709121"));
  }

  // Uploads.

  private static Answer complete(String id, String... numbersAndTags) {
    var document = new StringBuilder("<CompleteMultipartUpload>");
    for (int i = 0; i < numbersAndTags.length; i += 2) {
      document.append(
          "<Part><PartNumber>%s</PartNumber><ETag>\"%s\"</ETag></Part>"
              .formatted(numbersAndTags[i], numbersAndTags[i + 1]));
    }
    return main.send(
        new Draft("POST " + K + "?uploadId=" + id)
            .body(document.append("</CompleteMultipartUpload>").toString()));
  }

  static Stream<Arguments> uploads() {
    String tag = "74b87337454200d4d33f80c4663dc5e5"; // of aaaa
    String other = "d41d8cd98f00b204e9800998ecf8427e";
    String part =
        "InvalidPart One or more of the specified parts could not be found.  The part may not have"
            + " been uploaded, or the specified entity tag may not match the part's entity tag.";
    String none =
        "NoSuchUpload The specified upload does not exist. The upload ID may be invalid, or the"
            + " upload may have been aborted or completed.";
    return Stream.of(
        row(
            () -> complete(upload, "1", tag, "9", tag),
            400,
            part,
            "UploadId",
            upload,
            "PartNumber",
            "9",
            "ETag",
            tag),
        row(
            () -> complete(upload, "1", other),
            400,
            part,
            "UploadId",
            upload,
            "PartNumber",
            "1",
            "ETag",
            other),
        row(
            () -> complete(upload, "1", tag, "2", tag),
            400,
            "EntityTooSmall Your proposed upload is smaller than the minimum allowed size",
            "ProposedSize",
            "4",
            "MinSizeAllowed",
            "5242880",
            "PartNumber",
            "1",
            "ETag",
            tag),
        row(
            () -> complete(upload, "2", tag, "1", tag),
            400,
            "InvalidPartOrder The list of parts was not in ascending order. Parts must be ordered"
                + " by part number.",
            "UploadId",
            upload),
        row(
            () -> main.call("POST " + K + "?uploadId=" + upload),
            400,
            "InvalidRequest You must specify at least one part"),
        row(
            () -> complete(upload),
            400,
            "MalformedXML The XML you provided was not well-formed or did not validate against our"
                + " published schema"),
        row(
            () -> complete(upload, "0", tag),
            400,
            "InvalidArgument PartNumber must be >= 1",
            "ArgumentName",
            "PartNumber",
            "ArgumentValue",
            "0"),
        row(() -> complete("fakeid", "1", tag), 404, none, "UploadId", "fakeid"),
        row(() -> main.call("DELETE " + K + "?uploadId=fakeid"), 404, none, "UploadId", "fakeid"),
        row(
            () -> main.put(K + "?partNumber=1&uploadId=fakeid", "x"),
            404,
            none,
            "UploadId",
            "fakeid"));
  }

  // Versions and lists of grants.

  private static Answer acl(String owner, String grants) {
    return main.put(
        B + "?acl",
        "<AccessControlPolicy>"
            + owner
            + "<AccessControlList>"
            + grants
            + "</AccessControlList></AccessControlPolicy>");
  }

  private static String grantTo(String grantee) {
    return "<Grant><Grantee>" + grantee + "</Grantee><Permission>READ</Permission></Grant>";
  }

  private static Arguments argument(Asking asking, String message, String name, String value) {
    return row(
        asking, 400, "InvalidArgument " + message, "ArgumentName", name, "ArgumentValue", value);
  }

  static Stream<Arguments> arguments_and_lists() {
    String version = "Invalid version id specified";
    String malformed =
        "MalformedACLError The XML you provided was not well-formed or did not validate against our"
            + " published schema";
    String us = OWNER.formatted("main-canonical-id");
    String acl = "PUT " + B + "?acl";
    String fake = "http://acs.amazonaws.com/groups/s3/FakeGroup";
    return Stream.of(
        argument(() -> main.call("GET " + K + "?versionId=bad"), version, "versionId", "bad"),
        argument(() -> main.call("DELETE " + K + "?versionId=bad"), version, "versionId", "bad"),
        argument(() -> main.call("GET " + K + "?tagging&versionId=x"), version, "versionId", "x"),
        argument(
            () -> main.call("PUT " + B + "/c", "x-amz-copy-source", K + "?versionId=bad"),
            version,
            "versionId",
            "bad"),
        argument(
            () -> main.call(acl, "x-amz-grant-write", "fakekey=\"1234\""),
            "Argument format not recognized",
            "x-amz-grant-write",
            "fakekey=\"1234\""),
        argument(
            () -> main.call(acl, "x-amz-grant-write", "79a59df900b949e5"),
            "Argument format not recognized",
            "x-amz-grant-write",
            "79a59df900b949e5"),
        argument(
            () -> main.call(acl, "x-amz-grant-write", "id=\"wrong-id\""),
            "Invalid id",
            "id",
            "wrong-id"),
        argument(
            () -> main.call(acl, "x-amz-grant-write", "uri=\"" + fake + "\""),
            "Invalid group uri",
            "uri",
            fake),
        argument(
            () -> acl(OWNER.formatted("wrong-id"), grantTo("<ID>main-canonical-id</ID>")),
            "Invalid id",
            "CanonicalUser/ID",
            "wrong-id"),
        argument(
            () -> acl(us, grantTo("<ID>wrong-id</ID>")),
            "Invalid id",
            "CanonicalUser/ID",
            "wrong-id"),
        argument(
            () -> acl(us, grantTo("<URI>" + fake + "</URI>")),
            "Invalid group uri",
            "Group/URI",
            fake),
        row(() -> acl("", grantTo("<ID>main-canonical-id</ID>")), 400, malformed),
        row(() -> main.put(B + "?acl", "<AccessControlPolicy/>"), 400, malformed),
        row(
            () -> main.call(acl),
            400,
            "MissingSecurityHeader Your request was missing a required header",
            "MissingHeaderName",
            "x-amz-acl"),
        row(
            () -> main.put(B + "?acl", "<AccessControlPolicy/>", "x-amz-acl", "private"),
            400,
            "UnexpectedContent This request does not support content"),
        row(
            () -> main.call(acl, "x-amz-acl", "private", "x-amz-grant-read", "id=x"),
            400,
            "InvalidRequest Specifying both Canned ACLs and Header Grants is not allowed"));
  }

  @ParameterizedTest
  @MethodSource({"conditions", "bodies", "uploads", "arguments_and_lists"})
  void an_error_says_what_s3_says(
      Asking asking, int status, String said, Map<String, String> details) {
    Answer answer = asking.ask();
    if (said.endsWith("Invalid id")) StoreUnderTest.require(Claim.ACLS);
    String text = answer.text();
    assertThat(field(text, "Code") + " " + field(text, "Message")).as(text).isEqualTo(said);
    assertThat(answer.status()).isEqualTo(status);
    details.forEach((name, value) -> assertThat(field(text, name)).as(text).isEqualTo(value));
  }

  private static String field(String document, String name) {
    Matcher found = Pattern.compile("<" + name + ">([^<]*)</").matcher(document);
    return found.find() ? unescaped(found.group(1)) : "";
  }

  private static String unescaped(String text) {
    return text.replace("&apos;", "'")
        .replace("&#39;", "'")
        .replace("&quot;", "\"")
        .replace("&gt;", ">")
        .replace("&amp;", "&");
  }

  @Test
  void a_delete_marker_is_told_from_a_key() {
    String b = "/words-versioned";
    main.ok("PUT " + b);
    Client.ok(
        main.put(
            b + "?versioning",
            "<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>"));
    String marker = main.ok("DELETE " + b + "/k").header("x-amz-version-id");
    for (String method : new String[] {"GET", "PUT", "DELETE"}) {
      String target = b + "/k?tagging&versionId=" + marker;
      var draft = new Draft(method + " " + target);
      if (method.equals("PUT")) draft.body("<Tagging><TagSet/></Tagging>");
      String text = main.send(draft).text();
      assertThat(field(text, "Code")).as(text).isEqualTo("MethodNotAllowed");
      assertThat(field(text, "Method")).isEqualTo(method);
      assertThat(field(text, "ResourceType")).isEqualTo("DeleteMarker");
    }
  }

  @Test
  @OverStoresWith(Claim.ACLS)
  void grants_are_listed_in_their_order_the_owner_of_a_canned_list_first() {
    String everyone = "global/AllUsers";
    main.ok("PUT " + B + "?acl", "x-amz-acl", "public-read");
    String canned = main.ok("GET " + B + "?acl").text();
    assertThat(canned.indexOf("FULL_CONTROL")).isBetween(0, canned.indexOf(everyone));
    String group = "<URI>http://acs.amazonaws.com/groups/global/AllUsers</URI>";
    String us = OWNER.formatted("main-canonical-id");
    Client.ok(acl(us, grantTo(group) + grantTo("<ID>main-canonical-id</ID>")));
    String listed = main.ok("GET " + B + "?acl").text();
    assertThat(listed.indexOf(everyone)).isBetween(0, listed.lastIndexOf("main-canonical-id"));
    main.ok("PUT " + B + "?acl", "x-amz-acl", "private");
  }
}
