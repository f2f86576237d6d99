package io.tarn.gateway;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.tarn.bytes.ChecksumAlgorithm;
import io.tarn.gateway.Wire.Answer;
import io.tarn.s3.Route;
import io.tarn.signature.PayloadMode;
import io.tarn.signature.RequestSigner;
import io.tarn.store.Bucket;
import io.tarn.store.BucketName;
import io.tarn.store.DocumentKind;
import io.tarn.store.Key;
import io.tarn.store.ListFrom;
import io.tarn.store.ListUploads;
import io.tarn.store.ListVersions;
import io.tarn.store.ObjectStore;
import io.tarn.store.Permit;
import io.tarn.store.Read;
import io.tarn.store.StoreFailure;
import io.tarn.store.UploadPage;
import io.tarn.store.UploadRef;
import io.tarn.store.Version;
import io.tarn.store.VersionPage;
import io.tarn.testkit.Claim;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// Every operation that writes × every payload mode × everything that can be wrong with what
/// vouches for a request: nothing of it leaves anything behind.
@Tag("slow")
class WriteMatrixTest {
  private static final AtomicInteger BUCKETS = new AtomicInteger();
  private static final byte[] WRONG = "something else".getBytes(UTF_8);

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

  /// A bucket with an object and an upload in it, to be written to.
  private record Scene(String bucket, String upload, String etag) {}

  private static final Map<Route, Function<Scene, Draft>> WRITES = new EnumMap<>(Route.class);

  static {
    WRITES.put(Route.CREATE_BUCKET, s -> new Draft("PUT /" + s.bucket + "-new"));
    WRITES.put(Route.DELETE_BUCKET, s -> new Draft("DELETE /" + s.bucket + "-empty"));
    WRITES.put(
        Route.PUT_BUCKET_VERSIONING,
        s ->
            bucket("PUT", s, "versioning")
                .body(
                    "<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>"));
    WRITES.put(Route.PUT_BUCKET_TAGGING, s -> bucket("PUT", s, "tagging").body(tagging("new")));
    WRITES.put(Route.DELETE_BUCKET_TAGGING, s -> bucket("DELETE", s, "tagging"));
    WRITES.put(
        Route.PUT_BUCKET_POLICY, s -> bucket("PUT", s, "policy").body(policy(s.bucket, "List*")));
    WRITES.put(Route.DELETE_BUCKET_POLICY, s -> bucket("DELETE", s, "policy"));
    WRITES.put(Route.PUT_BUCKET_ACL, s -> bucket("PUT", s, "acl").body(acl()));
    WRITES.put(Route.PUT_OBJECT_ACL, s -> object("PUT", s, "?acl").body(acl()));
    WRITES.put(
        Route.DELETE_OBJECTS,
        s -> bucket("POST", s, "delete").body("<Delete><Object><Key>key</Key></Object></Delete>"));
    WRITES.put(Route.PUT_OBJECT, s -> object("PUT", s, "").body("new content"));
    WRITES.put(Route.DELETE_OBJECT, s -> object("DELETE", s, ""));
    WRITES.put(
        Route.COPY_OBJECT,
        s ->
            new Draft("PUT /" + s.bucket + "/copy")
                .header("x-amz-copy-source", "/" + s.bucket + "/key"));
    WRITES.put(Route.PUT_OBJECT_TAGGING, s -> object("PUT", s, "?tagging").body(tagging("new")));
    WRITES.put(Route.DELETE_OBJECT_TAGGING, s -> object("DELETE", s, "?tagging"));
    WRITES.put(Route.CREATE_MULTIPART_UPLOAD, s -> object("POST", s, "?uploads"));
    WRITES.put(
        Route.UPLOAD_PART,
        s -> object("PUT", s, "?partNumber=2&uploadId=" + s.upload).body("part two"));
    WRITES.put(
        Route.UPLOAD_PART_COPY,
        s ->
            object("PUT", s, "?partNumber=2&uploadId=" + s.upload)
                .header("x-amz-copy-source", "/" + s.bucket + "/key"));
    WRITES.put(
        Route.COMPLETE_MULTIPART_UPLOAD,
        s ->
            object("POST", s, "?uploadId=" + s.upload)
                .body(
                    "<CompleteMultipartUpload><Part><PartNumber>1</PartNumber><ETag>"
                        + s.etag
                        + "</ETag></Part></CompleteMultipartUpload>"));
    WRITES.put(Route.ABORT_MULTIPART_UPLOAD, s -> object("DELETE", s, "?uploadId=" + s.upload));
  }

  private static Draft bucket(String method, Scene scene, String subresource) {
    return new Draft(method + " /" + scene.bucket + "?" + subresource);
  }

