package io.tarn.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.tarn.gateway.Wire.Answer;
import io.tarn.s3.Route;
import io.tarn.testkit.Claim;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// Everything the SDKs can ask, with each of its inputs: it is served, and then the input makes a
/// difference to the answer or to what is stored; or it is refused. Nothing is overlooked.
class SdkModelTest {
  private static final Map<String, SdkModel.Operation> OPERATIONS = SdkModel.operations();

  /// Names of one length, for that is part of what is answered.
  private static final AtomicInteger SCENES = new AtomicInteger(1000);

  /// What is sent for an input to see that it counts; `nonsense` for those that are not here, which
  /// only an input that is read can refuse.
  private static final Map<String, String> TELLING = new HashMap<>();

  static {
    for (String text :
        List.of(
            "?prefix", "?delimiter", "?marker", "?start-after", "?key-marker", "?bucket-region")) {
      TELLING.put(text, "e");
    }
    TELLING.put("?fetch-owner", "true");
    TELLING.put("?part-number-marker", "1");
    TELLING.put("x-amz-part-number-marker", "1");
    for (String header :
        List.of(
            "content-type", "content-language", "expires", "cache-control", "content-encoding")) {
      TELLING.put("?response-" + header, "telling/1");
    }
    TELLING.put("?response-content-disposition", "telling/1");
    TELLING.put("if-none-match", "*");
    TELLING.put("if-modified-since", "Fri, 01 Jan 2100 00:00:00 GMT");
    TELLING.put("if-unmodified-since", "Sun, 06 Nov 1994 08:49:37 GMT");
    TELLING.put("range", "bytes=0-0");
    TELLING.put("x-amz-checksum-mode", "ENABLED");
    for (String condition : List.of("if-none-match", "if-modified-since", "if-unmodified-since")) {
      TELLING.put("x-amz-copy-source-" + condition, TELLING.getOrDefault(condition, ""));
    }
    TELLING.put("x-amz-meta-*", "telling");
  }

  /// Inputs that make no difference here and need none, each with the reason.
  private static final Map<String, String> NO_DIFFERENCE =
      Map.of(
          "content-length",
          "the framing of HTTP itself; every request that has a body has it",
          "?id",
          "no configuration of any id is there",
          "?upload-id-marker",
          "says nothing without a key marker, as in S3; the listing tests have both");

  @TempDir static Path directory;
  private static TestServer server;
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

  /// A bucket with an object and an upload of the same key.
  private record Scene(String bucket, String upload, String etag) {}

  private static Scene scene() {
    String bucket = "model-" + SCENES.incrementAndGet();
    main.ok("PUT /" + bucket);
    main.ok("PUT /" + bucket + "-empty");
    Client.ok(
        main.put(
            "/" + bucket + "/key",
            "content",
            "x-amz-sdk-checksum-algorithm",
            "SHA256",
            "x-amz-checksum-sha256",
            "7XACtDnprIRfIjV9giusFERzD722AW0+yUMil7nsn3M="));
    Client.ok(main.put("/" + bucket + "/target", "old"));
    for (String document : List.of("policy", "tagging")) {
      Client.ok(main.put("/" + bucket + "?" + document, document(document, bucket)));
    }
    composite(bucket + "/parts");
    String upload = begin(bucket + "/key");
    return new Scene(bucket, upload, part(bucket + "/key", upload));
  }

  private static String begin(String path) {
    String[] sums = {"x-amz-checksum-algorithm", "CRC32", "x-amz-checksum-type", "FULL_OBJECT"};
    return main.ok("POST /" + path + "?uploads", sums).between("<UploadId>", "</UploadId>");
  }

  /// The entity tag of a first part.
  private static String part(String path, String upload) {
    String target = "/" + path + "?partNumber=1&uploadId=" + upload;
    return Client.ok(main.put(target, "part one")).header("etag").replace("\"", "");
  }

  /// An object whose parts are told, as they are where each has a checksum that counts.
  private static void composite(String path) {
    String[] sums = {"x-amz-checksum-algorithm", "CRC32", "x-amz-checksum-type", "COMPOSITE"};
    String upload =
        main.ok("POST /" + path + "?uploads", sums).between("<UploadId>", "</UploadId>");
    String crc32 = "ixQTsA==";
    String part = "/" + path + "?partNumber=1&uploadId=" + upload;
    String etag =
        Client.ok(main.put(part, "part one", "x-amz-checksum-crc32", crc32)).header("etag");
    String document =
        completion(etag)
            .replace(
                etag + "</ETag>", etag + "</ETag><ChecksumCRC32>" + crc32 + "</ChecksumCRC32>");
    Client.ok(main.send(new Draft("POST /" + path + "?uploadId=" + upload).body(document)));
  }

