package io.tarn.console;

import static io.tarn.console.RunningConsole.ROOT;
import static io.tarn.console.RunningConsole.ROOT_SECRET;
import static io.tarn.console.Staff.allowing;
import static io.tarn.console.Staff.denial;
import static io.tarn.console.Staff.json;
import static io.tarn.console.Staff.pair;
import static org.assertj.core.api.Assertions.assertThat;

import io.tarn.catalog.Owner;
import io.tarn.console.RunningConsole.Answer;
import io.tarn.store.Bucket;
import io.tarn.store.BucketName;
import io.tarn.store.CreateBucket;
import io.tarn.store.DocumentKind;
import io.tarn.store.TenantId;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What delegated administrators try to become more, each way for itself.
class AuthorityTest {
  @TempDir Path directory;
  private RunningConsole console;
  private Staff staff;
  private TenantId first;

  @BeforeEach
  void start() {
    console = new RunningConsole(directory, ConsoleSettings.DEFAULTS);
    staff = new Staff(console);
    first = staff.first();
  }

  @AfterEach
  void stop() {
    console.close();
  }

  @Test
  void a_delegate_gives_what_it_has_and_nothing_else() {
    String both = "'Action':['admin:CreatePolicy','admin:AttachUserOrGroupPolicy']";
    staff.user(first, "clerk", List.of(staff.policy(first, "clerks", both)));
    staff.user(first, "friend", List.of());
    done("clerk", "PUT", "users/friend/policies/clerks", "");
    refused("clerk", "PUT", "users/friend/policies/readonly", "");
    refused("clerk", "PUT", "users/clerk/policies/consoleAdmin", "");
    done("clerk", "PUT", "policies/half", allowing("'Action':'admin:CreatePolicy'"));
    refused("clerk", "PUT", "policies/more", allowing("'Action':'admin:*'"));
    refused("clerk", "PUT", "policies/half", allowing("'Action':'admin:CreateUser'"));
    refused("clerk", "PUT", "policies/clerks", allowing("'Action':'*','Resource':'*'"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "'IpAddress':{'aws:SourceIp':'127.0.0.0/8'}",
        "'Bool':{'aws:SecureTransport':'false'}",
        "'DateGreaterThan':{'aws:CurrentTime':'2020-01-01T00:00:00Z'}",
        "'NumericGreaterThan':{'aws:EpochTime':'1'}",
        "'Null':{'s3:TlsVersion':'true'}",
        "'Bool':{'aws:ViaAWSService':'false'}",
        "'StringEquals':{'aws:username':'clerk'}",
        "'StringLike':{'aws:userid':'AIDA*'}",
      })
  void a_denial_by_how_a_request_comes_holds_for_administration_too(String condition) {
    staff.user(first, "clerk", List.of("consoleAdmin"));
    done("clerk", "GET", "users", "");
    console
        .catalog
        .policies()
        .put(
            first,
            "fence",
            json(
                "{'Statement':{'Effect':'Deny','Action':'admin:*','Resource':'*','Condition':{%s}}}"
                    .formatted(condition)));
    console.catalog.users().attach(first, "clerk", "fence");
    refused("clerk", "GET", "users", "");
  }

  @Test
  void a_policy_of_somebody_who_may_do_more_is_not_a_delegates_to_change() {
    staff.user(
        first, "clerk", List.of(staff.policy(first, "clerks", "'Action':'admin:CreatePolicy'")));
    console.catalog.policies().put(first, "fence", denial());
    staff.user(first, "boss", List.of("consoleAdmin", "fence"));
    refused("clerk", "PUT", "policies/fence", denial());
    staff.policy(first, "unused", "'Action':'admin:*'");
    refused("clerk", "PUT", "policies/unused", denial());
  }

  @Test
  void a_denial_holds_a_delegate_and_all_whom_it_makes() {
    String all = "'Action':'admin:*'},{'Effect':'Allow','Action':'s3:*','Resource':'*'";
    console.catalog.policies().put(first, "fence", denial());
    staff.user(first, "clerk", List.of(staff.policy(first, "all", all), "fence"));
    staff.user(first, "free", List.of());
    staff.user(first, "fenced", List.of("fence"));
    refused("clerk", "DELETE", "users/clerk/policies/fence", "");
    refused("clerk", "PUT", "policies/fence", allowing("'Action':'s3:ListBucket','Resource':'*'"));
    refused("clerk", "POST", "keys", "{'user':'free'}");
    refused("clerk", "PUT", "users/free/policies/all", "");
    done("clerk", "PUT", "users/fenced/policies/all", "");
    done("clerk", "POST", "keys", "{'user':'fenced'}");
    refused("clerk", "DELETE", "users/fenced/policies/fence", "");
  }

  @Test
  void a_key_with_a_ceiling_administers_nobody_not_even_itself() {
    staff.user(first, "boss", List.of("consoleAdmin"));
    staff.user(first, "friend", List.of());
    console
        .catalog
        .accessKeys()
        .create(new Owner(first, "boss"), pair("narrow"), allowing("'Action':'admin:*'"));
    done("narrow", "GET", "users", "");
    refused("narrow", "POST", "keys", "{'user':'boss'}");
    refused("narrow", "POST", "keys", "{'user':'friend'}");
    refused("narrow", "PATCH", "keys/boss", "{'enabled':false}");
    refused("narrow", "PUT", "users/friend/policies/readonly", "");
    refused("narrow", "PUT", "policies/new", denial());
  }

  @Test
  void what_a_policy_of_a_bucket_allows_to_a_name_counts() {
    String make = "'Action':['admin:CreateUser','admin:CreateServiceAccount']";
    staff.user(first, "clerk", List.of(staff.policy(first, "clerks", make)));
    staff.user(first, "reader", List.of());
    staff.user(first, "boss", List.of("consoleAdmin"));
    String number = console.catalog.tenants().find(first).orElseThrow().number();
    Bucket bucket = console.buckets.create(new CreateBucket(new BucketName("box"), first, ""));
    for (String principal : List.of("reader", "gone")) {
      for (String statement :
          List.of(
              "'Effect':'Allow','Principal':{'AWS':'arn:aws:iam::%s:user/%s'}",
              "'Effect':'Deny','NotPrincipal':{'AWS':'arn:aws:iam::%s:user/%s'}",
              "'Effect':'Allow','Principal':'*','Condition':{'StringLike':{'aws:username':'*'}}",
              "'Effect':'Deny','Principal':{'AWS':'arn:aws:iam::%s:user/clerk'}")) {
        String policy =
            "{'Statement':{%s,'Action':'s3:GetObject','Resource':'arn:aws:s3:::box/*'}}"
                .formatted(statement.formatted(number, principal));
        console.buckets.setDocument(bucket, DocumentKind.POLICY, json(policy));
        if (principal.equals("reader")) {
          refused("clerk", "POST", "keys", "{'user':'reader'}");
        } else {
          refused(
              "clerk",
              "POST",
              "users",
              "{'name':'gone','accessKey':'gone','secretKey':'secretsecret'}");
        }
      }
    }
    assertThat(console.catalog.users().find(first, "gone")).isEmpty();
    String allowed =
        "{'Statement':{'Effect':'Allow','Principal':{'AWS':'arn:aws:iam::%s:user/reader'},"
            + "'Action':'s3:GetObject','Resource':'arn:aws:s3:::box/*'}}";
    console.buckets.setDocument(bucket, DocumentKind.POLICY, json(allowed.formatted(number)));
    done("boss", "POST", "keys", "{'user':'reader'}");
  }

  @Test
  void nobody_makes_a_root_key_but_a_root() {
    staff.user(first, "boss", List.of("consoleAdmin"));
    refused("boss", "POST", "keys", "{}");
    refused("boss", "POST", "keys", "{'tenant':'other'}");
    refused("boss", "POST", "tenants", "{'name':'third'}");
    refused("boss", "PATCH", "keys/other-root", "{'enabled':false}");
    assertThat(console.signed(ROOT, ROOT_SECRET, "POST", "/admin/v1/keys", "{}").status())
        .isEqualTo(200);
  }

  private void refused(String key, String method, String target, String body) {
    Answer answer = staff.by(key, method, target, body);
    assertThat(answer.status()).as(answer.text()).isEqualTo(403);
  }

  private void done(String key, String method, String target, String body) {
    Answer answer = staff.by(key, method, target, body);
    assertThat(answer.status()).as(answer.text()).isEqualTo(200);
  }
}
