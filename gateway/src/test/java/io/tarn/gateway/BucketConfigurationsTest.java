package io.tarn.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tarn.testkit.Claim;
import java.nio.file.Path;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.GetBucketNotificationConfigurationResponse;
import software.amazon.awssdk.services.s3.model.ListBucketAnalyticsConfigurationsResponse;
import software.amazon.awssdk.services.s3.model.ListBucketIntelligentTieringConfigurationsResponse;
import software.amazon.awssdk.services.s3.model.ListBucketInventoryConfigurationsResponse;
import software.amazon.awssdk.services.s3.model.ListBucketMetricsConfigurationsResponse;
import software.amazon.awssdk.services.s3.model.ObjectOwnership;
import software.amazon.awssdk.services.s3.model.OwnershipControls;
import software.amazon.awssdk.services.s3.model.Payer;
import software.amazon.awssdk.services.s3.model.S3Exception;

/// What Terraform, s3cmd and tools for backups ask of a bucket, asked by the SDK.
class BucketConfigurationsTest {
  private static final String BUCKET = "plain";

  @TempDir static Path directory;

  @SuppressWarnings("NullAway.Init") // before all tests
  private static TestServer server;

  @SuppressWarnings("NullAway.Init") // before all tests
  private static S3Client s3;

  @BeforeAll
  static void start() {
    server = new TestServer(directory);
    s3 = SdkTest.client(server);
    s3.createBucket(r -> r.bucket(BUCKET));
  }

  @AfterAll
  static void stop() {
    s3.close();
    server.close();
  }

  private static Arguments asked(String code, Consumer<S3Client> call) {
    return Arguments.of(code, call);
  }

  static Stream<Arguments> whatIsNotThere() {
    return Stream.of(
        asked("NoSuchBucketPolicy", s -> s.getBucketPolicy(r -> r.bucket(BUCKET))),
        asked("NoSuchTagSet", s -> s.getBucketTagging(r -> r.bucket(BUCKET))),
        asked("NoSuchCORSConfiguration", s -> s.getBucketCors(r -> r.bucket(BUCKET))),
        asked("NoSuchWebsiteConfiguration", s -> s.getBucketWebsite(r -> r.bucket(BUCKET))),
        asked(
            "NoSuchLifecycleConfiguration",
            s -> s.getBucketLifecycleConfiguration(r -> r.bucket(BUCKET))),
        asked(
            "ReplicationConfigurationNotFoundError",
            s -> s.getBucketReplication(r -> r.bucket(BUCKET))),
        asked(
            "ServerSideEncryptionConfigurationNotFoundError",
            s -> s.getBucketEncryption(r -> r.bucket(BUCKET))),
        asked(
            "ObjectLockConfigurationNotFoundError",
            s -> s.getObjectLockConfiguration(r -> r.bucket(BUCKET))),
        asked(
            "NoSuchPublicAccessBlockConfiguration",
            s -> s.getPublicAccessBlock(r -> r.bucket(BUCKET))),
        asked(
            "OwnershipControlsNotFoundError",
            s -> s.getBucketOwnershipControls(r -> r.bucket(BUCKET))),
        asked(
            "NoSuchConfiguration",
            s -> s.getBucketAnalyticsConfiguration(r -> r.bucket(BUCKET).id("x"))),
        asked(
            "NoSuchConfiguration",
            s -> s.getBucketMetricsConfiguration(r -> r.bucket(BUCKET).id("x"))),
        asked(
            "NoSuchConfiguration",
            s -> s.getBucketInventoryConfiguration(r -> r.bucket(BUCKET).id("x"))),
        asked(
            "NoSuchConfiguration",
            s -> s.getBucketIntelligentTieringConfiguration(r -> r.bucket(BUCKET).id("x"))));
  }