  private static void complete(String path, String upload) {
    Draft draft = new Draft("POST /" + path + "?uploadId=" + upload);
    Client.ok(main.send(draft.body(completion(part(path, upload)))));
  }

  private static String completion(String etag) {
    return """
    <CompleteMultipartUpload><Part><PartNumber>1</PartNumber><ETag>%s</ETag></Part>\
    </CompleteMultipartUpload>\
    """
        .formatted(etag);
  }

  private static String document(String kind, String bucket) {
    return switch (kind) {
      case "policy" ->
          """
          {"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"222222222222"},\
          "Action":"s3:GetBucketLocation","Resource":"arn:aws:s3:::%s"}]}\
          """
              .formatted(bucket);
      case "tagging" ->
          "<Tagging><TagSet><Tag><Key>k</Key><Value>v</Value></Tag></TagSet></Tagging>";
      default -> throw new IllegalArgumentException(kind);
    };
  }

  static Stream<SdkModel.Operation> operations() {
    return OPERATIONS.values().stream();
  }

  static Stream<Arguments> served() {
    return inputs(true);
  }

  static Stream<Arguments> notServed() {
    return inputs(false);
  }

  private static Stream<Arguments> inputs(boolean served) {
    return operations()
        .filter(operation -> served == isServed(operation))
        .flatMap(
            operation ->
                Stream.concat(Stream.of(""), operation.inputs().stream())
                    .filter(input -> !served || !input.isEmpty())
                    .filter(input -> !NO_DIFFERENCE.containsKey(input))
                    .map(input -> Arguments.of(operation.name(), input)));
  }

  private static boolean isServed(SdkModel.Operation operation) {
    return Arrays.stream(Route.values()).anyMatch(r -> r.text().equals(nameToday(operation)));
  }

  /// Two operations have had another name before, and are in the models by both.
  private static String nameToday(SdkModel.Operation operation) {
    return switch (operation.name()) {
      case "GetBucketLifecycle" -> "GetBucketLifecycleConfiguration";
      case "GetBucketNotification" -> "GetBucketNotificationConfiguration";
      default -> operation.name();
    };
  }

  /// It is done, or what is asked for is not there.
  private static void assertServed(Draft draft, Answer answer) {
    boolean absent =
        answer.status() == 404 && answer.code().matches("NoSuch.*Configuration|.*Error");
    if (!absent) assertThat(answer.status()).as(draft.target + answer.text()).isBetween(200, 299);
  }

  private static void requireOfStore(String name, String input) {
    switch (name) {
      case "PutBucketAcl", "PutObjectAcl" -> StoreUnderTest.require(Claim.ACLS);
      case "DeleteBucket" -> StoreUnderTest.require(Claim.BUCKETS_FOR_CLIENTS);
      default -> {}
    }
    if (input.equals("x-amz-part-number-marker")) StoreUnderTest.require(Claim.PART_LISTS);
  }

  private static SdkModel.Operation named(String name) {
    SdkModel.Operation operation = OPERATIONS.get(name);
    if (operation == null) throw new IllegalArgumentException(name);
    return operation;
  }

  @ParameterizedTest
  @MethodSource("notServed")
  @Tag(StoreUnderTest.ONCE)
  void what_is_not_served_is_not_taken_for_something_else(String name, String input) {
    Scene scene = scene();
    SdkModel.Operation operation = named(name);
    String before = state(scene);
    Draft draft = with(input, draft(operation, scene, true));
    assertThat(main.send(draft).status()).as(draft.target).isEqualTo(501);
    boolean byItsNameOnly = name.equals("ListDirectoryBuckets");
    if (!byItsNameOnly) {
      draft = with(input, draft(operation, scene, false));
      assertThat(main.send(draft).code()).as(draft.target).isEqualTo("NotImplemented");
    }
    assertThat(state(scene)).isEqualTo(before);
  }

