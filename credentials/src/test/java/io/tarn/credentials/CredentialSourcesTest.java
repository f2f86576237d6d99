package io.tarn.credentials;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tarn.credentials.CredentialSettings.Kind;
import io.tarn.credentials.StandIn.Answer;
import io.tarn.settings.Secret;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Keys are found where the tools of AWS find them, each place played by a stand-in on loopback.
class CredentialSourcesTest {
  private static final String LATER = "2099-01-01T00:00:00Z";
  private static final Duration TIMEOUT = Duration.ofMillis(800);

  @TempDir Path directory;

  private final Map<String, String> environment = new HashMap<>();

  static CredentialSettings settings(Kind kind, String endpoint) {
    return new CredentialSettings(
        kind, "", Secret.NONE, Secret.NONE, "", null, null, "", null, "", "", endpoint, TIMEOUT);
  }

  private CredentialSource source(Kind kind) {
    return CredentialSources.of(settings(kind, ""), environment, InstantSource.system());
  }

  private Optional<Credentials> fetch(Kind kind) {
    return source(kind).fetch();
  }

  private Path file(String name, String text) throws IOException {
    return Files.writeString(directory.resolve(name), text);
  }

  @Test
  void the_environment_gives_both_or_is_refused() {
    assertThat(fetch(Kind.ENVIRONMENT)).isEmpty();
    environment.put("AWS_ACCESS_KEY_ID", "AKID");
    assertThatThrownBy(() -> fetch(Kind.ENVIRONMENT)).hasMessageContaining("set both");
    environment.put("AWS_SECRET_ACCESS_KEY", "very-secret");
    environment.put("AWS_SESSION_TOKEN", "tok");
    Credentials found = fetch(Kind.ENVIRONMENT).orElseThrow();
    assertThat(found.accessKey()).isEqualTo("AKID");
    assertThat(found.secretKey().reveal()).isEqualTo("very-secret");
    assertThat(found.sessionToken().reveal()).isEqualTo("tok");
    assertThat(found.expires()).isEqualTo(Instant.MAX);
    assertThat(found.toString()).doesNotContain("very-secret").doesNotContain("tok,");
  }

  private static Answer imds(StandIn.Asked asked) {
    String roles = "/latest/meta-data/iam/security-credentials/";
    if (asked.path().equals("/latest/api/token")) {
      boolean good =
          asked.method().equals("PUT")
              && !asked.header("X-aws-ec2-metadata-token-ttl-seconds").isEmpty();
      return good ? new Answer(200, "session-1") : new Answer(400, "");
    }
    if (!asked.header("X-aws-ec2-metadata-token").equals("session-1")) return new Answer(401, "");
    if (asked.path().equals(roles)) return new Answer(200, "the-role\n");
    return asked.path().equals(roles + "the-role")
        ? StandIn.json("ASIA1", "imds-secret", LATER)
        : new Answer(404, "");
  }

  @Test
  void an_instance_is_asked_for_a_token_a_role_and_its_keys() throws IOException {
    try (var metadata = new StandIn(CredentialSourcesTest::imds)) {
      environment.put("AWS_EC2_METADATA_SERVICE_ENDPOINT", metadata.url());
      Credentials found = fetch(Kind.INSTANCE).orElseThrow();
      assertThat(found.accessKey()).isEqualTo("ASIA1");
      assertThat(found.secretKey().reveal()).isEqualTo("imds-secret");
      assertThat(found.sessionToken().reveal()).isEqualTo("the-token");
      assertThat(found.expires()).isEqualTo(Instant.parse(LATER));
      assertThat(metadata.asked())
          .extracting(StandIn.Asked::method)
          .containsExactly("PUT", "GET", "GET");
      environment.put("AWS_EC2_METADATA_DISABLED", "true");
      assertThat(fetch(Kind.INSTANCE)).isEmpty();
      assertThat(metadata.asked()).hasSize(3);
    }
  }

  @Test
  void what_gives_no_token_is_never_asked_without_one() throws IOException {
    for (int status : new int[] {403, 404, 405}) {
      try (var metadata = new StandIn(_ -> new Answer(status, ""))) {
        environment.put("AWS_EC2_METADATA_SERVICE_ENDPOINT", metadata.url());
        assertThat(fetch(Kind.INSTANCE)).isEmpty();
        assertThat(metadata.asked()).hasSize(1);
      }
    }
    try (var metadata = new StandIn(_ -> new Answer(500, "s3cr3t"))) {
      environment.put("AWS_EC2_METADATA_SERVICE_ENDPOINT", metadata.url());
      assertThatThrownBy(() -> fetch(Kind.INSTANCE))
          .isInstanceOf(CredentialsFailure.class)
          .hasMessageContaining("500")
          .message()
          .doesNotContain("s3cr3t");
    }
  }