  @ParameterizedTest
  @MethodSource("whatIsNotThere")
  void what_nobody_set_is_not_found_by_the_code_of_its_own(String code, Consumer<S3Client> call) {
    // Without ACLs the owner of a bucket owns all in it, whether that was said or not.
    if (code.startsWith("OwnershipControls")) StoreUnderTest.require(Claim.ACLS);
    assertThatThrownBy(() -> call.accept(s3))
        .isInstanceOfSatisfying(
            S3Exception.class,
            e -> {
              assertThat(e.awsErrorDetails().errorCode()).isEqualTo(code);
              assertThat(e.statusCode()).isEqualTo(404);
            });
  }

  @Test
  void what_every_bucket_has_is_as_it_is_in_a_new_one() {
    assertThat(s3.getBucketVersioning(r -> r.bucket(BUCKET)).status()).isNull();
    assertThat(s3.getBucketAccelerateConfiguration(r -> r.bucket(BUCKET)).status()).isNull();
    assertThat(s3.getBucketRequestPayment(r -> r.bucket(BUCKET)).payer())
        .isEqualTo(Payer.BUCKET_OWNER);
    assertThat(s3.getBucketLogging(r -> r.bucket(BUCKET)).loggingEnabled()).isNull();
    GetBucketNotificationConfigurationResponse notification =
        s3.getBucketNotificationConfiguration(r -> r.bucket(BUCKET));
    assertThat(notification.hasTopicConfigurations()).isFalse();
    assertThat(notification.eventBridgeConfiguration()).isNull();
    assertThat(s3.getBucketAcl(r -> r.bucket(BUCKET)).grants()).hasSize(1);
  }

  @Test
  void a_list_of_none_is_an_empty_list() {
    ListBucketAnalyticsConfigurationsResponse analytics =
        s3.listBucketAnalyticsConfigurations(r -> r.bucket(BUCKET));
    assertThat(analytics.analyticsConfigurationList()).isEmpty();
    assertThat(analytics.isTruncated()).isFalse();
    ListBucketMetricsConfigurationsResponse metrics =
        s3.listBucketMetricsConfigurations(r -> r.bucket(BUCKET));
    assertThat(metrics.metricsConfigurationList()).isEmpty();
    assertThat(metrics.isTruncated()).isFalse();
    ListBucketInventoryConfigurationsResponse inventory =
        s3.listBucketInventoryConfigurations(r -> r.bucket(BUCKET));
    assertThat(inventory.inventoryConfigurationList()).isEmpty();
    assertThat(inventory.isTruncated()).isFalse();
    ListBucketIntelligentTieringConfigurationsResponse tiering =
        s3.listBucketIntelligentTieringConfigurations(r -> r.bucket(BUCKET));
    assertThat(tiering.intelligentTieringConfigurationList()).isEmpty();
    assertThat(tiering.isTruncated()).isFalse();
  }

  @Test
  void an_ownership_that_was_asked_for_is_shown() {
    s3.createBucket(r -> r.bucket("owned").objectOwnership(ObjectOwnership.BUCKET_OWNER_ENFORCED));
    OwnershipControls controls =
        s3.getBucketOwnershipControls(r -> r.bucket("owned")).ownershipControls();
    assertThat(controls.rules())
        .singleElement()
        .satisfies(
            rule ->
                assertThat(rule.objectOwnership())
                    .isEqualTo(ObjectOwnership.BUCKET_OWNER_ENFORCED));
  }

  @ParameterizedTest
  @CsvSource({
    "accelerate", "analytics", "cors", "encryption", "intelligent-tiering", "inventory",
    "lifecycle", "logging", "metrics", "notification", "object-lock", "ownershipControls",
    "publicAccessBlock", "replication", "requestPayment", "website"
  })
  void nobody_else_is_told_and_nobody_can_set_it(String parameter) {
    String target = "/" + BUCKET + "?" + parameter;
    assertThat(new Client(server, "alt").call("GET " + target).code()).isEqualTo("AccessDenied");
    assertThat(new Client(server, "").call("GET " + target).code()).isEqualTo("AccessDenied");
    var main = new Client(server, "main");
    assertThat(main.put(target, "<X/>").code()).isEqualTo("NotImplemented");
    assertThat(main.call("GET /nothing-here?" + parameter).code()).isEqualTo("NoSuchBucket");
  }
}
