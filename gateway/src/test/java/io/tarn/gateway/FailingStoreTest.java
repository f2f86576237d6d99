package io.tarn.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.tarn.store.Acl;
import io.tarn.store.Bucket;
import io.tarn.store.BucketName;
import io.tarn.store.Capability;
import io.tarn.store.Checksum;
import io.tarn.store.Conditions;
import io.tarn.store.Content;
import io.tarn.store.ContentRange;
import io.tarn.store.CreateBucket;
import io.tarn.store.ETag;
import io.tarn.store.Home;
import io.tarn.store.Key;
import io.tarn.store.Metadata;
import io.tarn.store.ObjectHead;
import io.tarn.store.ObjectStore;
import io.tarn.store.Provenance;
import io.tarn.store.StorageClass;
import io.tarn.store.StoreFailure;
import io.tarn.store.StoreFailure.Reason;
import io.tarn.store.Tags;
import io.tarn.store.TenantId;
import io.tarn.store.UploadId;
import io.tarn.store.Version;
import io.tarn.store.Versioning;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.net.ConnectException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// What a client is told of each failure there can be at the waist: by a gateway over a store whose
/// reads fail.
class FailingStoreTest {
  private static final Key KEY = new Key("k");
  private static final Instant THEN = Instant.parse("2026-01-01T00:00:00Z");
  private static final TenantId OWNER = new TenantId("main-canonical-id");
  private static final Bucket BUCKET =
      new Bucket(new BucketName("words"), 1, 1, OWNER, "memory", THEN, Versioning.OFF, Home.OWN);

  @TempDir static Path directory;

  @SuppressWarnings("NullAway.Init") // before all tests
  private static TestServer server;

  private static volatile @Nullable ObjectHead shown;
  private static volatile Provenance provenance = Provenance.UNSAID;
  private static volatile Supplier<StoreFailure> failure = () -> new StoreFailure.NoSuchKey(KEY);

  /// The answer that a failure has: with a [Saying#text] that is in it.
  record Saying(StoreFailure failure, int status, String code, String retryAfter, String... text) {
    @Override
    public String toString() {
      return failure.getClass().getSimpleName() + " " + code;
    }
  }

  private static Saying saying(StoreFailure failure, int status, String code, String... text) {
    return new Saying(failure, status, code, "", text);
  }

  private static Saying later(StoreFailure failure, String retryAfter, String... text) {
    return new Saying(failure, 503, "SlowDown", retryAfter, text);
  }