  /// Behind more hops than the limit allows a connection is taken, and the token never arrives.
  @Test
  void a_token_that_never_arrives_names_the_hop_limit() throws IOException {
    try (var silent = new ServerSocket(0, 8, InetAddress.getLoopbackAddress())) {
      environment.put(
          "AWS_EC2_METADATA_SERVICE_ENDPOINT", "http://127.0.0.1:" + silent.getLocalPort());
      long began = System.nanoTime();
      assertThatThrownBy(() -> fetch(Kind.INSTANCE)).hasMessageContaining("hop limit");
      assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(5));
    }
  }

  @Test
  void where_nobody_is_there_is_no_instance() throws IOException {
    int port;
    try (var gone = new ServerSocket(0, 8, InetAddress.getLoopbackAddress())) {
      port = gone.getLocalPort();
    }
    environment.put("AWS_EC2_METADATA_SERVICE_ENDPOINT", "http://127.0.0.1:" + port);
    assertThat(fetch(Kind.INSTANCE)).isEmpty();
  }

  @Test
  void a_task_of_ecs_asks_the_address_that_it_was_given() throws IOException {
    try (var ecs =
        new StandIn(
            asked ->
                asked.path().equals("/v2/credentials/uuid")
                    ? StandIn.json("ASIA2", "ecs-secret", LATER)
                    : new Answer(404, ""))) {
      environment.put("AWS_CONTAINER_SERVICE_ENDPOINT", ecs.url());
      environment.put("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "/v2/credentials/uuid");
      Credentials found = fetch(Kind.CONTAINER).orElseThrow();
      assertThat(found.accessKey()).isEqualTo("ASIA2");
      assertThat(found.secretKey().reveal()).isEqualTo("ecs-secret");
      assertThat(ecs.asked().getFirst().header("Authorization")).isEmpty();
    }
  }

  @Test
  void a_pod_of_eks_proves_itself_by_the_file_as_it_is_then() throws IOException {
    try (var agent =
        new StandIn(
            asked ->
                asked.header("Authorization").startsWith("pod-token-")
                    ? StandIn.json("ASIA3", "eks-secret", LATER)
                    : new Answer(401, ""))) {
      environment.put("AWS_CONTAINER_CREDENTIALS_FULL_URI", agent.url() + "/v1/credentials");
      Path token = file("token", "pod-token-1\n");
      environment.put("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE", token.toString());
      CredentialSource source = source(Kind.CONTAINER);
      assertThat(source.fetch().orElseThrow().accessKey()).isEqualTo("ASIA3");
      Files.writeString(token, "pod-token-2");
      assertThat(source.fetch()).isPresent();
      assertThat(agent.asked())
          .extracting(asked -> asked.header("Authorization"))
          .containsExactly("pod-token-1", "pod-token-2");
      Files.delete(token);
      assertThatThrownBy(source::fetch).hasMessageContaining(token.toString());
    }
  }

  @Test
  void no_token_goes_to_a_host_that_is_neither_near_nor_secured() throws IOException {
    environment.put("AWS_CONTAINER_AUTHORIZATION_TOKEN", "s3cr3t");
    for (String url :
        new String[] {
          "http://192.0.2.7/keys",
          "http://credentials.example/keys",
          "http://127.0.0.1.example/keys",
          "http://169.254.169.254/keys",
          "http://s3cr3t@127.0.0.1/keys",
          "ftp://127.0.0.1/keys",
          "file:///etc/passwd",
          "not a url s3cr3t"
        }) {
      environment.put("AWS_CONTAINER_CREDENTIALS_FULL_URI", url);
      assertThatThrownBy(() -> fetch(Kind.CONTAINER))
          .as(url)
          .isInstanceOf(CredentialsFailure.class)
          .hasMessageContaining("must be https://")
          .message()
          .doesNotContain("s3cr3t");
    }
  }

  @Test
  void a_web_identity_becomes_a_role_by_sts() throws IOException {
    try (var sts =
        new StandIn(_ -> StandIn.sts("AssumeRoleWithWebIdentity", "ASIA4", "web-secret"))) {
      environment.put("AWS_ENDPOINT_URL_STS", sts.url());
      environment.put("AWS_ROLE_ARN", "arn:aws:iam::1:role/reader");
      assertThat(fetch(Kind.CHAIN)).as("a role alone").isEmpty();
      environment.put(
          "AWS_WEB_IDENTITY_TOKEN_FILE", file("jwt", "eyJ.one+two/three==\n").toString());
      environment.put("AWS_ROLE_SESSION_NAME", "pod-7");
      Credentials found = fetch(Kind.WEB_IDENTITY).orElseThrow();
      assertThat(found.accessKey()).isEqualTo("ASIA4");
      assertThat(found.secretKey().reveal()).isEqualTo("web-secret");
      assertThat(found.sessionToken().reveal()).isEqualTo("sts-token");
      StandIn.Asked asked = sts.asked().getLast();
      assertThat(asked.method()).isEqualTo("POST");
      assertThat(asked.header("Authorization")).isEmpty();
      assertThat(asked.body().split("&"))
          .contains(
              "Action=AssumeRoleWithWebIdentity",
              "RoleArn=arn%3Aaws%3Aiam%3A%3A1%3Arole%2Freader",
              "RoleSessionName=pod-7",
              "WebIdentityToken=eyJ.one%2Btwo%2Fthree%3D%3D");
    }
  }

  @Test
  void what_sts_refuses_is_told_by_its_code_alone() throws IOException {
    environment.put("AWS_ROLE_ARN", "arn:aws:iam::1:role/reader");
    environment.put("AWS_WEB_IDENTITY_TOKEN_FILE", file("jwt", "eyJ.s3cr3t").toString());
    for (Answer answer :
        new Answer[] {
          StandIn.stsError("AccessDenied"), new Answer(502, "<html>s3cr3t"), new Answer(200, "{}")
        }) {
      try (var sts = new StandIn(_ -> answer)) {
        environment.put("AWS_ENDPOINT_URL_STS", sts.url());
        assertThatThrownBy(() -> fetch(Kind.WEB_IDENTITY))
            .isInstanceOf(CredentialsFailure.class)
            .hasMessageStartingWith("web-identity: ")
            .message()
            .doesNotContain("s3cr3t");
      }
    }
  }

  @Test
  void the_first_source_that_there_is_counts_and_a_failing_one_is_not_passed_over()
      throws IOException {
    try (var sts = new StandIn(_ -> StandIn.stsError("ExpiredToken"))) {
      environment.put("AWS_ENDPOINT_URL_STS", sts.url());
      environment.put("AWS_EC2_METADATA_DISABLED", "true");
      environment.put(
          "AWS_SHARED_CREDENTIALS_FILE",
          file("credentials", "[default]\naws_access_key_id = AK5\naws_secret_access_key = five\n")
              .toString());
      environment.put("AWS_CONFIG_FILE", directory.resolve("none").toString());
      assertThat(fetch(Kind.CHAIN).orElseThrow().source()).isEqualTo("profile default");
      environment.put("AWS_ROLE_ARN", "arn:aws:iam::1:role/reader");
      environment.put("AWS_WEB_IDENTITY_TOKEN_FILE", file("jwt", "eyJ").toString());
      assertThatThrownBy(() -> fetch(Kind.CHAIN)).hasMessageContaining("ExpiredToken");
      environment.put("AWS_ACCESS_KEY_ID", "AK6");
      environment.put("AWS_SECRET_ACCESS_KEY", "six");
      assertThat(fetch(Kind.CHAIN).orElseThrow().source()).isEqualTo("environment");
    }
  }

  @Test
  void a_chain_stays_with_whoever_gave_keys_first() throws IOException {
    Path keys = file("credentials", "[default]\naws_access_key_id=A\naws_secret_access_key=b\n");
    environment.put("AWS_SHARED_CREDENTIALS_FILE", keys.toString());
    environment.put("AWS_CONFIG_FILE", directory.resolve("none").toString());
    environment.put("AWS_EC2_METADATA_DISABLED", "true");
    CredentialSource chain = source(Kind.CHAIN);
    assertThat(chain.fetch().orElseThrow().source()).isEqualTo("profile default");
    environment.put("AWS_ACCESS_KEY_ID", "AK6");
    environment.put("AWS_SECRET_ACCESS_KEY", "six");
    assertThat(chain.fetch().orElseThrow().source()).isEqualTo("profile default");
  }

  @Test
  void settings_that_mean_nothing_with_their_kind_are_refused() {
    assertThatThrownBy(() -> settings(Kind.ENVIRONMENT, "http://127.0.0.1"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("endpoint means nothing with kind environment");
    assertThatThrownBy(() -> settings(Kind.STATIC, ""))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("needs access-key and secret-key");
  }

  /// They become headers; what complains of a header quotes it.
  @Test
  void keys_that_could_be_no_header_are_refused_without_being_told() {
    for (String bad : new String[] {"line\nbreak-s3cr3t", "ü-s3cr3t", " s3cr3t"}) {
      assertThatThrownBy(() -> Credentials.lasting("AK", bad, "", "here"))
          .isInstanceOf(CredentialsFailure.class)
          .message()
          .doesNotContain("s3cr3t");
      assertThatThrownBy(() -> Credentials.lasting("AK", "ok", bad, "here"))
          .isInstanceOf(CredentialsFailure.class)
          .message()
          .doesNotContain("s3cr3t");
    }
  }
}
