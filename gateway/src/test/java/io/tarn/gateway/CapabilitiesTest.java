package io.tarn.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.tarn.bytes.ChecksumAlgorithm;
import io.tarn.store.BeginUpload;
import io.tarn.store.Bucket;
import io.tarn.store.BucketName;
import io.tarn.store.Capability;
import io.tarn.store.ChecksumType;
import io.tarn.store.CreateBucket;
import io.tarn.store.Home;
import io.tarn.store.Homes;
import io.tarn.store.Incoming;
import io.tarn.store.Key;
import io.tarn.store.ObjectStore;
import io.tarn.store.Part;
import io.tarn.store.Payload;
import io.tarn.store.PayloadIncoming;
import io.tarn.store.Put;
import io.tarn.store.TenantId;
import io.tarn.store.Upload;
import io.tarn.store.UploadRef;
import io.tarn.store.Versioning;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Base64;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/// Each capability of a bucket's home is asked: without it what needs it is refused, and costs no
/// call of the store; with it, and with no other, it goes on.
@Tag(StoreUnderTest.ONCE)
class CapabilitiesTest {
  private static final TenantId MAIN = new TenantId("main-canonical-id");
  private static final String XML = "<%1$s><%2$s>%3$s</%2$s></%1$s>";
  private static final Key KEY = new Key("k");
  private static final List<String> CALLS = new CopyOnWriteArrayList<>();

  @TempDir static Path directory;

  @SuppressWarnings("NullAway.Init") // before all tests
  private static TestServer server;

  @SuppressWarnings("NullAway.Init") // before all tests
  private static Client main;

  private static int buckets;