  static Stream<Saying> failures() {
    var cause = new IOException("GET https://origin.example/?X-Amz-Signature=s3cr3t");
    return Stream.of(
        saying(new StoreFailure.NoSuchBucket(BUCKET.name()), 404, "NoSuchBucket"),
        saying(new StoreFailure.NoSuchKey(KEY), 404, "NoSuchKey", "<Key>k</Key>"),
        saying(new StoreFailure.NoSuchVersion(KEY, new Version("v")), 404, "NoSuchVersion"),
        saying(
            new StoreFailure.DeleteMarkerMet(KEY, new Version("v"), THEN, true), 404, "NoSuchKey"),
        saying(
            new StoreFailure.DeleteMarkerMet(KEY, new Version("v"), THEN, false),
            405,
            "MethodNotAllowed"),
        saying(new StoreFailure.NotPermitted(), 403, "AccessDenied"),
        saying(
            new StoreFailure.NoSuchRange(10),
            416,
            "InvalidRange",
            "<ActualObjectSize>10</ActualObjectSize>"),
        saying(
            new StoreFailure.NoSuchPart(3, 2),
            416,
            "InvalidPartNumber",
            "<ActualPartCount>2</ActualPartCount>"),
        saying(
            new StoreFailure.Unsupported(Capability.TAGS),
            501,
            "NotImplemented",
            "Tags of objects are not implemented for this bucket."),
        saying(
            new StoreFailure.InOtherRegion(BUCKET),
            301,
            "PermanentRedirect",
            "<Bucket>words</Bucket>"),
        saying(new StoreFailure.NoSuchUpload(new UploadId("u")), 404, "NoSuchUpload"),
        saying(new StoreFailure.BucketExists(BUCKET), 409, "BucketAlreadyExists"),
        saying(new StoreFailure.BucketNotEmpty(BUCKET.name()), 409, "BucketNotEmpty"),
        saying(
            StoreFailure.ConditionFailed.of(Conditions.Condition.IF_MATCH),
            412,
            "PreconditionFailed",
            "<Condition>If-Match</Condition>"),
        saying(new StoreFailure.NotModified(head(StorageClass.STANDARD)), 304, ""),
        saying(
            new StoreFailure.Invalid(Reason.ARGUMENT, "so wrong"),
            400,
            "InvalidArgument",
            "so wrong"),
        saying(
            new StoreFailure.Archived(KEY, new StorageClass("GLACIER"), ""),
            403,
            "InvalidObjectState",
            "<StorageClass>GLACIER</StorageClass>"),
        saying(
            new StoreFailure.Archived(
                KEY, new StorageClass("INTELLIGENT_TIERING"), "ARCHIVE_ACCESS"),
            403,
            "InvalidObjectState",
            "<StorageClass>INTELLIGENT_TIERING</StorageClass>",
            "<AccessTier>ARCHIVE_ACCESS</AccessTier>"),
        saying(new StoreFailure.Interrupted("gone", cause), 400, "IncompleteBody"),
        saying(new StoreFailure.Conflict("busy"), 409, "ConditionalRequestConflict"),
        saying(new StoreFailure.Unavailable("away", cause), 503, "ServiceUnavailable"),
        later(new StoreFailure.Unresponsive("volume 7 is silent", cause), "1", "volume 7"),
        later(new StoreFailure.Overloaded("full"), "1"),
        saying(
            new StoreFailure.OriginUnreachable("photos", new ConnectException(cause.getMessage())),
            503,
            "ServiceUnavailable",
            "origin of the bucket cannot be reached: photos"),
        new Saying(
            new StoreFailure.OriginUnreachable("photos", "it is away", Duration.ofMillis(1500)),
            503,
            "ServiceUnavailable",
            "2",
            "origin of the bucket cannot be reached: photos"),
        later(new StoreFailure.OriginThrottled("photos", Duration.ofMillis(6001)), "7"),
        later(new StoreFailure.OriginThrottled("photos", Duration.ZERO), "1"),
        later(new StoreFailure.OriginThrottled("photos", Duration.ofDays(400)), "3600"),
        saying(
            new StoreFailure.OriginChanged("photos", KEY),
            503,
            "ServiceUnavailable",
            "changed at its origin"),
        saying(
            new StoreFailure.OriginFailed("photos", "failed: 500"),
            503,
            "ServiceUnavailable",
            "origin of the bucket failed"),
        saying(new StoreFailure.OutOfSpace("full", cause), 507, "InsufficientStorage"),
        saying(
            new StoreFailure.Indeterminate("perhaps", cause),
            500,
            "InternalError",
            "not known whether"),
        saying(new StoreFailure.Indeterminate("full", cause, true), 507, "InsufficientStorage"),
        saying(new StoreFailure.Missing("gone", cause), 500, "InternalError"),
        saying(new StoreFailure.Corrupt("damaged", cause), 500, "InternalError"),
        saying(
            new StoreFailure.OriginDenied("photos", "InvalidAccessKeyId"),
            500,
            "InternalError",
            "refuses this server"));
  }

  private static ObjectHead head(StorageClass storageClass) {
    return new ObjectHead(
        KEY,
        Version.NULL,
        OWNER,
        new Content(0, new ETag("e"), THEN, Checksum.NONE, storageClass),
        Metadata.NONE,
        Tags.NONE,
        Acl.PRIVATE);
  }

  @BeforeAll
  static void start() {
    server = new TestServer(directory, FailingStoreTest::failing);
    Bucket _ =
        server.stores.buckets().create(new CreateBucket(BUCKET.name(), OWNER, TestServer.REGION));
  }

