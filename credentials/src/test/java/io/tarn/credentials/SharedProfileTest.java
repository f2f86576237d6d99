package io.tarn.credentials;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tarn.credentials.CredentialSettings.Kind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Profiles of the shared files of AWS, and the roles that they assume.
class SharedProfileTest {
  @TempDir Path directory;

  private final Map<String, String> environment = new HashMap<>();

  @BeforeEach
  void files() throws IOException {
    environment.put("HOME", directory.toString());
    Files.createDirectory(directory.resolve(".aws"));
  }

  private void config(String text) throws IOException {
    Files.writeString(directory.resolve(".aws/config"), text);
  }

  private void credentials(String text) throws IOException {
    Files.writeString(directory.resolve(".aws/credentials"), text);
  }

  private Optional<Credentials> fetch(String profile) {
    environment.put("AWS_PROFILE", profile);
    return CredentialSources.of(
            CredentialSourcesTest.settings(Kind.PROFILE, ""),
            environment,
            InstantSource.fixed(Instant.parse("2026-01-01T00:00:00Z")))
        .fetch();
  }

  @Test
  void the_file_of_keys_counts_where_both_say_something() throws IOException {
    config(
        """
        # a comment
        [default]
        region = eu-west-1
        [profile work]
        aws_access_key_id = FROM-CONFIG
        aws_secret_access_key = config-secret
        s3 =
          addressing_style = path
          aws_access_key_id = NESTED
        [sso-session work]
        aws_access_key_id = OTHER
        """);
    credentials(
        """
        [work]
        aws_access_key_id = FROM-KEYS ; the one
        aws_secret_access_key = keys-secret
        aws_session_token=abc==
        """);
    Credentials found = fetch("work").orElseThrow();
    assertThat(found.accessKey()).isEqualTo("FROM-KEYS");
    assertThat(found.secretKey().reveal()).isEqualTo("keys-secret");
    assertThat(found.sessionToken().reveal()).isEqualTo("abc==");
    assertThat(fetch("default")).isEmpty();
    assertThatThrownBy(() -> fetch("home")).hasMessageContaining("no profile home");
  }

  @Test
  void without_files_there_is_nothing() {
    assertThat(fetch("")).isEmpty();
    environment.remove("HOME");
    assertThat(fetch("")).isEmpty();
  }

  @Test
  void a_role_is_assumed_by_the_keys_of_another_profile() throws IOException {
    try (var sts = new StandIn(_ -> StandIn.sts("AssumeRole", "ASIA9", "role-secret"))) {
      environment.put("AWS_ENDPOINT_URL_STS", sts.url());
      config(
          """
          [profile role]
          role_arn = arn:aws:iam::1:role/deep
          source_profile = base
          external_id = 42 43
          role_session_name = here
          duration_seconds = 900
          region = eu-central-1
          """);
      credentials("[base]\naws_access_key_id = AKBASE\naws_secret_access_key = base-secret\n");
      Credentials found = fetch("role").orElseThrow();
      assertThat(found.accessKey()).isEqualTo("ASIA9");
      assertThat(found.secretKey().reveal()).isEqualTo("role-secret");
      StandIn.Asked asked = sts.asked().getFirst();
      assertThat(asked.header("Authorization"))
          .startsWith("AWS4-HMAC-SHA256 Credential=AKBASE/20260101/eu-central-1/sts/aws4_request,")
          .contains("SignedHeaders=content-type;host;x-amz-content-sha256;x-amz-date");
      assertThat(asked.body().split("&"))
          .contains(
              "Action=AssumeRole",
              "ExternalId=42%2043",
              "DurationSeconds=900",
              "RoleSessionName=here");
      assertThat(asked.body()).doesNotContain("base-secret");
    }
  }

  @Test
  void roles_lead_through_one_another_but_not_back() throws IOException {
    try (var sts =
        new StandIn(
            asked ->
                asked.body().contains("first")
                    ? StandIn.sts("AssumeRole", "ASIAFIRST", "one")
                    : StandIn.sts("AssumeRole", "ASIASECOND", "two"))) {
      environment.put("AWS_ENDPOINT_URL_STS", sts.url());
      config(
          """
          [profile second]
          role_arn = arn:aws:iam::1:role/second
          source_profile = first
          [profile first]
          role_arn = arn:aws:iam::1:role/first
          source_profile = first
          aws_access_key_id = AKOWN
          aws_secret_access_key = own-secret
          [profile a]
          role_arn = arn:aws:iam::1:role/a
          source_profile = b
          [profile b]
          role_arn = arn:aws:iam::1:role/b
          source_profile = a
          """);
      assertThat(fetch("second").orElseThrow().accessKey()).isEqualTo("ASIASECOND");
      assertThat(sts.asked().get(0).header("Authorization")).contains("Credential=AKOWN/");
      assertThat(sts.asked().get(1).header("Authorization")).contains("Credential=ASIAFIRST/");
      assertThat(sts.asked().get(1).header("x-amz-security-token")).isEqualTo("sts-token");
      assertThatThrownBy(() -> fetch("a")).hasMessageContaining("leads back");
    }
  }

  @Test
  void a_role_is_assumed_by_a_token_or_by_what_the_profile_names() throws IOException {
    Path token = Files.writeString(directory.resolve("jwt"), "eyJ");
    try (var sts =
        new StandIn(
            asked ->
                asked.body().contains("WebIdentityToken=eyJ")
                    ? StandIn.sts("AssumeRoleWithWebIdentity", "ASIAWEB", "one")
                    : StandIn.sts("AssumeRole", "ASIAENV", "two"))) {
      environment.put("AWS_ENDPOINT_URL_STS", sts.url());
      config(
          """
          [profile web]
          role_arn = arn:aws:iam::1:role/web
          web_identity_token_file = %s
          [profile env]
          role_arn = arn:aws:iam::1:role/env
          credential_source = Environment
          [profile both]
          role_arn = arn:aws:iam::1:role/env
          credential_source = Environment
          source_profile = web
          """
              .formatted(token));
      assertThat(fetch("web").orElseThrow().accessKey()).isEqualTo("ASIAWEB");
      assertThatThrownBy(() -> fetch("env")).hasMessageContaining("no keys in Environment");
      environment.put("AWS_ACCESS_KEY_ID", "AKENV");
      environment.put("AWS_SECRET_ACCESS_KEY", "env-secret");
      assertThat(fetch("env").orElseThrow().accessKey()).isEqualTo("ASIAENV");
      assertThatThrownBy(() -> fetch("both")).hasMessageContaining("either source_profile or");
    }
  }

  @Test
  void what_would_run_a_program_or_ask_a_person_is_refused() throws IOException {
    Path ran = directory.resolve("ran");
    config(
        """
        [profile program]
        credential_process = touch %s
        [profile browser]
        sso_session = work
        [profile device]
        role_arn = arn:aws:iam::1:role/x
        source_profile = program
        mfa_serial = arn:aws:iam::1:mfa/me
        """
            .formatted(ran));
    for (String profile : new String[] {"program", "browser", "device"}) {
      assertThatThrownBy(() -> fetch(profile)).hasMessageContaining("is not supported");
    }
    assertThat(ran).doesNotExist();
  }

  @Test
  void a_line_that_cannot_be_read_is_not_quoted() throws IOException {
    credentials("[default]\naws_secret_access_key s3cr3t\n");
    assertThatThrownBy(() -> fetch("default"))
        .hasMessageContaining("without `=`")
        .message()
        .doesNotContain("s3cr3t");
  }
}