  private static Draft object(String method, Scene scene, String query) {
    return new Draft(method + " /" + scene.bucket + "/key" + query);
  }

  private static String tagging(String value) {
    return "<Tagging><TagSet><Tag><Key>k</Key><Value>"
        + value
        + "</Value></Tag></TagSet></Tagging>";
  }

  private static String policy(String bucket, String actions) {
    return """
    {"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"222222222222"},\
    "Action":"s3:%s","Resource":"arn:aws:s3:::%s"}]}\
    """
        .formatted(actions, bucket);
  }

  private static String acl() {
    return """
    <AccessControlPolicy><Owner><ID>main-canonical-id</ID></Owner><AccessControlList><Grant>\
    <Grantee><URI>http://acs.amazonaws.com/groups/global/AllUsers</URI></Grantee>\
    <Permission>READ</Permission></Grant></AccessControlList></AccessControlPolicy>\
    """;
  }

  private static Scene scene() {
    String bucket = "matrix-" + BUCKETS.incrementAndGet();
    main.ok("PUT /" + bucket);
    main.ok("PUT /" + bucket + "-empty");
    Client.ok(main.put("/" + bucket + "/key", "content", "x-amz-tagging", "a=b"));
    Client.ok(main.put("/" + bucket + "?tagging", tagging("old")));
    Client.ok(main.put("/" + bucket + "?policy", policy(bucket, "Get*")));
    String upload =
        main.ok("POST /" + bucket + "/key?uploads").between("<UploadId>", "</UploadId>");
    Answer part =
        Client.ok(main.put("/" + bucket + "/key?partNumber=1&uploadId=" + upload, "part one"));
    return new Scene(bucket, upload, part.header("etag").replace("\"", ""));
  }

  @Test
  void the_table_holds_every_operation_that_writes() {
    assertThat(WRITES.keySet())
        .containsExactlyInAnyOrderElementsOf(
            Arrays.stream(Route.values()).filter(r -> r.work() == Route.Work.WRITE).toList());
  }

  static Stream<Arguments> rightOnes() {
    return WRITES.keySet().stream()
        .flatMap(
            route -> Arrays.stream(PayloadMode.values()).map(mode -> Arguments.of(route, mode)));
  }

  @ParameterizedTest
  @MethodSource("rightOnes")
  void what_is_rightly_signed_is_done(Route route, PayloadMode mode) {
    requireOfStore(route);
    Scene scene = scene();
    String before = state(scene);
    Answer answer = main.sendAsIs(in(mode, write(route, scene), Fault.NONE));
    assertThat(answer.status()).as(answer.text()).isBetween(200, 299);
    assertThat(state(scene)).isNotEqualTo(before);
  }

  /// What is wrong with a request.
  enum Fault {
    NONE,
    SIGNATURE,
    /// The signed hash, a chunk's signature, or the trailer's checksum is another body's.
    BODY,
    MD5,
    /// The body ends before it is over.
    CUT
  }

  static Stream<Arguments> wrongOnes() {
    var all = new ArrayList<Arguments>();
    for (Route route : WRITES.keySet()) {
      for (PayloadMode mode : PayloadMode.values()) {
        for (Fault fault : Fault.values()) {
          if (applies(mode, fault)) all.add(Arguments.of(route, mode, fault));
        }
      }
    }
    return all.stream();
  }

  private static boolean applies(PayloadMode mode, Fault fault) {
    return switch (fault) {
      case NONE -> false;
      case SIGNATURE, MD5 -> true;
      case BODY -> mode != PayloadMode.UNSIGNED;
      case CUT -> mode.isChunked();
    };
  }

  @ParameterizedTest
  @MethodSource("wrongOnes")
  void what_is_not_leaves_nothing_behind(Route route, PayloadMode mode, Fault fault) {
    Scene scene = scene();
    String before = state(scene);
    Answer answer = main.sendAsIs(in(mode, write(route, scene), fault));
    assertThat(answer.code()).isNotEmpty();
    assertThat(answer.header("x-amz-request-id")).isNotEmpty();
    assertThat(state(scene)).isEqualTo(before);
    if (answer.status() == 501) requireOfStore(route); // was refused before anybody read its body
    assertThat(answer.status()).as(answer.text()).isBetween(400, 499);
  }

  private static void requireOfStore(Route route) {
    switch (route) {
      case PUT_BUCKET_ACL, PUT_OBJECT_ACL -> StoreUnderTest.require(Claim.ACLS);
      case DELETE_BUCKET -> StoreUnderTest.require(Claim.BUCKETS_FOR_CLIENTS);
      default -> {}
    }
  }