  private static ObjectStore failing(ObjectStore inner) {
    return (ObjectStore)
        Proxy.newProxyInstance(
            FailingStoreTest.class.getClassLoader(),
            new Class<?>[] {ObjectStore.class},
            (_, method, arguments) -> {
              ObjectHead head = shown;
              if (method.getName().equals("measure") && head != null) {
                var slice = new ContentRange(null, 0, 0, Checksum.NONE);
                return new ObjectStore.Measured(head, slice, provenance);
              }
              if (Set.of("head", "measure", "open").contains(method.getName())) throw failure.get();
              try {
                return method.invoke(inner, arguments);
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            });
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @Test
  void every_case_of_a_failure_has_its_answer() {
    Set<Class<?>> cases = cases(StoreFailure.class).collect(Collectors.toSet());
    assertThat(failures().map(each -> each.failure().getClass()).collect(Collectors.toSet()))
        .isEqualTo(cases);
  }

  /// Those that are said of it, and theirs: one may be a case of another.
  private static Stream<Class<?>> cases(Class<?> failure) {
    Class<?>[] permitted = failure.getPermittedSubclasses();
    if (permitted == null) return Stream.empty();
    return Stream.of(permitted).flatMap(each -> Stream.concat(Stream.of(each), cases(each)));
  }

  @Test
  void what_a_cache_had_of_an_answer_is_told_and_nothing_where_there_is_none() {
    shown = head(StorageClass.STANDARD);
    try {
      Wire.Answer plain = send("HEAD /words/k");
      assertThat(plain.status()).isEqualTo(200);
      assertThat(plain.header("x-tarn-cache")).isEmpty();
      assertThat(plain.header("age")).isEmpty();
      provenance = new Provenance(Provenance.Verdict.HIT, Duration.ofMillis(7900));
      Wire.Answer cached = send("HEAD /words/k");
      assertThat(cached.header("x-tarn-cache")).isEqualTo("HIT");
      assertThat(cached.header("age")).isEqualTo("7");
    } finally {
      shown = null;
      provenance = Provenance.UNSAID;
    }
  }

  @ParameterizedTest
  @MethodSource("failures")
  void a_failure_of_the_store_is_the_answer(Saying expected) {
    failure = expected::failure;
    Wire.Answer answer = send("GET /words/k");
    assertThat(answer.status()).as(answer.text()).isEqualTo(expected.status());
    assertThat(answer.code()).isEqualTo(expected.code());
    assertThat(answer.header("retry-after")).isEqualTo(expected.retryAfter());
    for (String text : expected.text()) assertThat(answer.text()).contains(text);
    assertThat(answer.text()).doesNotContain("s3cr3t", "origin.example");
    Wire.Answer head = send("HEAD /words/k");
    assertThat(head.status()).isEqualTo(expected.status());
    assertThat(head.body()).isEmpty();
    assertThat(head.header("retry-after")).isEqualTo(expected.retryAfter());
  }

  @Test
  void what_an_origin_says_is_in_no_message() {
    assertThat(failures().map(each -> String.valueOf(each.failure().getMessage())))
        .noneMatch(message -> message.contains("s3cr3t"));
    assertThat(new StoreFailure.OriginDenied("photos", "<Code>s3cr3t</Code>"))
        .hasMessage("the origin photos refuses this server: no known error");
    assertThat(
            new StoreFailure.OriginUnreachable("photos", new ConnectException("s3cr3t")).getCause())
        .isNull();
  }

  @Test
  void the_storage_class_is_told_unless_it_is_the_usual_one() {
    shown = head(new StorageClass("DEEP_ARCHIVE"));
    try {
      assertThat(send("HEAD /words/k").header("x-amz-storage-class")).isEqualTo("DEEP_ARCHIVE");
      shown = head(StorageClass.STANDARD);
      Wire.Answer usual = send("HEAD /words/k");
      assertThat(usual.status()).isEqualTo(200);
      assertThat(usual.header("x-amz-storage-class")).isEmpty();
    } finally {
      shown = null;
    }
  }

  private static Wire.Answer send(String line) {
    return new Client(server, "main").call(line);
  }
}