  @BeforeAll
  static void start() {
    server = new TestServer(directory, CapabilitiesTest::homes);
    main = new Client(server, "main");
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  /// Own buckets and linked ones in the one store, whose calls are noted.
  private static ObjectStore homes(ObjectStore inner) {
    var noted =
        (ObjectStore)
            Proxy.newProxyInstance(
                ObjectStore.class.getClassLoader(),
                new Class<?>[] {ObjectStore.class},
                (_, method, arguments) -> {
                  CALLS.add(method.getName());
                  try {
                    return method.invoke(inner, arguments);
                  } catch (InvocationTargetException e) {
                    throw e.getCause();
                  }
                });
    return new Homes(noted, noted, Map.of("origin", noted));
  }

  /// A request; what stands in it for the bucket, for a version, an upload and a part is filled in.
  /// `besides`: what else it needs.
  private record Asked(String line, String body, String headers, Set<Capability> besides) {
    Asked(String line, String body, String headers, Capability... besides) {
      this(line, body, headers, Set.of(besides));
    }
  }

  private static Asked asked(String line, Capability... besides) {
    return new Asked(line, "", "", besides);
  }

  /// What needs it. A capability that nobody asks has nothing to stand here.
  private static List<Asked> needing(Capability capability) {
    return switch (capability) {
      case VERSIONS ->
          List.of(
              new Asked(
                  "PUT /B?versioning",
                  XML.formatted("VersioningConfiguration", "Status", "Enabled"),
                  ""),
              asked("GET /B?versions"),
              asked("GET /B/k?versionId=VERSION"),
              asked("HEAD /B/k?versionId=VERSION"),
              asked("GET /B/k?acl&versionId=VERSION"),
              asked("GET /B/k?tagging&versionId=VERSION", Capability.TAGS),
              new Asked(
                  "GET /B/k?attributes&versionId=VERSION", "", "x-amz-object-attributes=ETag"),
              new Asked("PUT /B/n", "", "x-amz-copy-source=/B/k?versionId=VERSION"),
              asked("DELETE /B/k?versionId=VERSION"));
      case ACLS ->
          List.of(
              new Asked("PUT /B/k?acl", "", "x-amz-acl=private"),
              new Asked("PUT /B/k", "x", "x-amz-acl=public-read"),
              new Asked("PUT /B/n", "", "x-amz-copy-source=/B/k;x-amz-acl=public-read"),
              new Asked(
                  "POST /B/k?uploads", "", "x-amz-acl=public-read", Capability.MULTIPART_UPLOADS));
      case TAGS ->
          List.of(
              asked("GET /B/k?tagging"),
              new Asked(
                  "PUT /B/k?tagging",
                  "<Tagging><TagSet><Tag><Key>a</Key><Value>b</Value></Tag></TagSet></Tagging>",
                  ""),
              asked("DELETE /B/k?tagging"),
              new Asked("PUT /B/n", "x", "x-amz-tagging=a=b"),
              new Asked(
                  "PUT /B/n",
                  "",
                  "x-amz-copy-source=/B/k;x-amz-tagging-directive=REPLACE;x-amz-tagging=a=b"),
              new Asked(
                  "POST /B/k?uploads", "", "x-amz-tagging=a=b", Capability.MULTIPART_UPLOADS));
      case CONDITIONAL_WRITES ->
          List.of(
              new Asked("PUT /B/n", "x", "if-none-match=*"),
              new Asked("PUT /B/k", "x", "if-match=*"),
              new Asked("PUT /B/n", "", "x-amz-copy-source=/B/k;if-none-match=*"),
              new Asked(
                  "POST /B/n?uploadId=UPLOAD",
                  "<CompleteMultipartUpload>PART</CompleteMultipartUpload>",
                  "if-none-match=*",
                  Capability.MULTIPART_UPLOADS));
      case CONDITIONAL_DELETES -> List.of(new Asked("DELETE /B/k", "", "if-match=*"));
      case MULTIPART_UPLOADS ->
          List.of(
              asked("GET /B?uploads"),
              asked("POST /B/k?uploads"),
              new Asked("PUT /B/n?partNumber=1&uploadId=UPLOAD", "x", ""),
              new Asked("PUT /B/n?partNumber=1&uploadId=UPLOAD", "", "x-amz-copy-source=/B/k"),
              asked("GET /B/n?uploadId=UPLOAD"),
              new Asked(
                  "POST /B/n?uploadId=UPLOAD",
                  "<CompleteMultipartUpload>PART</CompleteMultipartUpload>",
                  ""),
              asked("DELETE /B/n?uploadId=UPLOAD"));
      case SERVER_SIDE_COPY, CONDITIONAL_COPIES ->
          List.of(); // refused nowhere: the bytes come by here instead
      case PERMITS_BY_TAGS -> List.of(); // nothing needs it but some policies
    };
  }

  record Needing(Capability capability, Asked asked) {
    @Override
    public String toString() {
      return capability + ": " + asked.line + " " + asked.headers;
    }
  }

  static Stream<Needing> all() {
    return Arrays.stream(Capability.values())
        .flatMap(
            capability ->
                needing(capability).stream().map(asked -> new Needing(capability, asked)));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("all")
  void without_it_what_needs_it_is_refused_in_no_call(Needing needing) {
    Bucket bucket = bucket(EnumSet.complementOf(EnumSet.of(needing.capability)));
    Wire.Answer answer = send(needing.asked, bucket);
    assertThat(answer.status()).as(answer.text()).isEqualTo(501);
    assertThat(CALLS).isEmpty();
    if (needing.asked.line.startsWith("HEAD")) return;
    assertThat(answer.code()).isEqualTo("NotImplemented");
    assertThat(answer.text())
        .contains(needing.capability.text() + " are not implemented for this bucket.");
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("all")
  void with_it_alone_it_goes_on(Needing needing) {
    Set<Capability> only = EnumSet.of(needing.capability);
    only.addAll(needing.asked.besides);
    for (Bucket bucket : List.of(bucket(only), bucket(Home.OWN))) {
      Wire.Answer answer = send(needing.asked, bucket);
      assertThat(answer.status()).as(answer.text()).isBetween(200, 299);
    }
  }

  @Test
  void what_needs_nothing_is_refused_nowhere() {
    Bucket bare = bucket(Set.of());
    for (var asked :
        List.of(
            asked("GET /B/k"),
            asked("HEAD /B/k"),
            asked("GET /B/k?acl"),
            asked("GET /B/k?versionId=null"),
            asked("GET /B?acl"),
            asked("GET /B?versioning"),
            asked("GET /B?list-type=2"),
            new Asked("GET /B/k", "", "if-match=*"),
            new Asked("PUT /B/n", "x", "x-amz-acl=bucket-owner-full-control"),
            new Asked("PUT /B/n", "", "x-amz-copy-source=/B/k"),
            asked("DELETE /B/n"))) {
      Wire.Answer answer = send(asked, bare);
      assertThat(answer.status()).as(asked.line + answer.text()).isBetween(200, 299);
    }
  }

  @Test
  void a_copy_moves_no_bytes_only_where_the_home_can_do_that() {
    var copy = new Asked("PUT /B/n", "", "x-amz-copy-source=/B/k");
    var part = new Asked("PUT /B/n?partNumber=1&uploadId=UPLOAD", "", "x-amz-copy-source=/B/k");
    Bucket can = bucket(Capability.ALL);
    Client.ok(send(copy, can));
    assertThat(CALLS).containsExactly("copy");
    Client.ok(send(part, can));
    assertThat(CALLS).containsExactly("copyPart");
    Bucket cannot = bucket(EnumSet.complementOf(EnumSet.of(Capability.SERVER_SIDE_COPY)));
    Client.ok(send(copy, cannot));
    assertThat(CALLS).containsExactly("open", "put");
    Client.ok(send(part, cannot));
    assertThat(CALLS).containsExactly("parts", "open", "putPart");
  }

  @Test
  void tags_of_a_source_do_not_come_along_to_where_there_are_none() {
    Bucket tagged = bucket(Home.OWN);
    Client.ok(main.put("/" + tagged.name() + "/k", "x", "x-amz-tagging", "a=b"));
    Bucket bare = bucket(EnumSet.complementOf(EnumSet.of(Capability.TAGS)));
    String target = "/" + bare.name() + "/n";
    String source = "/" + tagged.name() + "/k";
    Wire.Answer refused = main.put(target, "", "x-amz-copy-source", source);
    assertThat(refused.status()).isEqualTo(501);
    assertThat(refused.code()).isEqualTo("NotImplemented");
    Client.ok(
        main.put(target, "", "x-amz-copy-source", source, "x-amz-tagging-directive", "REPLACE"));
  }

  @Test
  void keys_of_a_multi_object_delete_are_told_one_by_one() throws NoSuchAlgorithmException {
    Bucket bucket = bucket(EnumSet.of(Capability.VERSIONS));
    String document =
        "<Delete><Object><Key>k</Key><ETag>*</ETag></Object><Object><Key>n</Key></Object></Delete>";
    byte[] md5 = MessageDigest.getInstance("MD5").digest(document.getBytes(StandardCharsets.UTF_8));
    CALLS.clear();
    Wire.Answer answer =
        Client.ok(
            main.send(
                new Draft("POST /" + bucket.name() + "?delete")
                    .header("Content-MD5", Base64.getEncoder().encodeToString(md5))
                    .body(document)));
    assertThat(answer.text())
        .contains("<Error><Key>k</Key><Code>NotImplemented</Code>")
        .contains("<Deleted><Key>n</Key>");
    assertThat(CALLS).containsExactly("delete");
  }

  @Test
  void what_a_policy_leaves_to_tags_is_refused_where_they_may_be_those_of_another_version() {
    for (boolean can : new boolean[] {true, false}) {
      var all = EnumSet.allOf(Capability.class);
      if (!can) all.remove(Capability.PERMITS_BY_TAGS);
      Bucket bucket = bucket(all);
      String path = "/" + bucket.name() + "/public";
      Client.ok(main.call("PUT " + path, "x-amz-tagging", "public=yes"));
      String policy =
          ("{'Statement':{'Effect':'Allow','Principal':'*','Action':['s3:GetObject',"
                  + "'s3:GetObjectTagging','s3:DeleteObject'],'Resource':'arn:aws:s3:::%s/*',"
                  + "'Condition':{'StringEquals':{'s3:ExistingObjectTag/public':'yes'}}}}")
              .formatted(bucket.name())
              .replace('\'', '"');
      Client.ok(main.put("/" + bucket.name() + "?policy", policy));
      var alt = new Client(server, "alt");
      assertThat(alt.call("GET " + path).status()).isEqualTo(can ? 200 : 403);
      assertThat(alt.call("HEAD " + path).status()).isEqualTo(can ? 200 : 403);
      assertThat(alt.call("GET " + path + "?tagging").status()).isEqualTo(can ? 200 : 403);
      assertThat(alt.call("DELETE " + path).status()).isEqualTo(can ? 204 : 403);
      assertThat(main.call("GET " + path).status()).isEqualTo(can ? 404 : 200);
    }
  }

  @Test
  void without_acls_everything_is_the_bucket_owners() {
    Bucket bucket = bucket(EnumSet.complementOf(EnumSet.of(Capability.ACLS)));
    String policy =
        "{\"Statement\":{\"Effect\":\"Allow\",\"Principal\":\"*\",\"Action\":\"s3:PutObject\","
            + "\"Resource\":\"arn:aws:s3:::"
            + bucket.name()
            + "/*\"}}";
    Client.ok(main.put("/" + bucket.name() + "?policy", policy));
    Client.ok(new Client(server, "alt").put("/" + bucket.name() + "/by-alt", "x"));
    assertThat(main.ok("GET /" + bucket.name() + "/by-alt?acl").text())
        .contains(MAIN.text())
        .doesNotContain("alt-canonical-id");
    assertThat(main.ok("GET /" + bucket.name() + "?ownershipControls").text())
        .contains("BucketOwnerEnforced");
    Wire.Answer shared = main.call("PUT /" + bucket.name() + "?acl", "x-amz-acl", "public-read");
    assertThat(shared.code()).isEqualTo("AccessControlListNotSupported");
  }

  @ParameterizedTest
  @CsvSource({
    "main, HEAD /B",
    "main, GET /B",
    "main, GET /B/k",
    "main, PUT /B/k",
    "main, POST /B?delete",
    "main, GET /B?policy",
    "alt, GET /B/k",
    "'', GET /B/k"
  })
  void a_bucket_of_another_region_is_to_be_asked_there(String who, String line) {
    Bucket abroad = bucket(new Home.OtherRegion());
    CALLS.clear();
    Wire.Answer answer = new Client(server, who).call(line.replace("/B", "/" + abroad.name()));
    assertThat(answer.status()).isEqualTo(301);
    assertThat(answer.header("x-amz-bucket-region")).isEqualTo("eu-west-1");
    assertThat(CALLS).isEmpty();
    if (line.startsWith("HEAD")) return;
    assertThat(answer.code()).isEqualTo("PermanentRedirect");
    assertThat(answer.text()).contains("<Bucket>" + abroad.name() + "</Bucket>");
  }

  @Test
  void a_copy_from_another_region_is_not_made() {
    Bucket abroad = bucket(new Home.OtherRegion());
    Bucket own = bucket(Home.OWN);
    CALLS.clear();
    Wire.Answer answer =
        main.put("/" + own.name() + "/n", "", "x-amz-copy-source", "/" + abroad.name() + "/k");
    assertThat(answer.status()).isEqualTo(501);
    assertThat(answer.text()).contains("eu-west-1");
    assertThat(answer.header("x-amz-bucket-region")).isEqualTo(TestServer.REGION);
    assertThat(CALLS).isEmpty();
  }

  private static Bucket bucket(Set<Capability> capabilities) {
    return bucket(new Home.Linked("origin", "there", "", capabilities));
  }

  private static Bucket bucket(Home home) {
    String region = home instanceof Home.OtherRegion ? "eu-west-1" : "";
    var name = new BucketName("b%04d".formatted(buckets++));
    return server.stores.buckets().create(new CreateBucket(name, MAIN, region, home, Map.of()));
  }

  private static Incoming body() {
    return new PayloadIncoming(new Payload.Bytes(new byte[] {'x'}), ChecksumAlgorithm.CRC32);
  }

  /// To this bucket, in which there are a version of a key and an upload with a part.
  private static Wire.Answer send(Asked asked, Bucket bucket) {
    Stores stores = server.stores;
    Bucket filled = bucket;
    boolean versions = asked.line.contains("VERSION") || asked.headers.contains("VERSION");
    if (versions) filled = stores.buckets().setVersioning(bucket, Versioning.ENABLED);
    String version = stores.objects().put(new Put(filled, KEY), body()).version().text();
    Upload begun =
        stores
            .objects()
            .begin(
                new BeginUpload(
                    new Put(filled, new Key("n")), MAIN, null, ChecksumType.FULL_OBJECT));
    Part part = stores.objects().putPart(new UploadRef(filled, begun.key(), begun.id()), 1, body());
    String line =
        asked
            .line
            .replace("/B", "/" + bucket.name())
            .replace("VERSION", version)
            .replace("UPLOAD", begun.id().text());
    Draft draft = new Draft(line);
    if (!asked.headers.isEmpty()) {
      for (String header : asked.headers.split(";", -1)) {
        String value = header.substring(header.indexOf('=') + 1);
        draft.header(
            header.substring(0, header.indexOf('=')),
            value.replace("/B", "/" + bucket.name()).replace("VERSION", version));
      }
    }
    String chosen =
        "<Part><PartNumber>1</PartNumber><ETag>" + part.etag().text() + "</ETag></Part>";
    if (!asked.body.isEmpty()) draft.body(asked.body.replace("PART", chosen));
    CALLS.clear();
    return main.send(draft);
  }
}