  private static Draft write(Route route, Scene scene) {
    Function<Scene, Draft> make = WRITES.get(route);
    if (make == null) throw new IllegalStateException(route.text());
    Draft draft = make.apply(scene);
    if (route == Route.DELETE_OBJECTS) draft.header("Content-MD5", md5(draft.body));
    return draft;
  }

  private static Draft in(PayloadMode mode, Draft draft, Fault fault) {
    byte[] payload = draft.body;
    if (fault == Fault.MD5) {
      int at = draft.headers.indexOf("Content-MD5");
      if (at >= 0) {
        draft.headers.set(at + 1, md5(WRONG));
      } else {
        draft.header("Content-MD5", md5(WRONG));
      }
    }
    if (mode == PayloadMode.SIGNED_HASH) {
      draft.header(
          "x-amz-content-sha256",
          RequestSigner.contentSha256(fault == Fault.BODY ? WRONG : payload));
    } else {
      draft.header("x-amz-content-sha256", mode.wire());
    }
    if (mode.isChunked()) {
      draft.header("x-amz-decoded-content-length", Integer.toString(payload.length));
    }
    if (mode.hasTrailer()) draft.header("x-amz-trailer", "x-amz-checksum-crc32");
    Instant now = Instant.now();
    draft.dated(now);
    String authorization = draft.authorization("main", main.host(), now);
    if (fault == Fault.SIGNATURE) authorization = flipped(authorization);
    draft.header("Authorization", authorization);
    return draft.body(framed(mode, draft, payload, fault));
  }

  private static byte[] framed(PayloadMode mode, Draft draft, byte[] payload, Fault fault) {
    String trailer =
        "x-amz-checksum-crc32:"
            + crc32(fault == Fault.BODY && !mode.signsChunks() ? WRONG : payload);
    byte[] framed =
        switch (mode) {
          case UNSIGNED, SIGNED_HASH -> payload;
          case STREAMING_SIGNED -> Chunks.signed("main", draft, payload, "");
          case STREAMING_SIGNED_TRAILER -> Chunks.signed("main", draft, payload, trailer);
          case STREAMING_UNSIGNED_TRAILER -> Chunks.unsigned(payload, trailer);
        };
    if (fault == Fault.CUT) return Arrays.copyOf(framed, framed.length - 4);
    if (fault == Fault.BODY && mode.signsChunks()) {
      int at = new String(framed, UTF_8).indexOf("chunk-signature=") + 20;
      framed[at] = (byte) (framed[at] == 'a' ? 'b' : 'a');
    }
    return framed;
  }

  private static String flipped(String authorization) {
    int last = authorization.length() - 1;
    char other = authorization.charAt(last) == '0' ? '1' : '0';
    return authorization.substring(0, last) + other;
  }

  private static String crc32(byte[] bytes) {
    ChecksumAlgorithm.Running running = ChecksumAlgorithm.CRC32.start();
    running.update(ByteBuffer.wrap(bytes));
    return Base64.getEncoder().encodeToString(running.value());
  }

  private static String md5(byte[] bytes) {
    try {
      return Base64.getEncoder().encodeToString(MessageDigest.getInstance("MD5").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  /// Everything there is of a scene.
  private static String state(Scene scene) {
    var text = new StringBuilder();
    for (String suffix : List.of("", "-empty", "-new")) {
      Bucket bucket =
          server.stores.buckets().find(new BucketName(scene.bucket + suffix)).orElse(null);
      text.append(suffix).append(bucket == null ? " absent\n" : " " + bucket.versioning() + "\n");
      if (bucket != null) describe(bucket, text);
    }
    return text.toString();
  }

  private static void describe(Bucket bucket, StringBuilder text) {
    for (DocumentKind kind : DocumentKind.values()) {
      text.append(server.stores.buckets().document(bucket, kind)).append('\n');
    }
    ObjectStore objects = server.stores.objects();
    var versions = new ListVersions(bucket, "", "", ListFrom.START, Version.LATEST, 1000);
    for (VersionPage.Listed listed : objects.versions(versions).items()) {
      text.append(listed).append('\n');
    }
    var uploads = new ListUploads(bucket, "", "", ListFrom.START, "", 1000);
    for (UploadPage.Listed listed : objects.uploads(uploads).items()) {
      if (listed instanceof UploadPage.ListedUpload one) {
        text.append(
            objects.parts(
                new UploadRef(bucket, one.upload().key(), one.upload().id()),
                0,
                1000,
                Permit.OfUpload.ANY));
      }
    }
    for (String key : List.of("key", "copy")) {
      try {
        text.append(objects.head(new Read(bucket, new Key(key)))).append('\n');
      } catch (StoreFailure.NoSuchKey | StoreFailure.DeleteMarkerMet e) {
        text.append("no ").append(key).append('\n');
      }
    }
  }
}