  @ParameterizedTest
  @MethodSource("operations")
  void what_is_served_is_reached_by_the_name_the_sdk_gives_it(SdkModel.Operation operation) {
    if (!isServed(operation)) return;
    requireOfStore(operation.name(), "");
    Draft draft = draft(operation, scene(), true);
    assertServed(draft, main.send(draft));
  }

  @ParameterizedTest
  @MethodSource("served")
  void each_input_of_what_is_served_counts_or_is_refused(String name, String input) {
    requireOfStore(name, input);
    SdkModel.Operation operation = named(name);
    String without = outcome(operation, "");
    String with = outcome(operation, input);
    assertThat(with).as(name + " " + input).isNotEqualTo(without);
    assertThat(with).as(name + " " + input).doesNotContainPattern("^50[^1]");
  }

  /// And so the test before this one sees what an input does, and nothing else.
  @ParameterizedTest
  @MethodSource("operations")
  void a_header_that_no_sdk_knows_is_passed_over(SdkModel.Operation operation) {
    if (!isServed(operation)) return;
    assertThat(outcome(operation, "x-amz-unheard-of")).isEqualTo(outcome(operation, ""));
  }

  /// Names that nobody knows yet, and names that are known elsewhere.
  @ParameterizedTest
  @MethodSource("operations")
  void a_parameter_of_something_else_stops_a_write_and_no_read(SdkModel.Operation operation) {
    if (!isServed(operation)) return;
    for (String parameter : List.of("unheard-of", "max-keys", "x-amz-acl", "VersionId")) {
      Scene scene = scene();
      String before = state(scene);
      Draft draft = with("?" + parameter, draft(operation, scene, true));
      Answer answer = main.send(draft);
      boolean reads = List.of("GET", "HEAD").contains(operation.method());
      if (!reads) assertThat(answer.code()).as(draft.target).isEqualTo("NotImplemented");
      if (!reads) assertThat(state(scene)).isEqualTo(before);
      if (reads && !parameter.equals("max-keys")) assertServed(draft, answer);
    }
  }

  /// The SDK for Java that the build is made with is newer than the table, or older; what it has,
  /// the table has. If it has not: `.ci/s3-operations`.
  @Test
  void the_table_has_all_that_the_sdk_for_java_can_ask() {
    List<SdkModel.Operation> ofJava = SdkModel.ofJava();
    assertThat(ofJava).hasSizeGreaterThan(100);
    for (SdkModel.Operation operation : ofJava) {
      SdkModel.Operation here = named(operation.name());
      assertThat(operation.method()).as(operation.name()).isEqualTo(here.method());
      assertThat(here.inputs()).as(operation.name()).containsAll(operation.inputs());
    }
  }

  @Test
  void no_reason_stands_here_for_nothing() {
    var named = new ArrayList<String>();
    for (SdkModel.Operation operation : OPERATIONS.values()) named.addAll(operation.inputs());
    assertThat(named).containsAll(NO_DIFFERENCE.keySet()).containsAll(TELLING.keySet());
  }

  /// The answer and what is stored afterwards, without what differs from one request to the next.
  private static String outcome(SdkModel.Operation operation, String input) {
    Scene scene = scene();
    Answer answer = main.send(with(input, draft(operation, scene, false)));
    String begun = answer.between("<UploadId>", "</UploadId>");
    if (operation.name().equals("CreateMultipartUpload") && !begun.isEmpty()) {
      complete(scene.bucket + "/key", begun);
    }
    String seen = answer.status() + " " + described(answer) + "\n" + state(scene);
    return seen.replace(scene.bucket, "BUCKET")
        .replace(scene.upload, "UPLOAD")
        .replaceAll("<UploadId>[^<]*", "<UploadId>")
        .replaceAll("\\d{4}-\\d\\d-\\d\\dT[0-9:.]*Z", "TIME")
        .replaceAll("<Bucket><Name>.*</Bucket>", "some buckets");
  }

  private static String described(Answer answer) {
    var headers = new TreeMap<>(answer.headers());
    if (headers.getOrDefault("content-type", "").equals("application/xml")) {
      headers.remove("content-length");
    }
    List.of("x-amz-request-id", "x-amz-id-2", "date", "last-modified", "server-timing")
        .forEach(headers::remove);
    return headers + answer.text().replaceAll("<(RequestId|HostId|Owner)>.*</\\1>", "");
  }

