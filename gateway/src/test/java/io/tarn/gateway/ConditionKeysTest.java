package io.tarn.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.tarn.identity.Caller;
import io.tarn.identity.ConditionName;
import io.tarn.identity.Policy;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Every condition key that a denial may hang on has a value in some request.
class ConditionKeysTest {
  /// Only over TLS, which the server of this test does not speak.
  private static final ConditionName OVER_TLS = ConditionName.OfArrival.TLS_VERSION;

  private static final List<List<String>> REQUESTS =
      List.of(
          List.of(
              "PUT /box/k",
              "user-agent",
              "x",
              "referer",
              "x",
              "x-amz-acl",
              "private",
              "x-amz-tagging",
              "x=y",
              "x-amz-storage-class",
              "STANDARD",
              "if-none-match",
              "*"),
          List.of("PUT /box/k", "if-match", "\"0\""),
          List.of("GET /box/k?versionId=null"),
          List.of("GET /box?list-type=2&prefix=p&delimiter=d&max-keys=1"),
          List.of("PUT /box/copy", "x-amz-copy-source", "/box/k"),
          List.of("PUT /box/k?acl", "x-amz-grant-read", "id=main-canonical-id"),
          List.of("PUT /box/k?acl", "x-amz-grant-write", "id=main-canonical-id"),
          List.of("PUT /box/k?acl", "x-amz-grant-read-acp", "id=main-canonical-id"),
          List.of("PUT /box/k?acl", "x-amz-grant-write-acp", "id=main-canonical-id"),
          List.of("PUT /box/k?acl", "x-amz-grant-full-control", "id=main-canonical-id"),
          List.of("PUT /made", "x-amz-object-ownership", "BucketOwnerEnforced"));

  @TempDir static Path directory;

  @SuppressWarnings("NullAway.Init") // before all tests
  private static TestServer server;

  @SuppressWarnings("NullAway.Init") // before all tests
  private static Client main;

  @BeforeAll
  static void start() {
    server = new TestServer(directory);
    main = new Client(server, "main");
    main.ok("PUT /box");
    Client.ok(main.put("/box/k", "x", "x-amz-tagging", "x=y"));
    Client.ok(main.put("/box?tagging", tags()));
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  private static String tags() {
    return "<Tagging><TagSet><Tag><Key>x</Key><Value>y</Value></Tag></TagSet></Tagging>";
  }

  /// Who may do everything where the key has no value.
  private static Client deniedBy(ConditionName name) {
    String key = name.text() + (name.isTagged() ? "/x" : "");
    String policy =
        """
        {"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"},\
        {"Effect":"Deny","Action":"*","Resource":"*","Condition":{"Null":{"%s":"false"}}}]}\
        """
            .formatted(key);
    String user = "u" + Integer.toHexString(name.text().hashCode());
    server.callers.add(
        new Caller.User(
            server.callers.account("main"),
            user,
            "AIDA" + user,
            TestServer.Crowd.key(user),
            List.of(Policy.newOfIdentity(policy, "p")),
            Policy.EVERYTHING));
    return new Client(server, user);
  }

  private static boolean isEverDenied(Client user) {
    for (List<String> request : REQUESTS) {
      String[] headers = request.subList(1, request.size()).toArray(String[]::new);
      if (user.call(request.getFirst(), headers).status() == 403) return true;
    }
    String location =
        "<CreateBucketConfiguration><LocationConstraint>elsewhere</LocationConstraint></CreateBucketConfiguration>";
    return user.put("/far-away", location).status() == 403
        || user.put("/box?tagging", tags()).status() == 403
        || user.put("/box/k?tagging", tags()).status() == 403;
  }

  @Test
  void a_key_has_a_value_in_some_request_or_is_known_to_have_none() {
    for (ConditionName name : ConditionName.all()) {
      if (name.isNeverSet() || name == OVER_TLS) continue;
      assertThat(isEverDenied(deniedBy(name)))
          .as(name.text())
          .isEqualTo(!(name instanceof ConditionName.Refused));
    }
  }
}