  private static String state(Scene scene) {
    var text = new StringBuilder();
    for (String key : List.of("key", "target")) {
      for (String sub : List.of("", "?tagging", "?acl")) {
        text.append(described(main.call("GET /" + scene.bucket + "/" + key + sub))).append('\n');
      }
    }
    for (String sub : List.of("?versioning", "?policy", "?tagging", "?acl")) {
      text.append(described(main.call("GET /" + scene.bucket + sub))).append('\n');
    }
    return text.toString();
  }

  /// The request of an operation with what it cannot be without.
  private static Draft draft(SdkModel.Operation operation, Scene scene, boolean byName) {
    String bucket =
        operation.name().equals("DeleteBucket") ? scene.bucket + "-empty" : scene.bucket;
    if (operation.name().equals("CreateBucket")) bucket = scene.bucket + "-new";
    String key =
        switch (operation.name()) {
          case "CopyObject" -> "target";
          case "GetObjectAttributes" -> "parts";
          default -> "key";
        };
    String uri = operation.uri().replace("{Bucket}", bucket).replace("{Key+}", key);
    var query = new ArrayList<String>();
    if (operation.query().contains("uploadId")) query.add("uploadId=" + scene.upload);
    if (operation.query().contains("partNumber") && query.size() > 0) query.add("partNumber=2");
    if (operation.query().contains("id")) query.add("id=x");
    if (byName) query.add("x-id=" + nameToday(operation));
    String more = String.join("&", query);
    String target = more.isEmpty() ? uri : uri + (uri.contains("?") ? "&" : "?") + more;
    var draft = new Draft(operation.method() + " " + target);
    if (operation.headers().contains("x-amz-copy-source")) {
      draft.header("x-amz-copy-source", "/" + scene.bucket + "/key");
    }
    // What a copy is told of metadata and tags counts where it replaces them.
    for (String directive : List.of("x-amz-metadata-directive", "x-amz-tagging-directive")) {
      if (operation.headers().contains(directive)) draft.header(directive, "REPLACE");
    }
    if (operation.headers().contains("x-amz-object-attributes")) {
      draft.header("x-amz-object-attributes", "ETag,ObjectSize,ObjectParts");
    }
    return body(operation, scene, draft);
  }

  private static Draft body(SdkModel.Operation operation, Scene scene, Draft draft) {
    return switch (operation.name()) {
      case "PutObject" -> draft.body("content");
      case "UploadPart" -> draft.body("part two");
      case "PutBucketPolicy" -> draft.body(document("policy", scene.bucket));
      case "PutBucketTagging", "PutObjectTagging" -> draft.body(document("tagging", ""));
      case "PutBucketVersioning" ->
          draft.body("<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>");
      case "PutBucketAcl", "PutObjectAcl" ->
          draft.body(
              "<AccessControlPolicy><Owner><ID>main-canonical-id</ID></Owner><AccessControlList>"
                  + "</AccessControlList></AccessControlPolicy>");
      case "DeleteObjects" ->
          draft
              .body("<Delete><Object><Key>key</Key></Object></Delete>")
              .header("Content-MD5", "VUxjCEXWiErKatrg6+J0xA==");
      case "CompleteMultipartUpload" -> draft.body(completion(scene.etag));
      default -> draft;
    };
  }

  /// The same with one input more, or another than it had.
  private static Draft with(String input, Draft draft) {
    if (input.isEmpty()) return draft;
    String value = TELLING.getOrDefault(input, "nonsense");
    if (input.startsWith("?")) {
      String name = input.substring(1);
      String encoded = URLEncoder.encode(value, StandardCharsets.UTF_8);
      String kept =
          Arrays.stream(draft.target.split("[?&]", -1))
              .skip(1)
              .filter(field -> !field.startsWith(name + "="))
              .map(field -> field + "&")
              .collect(Collectors.joining());
      int mark = draft.target.indexOf('?');
      String path = mark < 0 ? draft.target : draft.target.substring(0, mark);
      var changed = new Draft(draft.method + " " + path + "?" + kept + name + "=" + encoded);
      changed.headers.addAll(draft.headers);
      return changed.body(draft.body);
    }
    String name = input.replace("*", "telling");
    for (int i = 0; i < draft.headers.size(); i += 2) {
      if (draft.headers.get(i).toLowerCase(Locale.ROOT).equals(name)) {
        draft.headers.set(i + 1, value);
        return draft;
      }
    }
    return draft.header(name, value);
  }
}
