package io.tarn.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.tarn.gateway.Wire.Answer;
import io.tarn.identity.Caller;
import io.tarn.identity.Policy;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SentDocumentTest {
  private static final String TAGGING = "/tags/k?tagging";

  @TempDir static Path directory;

  @SuppressWarnings("NullAway.Init") // before all tests
  private static TestServer server;

  @SuppressWarnings("NullAway.Init") // before all tests
  private static Client main;

  @BeforeAll
  static void start() {
    server = new TestServer(directory);
    main = new Client(server, "main");
    main.ok("PUT /tags");
  }

  @BeforeEach
  void fresh() {
    main.ok("DELETE /tags?policy");
    Client.ok(main.put("/tags/k", "x", "x-amz-tagging", "old=tag"));
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  private static String tags(String key, String value) {
    return "<Tagging><TagSet><Tag><Key>%s</Key><Value>%s</Value></Tag></TagSet></Tagging>"
        .formatted(key, value);
  }

  private static String statement(String effect, String principal, String condition) {
    return """
    {"Version":"2012-10-17","Statement":[{"Effect":"%s"%s,"Action":"s3:PutObjectTagging",\
    "Resource":"arn:aws:s3:::tags/*","Condition":{%s}}]}\
    """
        .formatted(effect, principal, condition);
  }

  private static void policy(String effect, String condition) {
    Client.ok(main.put("/tags?policy", statement(effect, ",\"Principal\":\"*\"", condition)));
  }

  private static String stored() {
    return main.ok("GET " + TAGGING).text();
  }

  private static void refused(Answer answer, String code) {
    assertThat(answer.code()).isEqualTo(code);
    assertThat(stored()).contains("<Key>old</Key>").doesNotContain("level");
  }

  @Test
  void a_denied_value_is_refused_and_another_is_not() {
    policy("Deny", "\"StringEquals\":{\"s3:RequestObjectTag/level\":\"secret\"}");
    refused(main.put(TAGGING, tags("level", "secret")), "AccessDenied");
    Client.ok(main.put(TAGGING, tags("level", "open")));
    assertThat(stored()).contains("<Value>open</Value>");
  }

  @Test
  void a_denied_key_is_refused_and_another_is_not() {
    policy("Deny", "\"ForAnyValue:StringEquals\":{\"s3:RequestObjectTagKeys\":[\"level\"]}");
    refused(main.put(TAGGING, tags("level", "open")), "AccessDenied");
    Client.ok(main.put(TAGGING, tags("colour", "red")));
  }

  @Test
  void anybody_may_set_what_is_allowed_and_nothing_else() {
    var nobody = new Client(server, "");
    policy("Allow", "\"StringEquals\":{\"s3:RequestObjectTag/level\":\"open\"}");
    refused(nobody.put(TAGGING, tags("level", "secret")), "AccessDenied");
    refused(nobody.put(TAGGING, tags("levels", "open")), "AccessDenied");
    Client.ok(nobody.put(TAGGING, tags("level", "open")));
    assertThat(stored()).contains("<Value>open</Value>");
  }

  @Test
  void a_user_may_set_the_keys_its_policy_allows_and_nothing_else() {
    String condition = "\"ForAllValues:StringEquals\":{\"s3:RequestObjectTagKeys\":[\"colour\"]}";
    var allowed = Policy.ofIdentity(statement("Allow", "", condition), "colours");
    server.callers.add(
        new Caller.User(
            server.callers.account("main"), "ann", TestServer.Crowd.key("ann"), List.of(allowed)));
    var ann = new Client(server, "ann");
    refused(ann.put(TAGGING, tags("level", "open")), "AccessDenied");
    Client.ok(ann.put(TAGGING, tags("colour", "red")));
    assertThat(stored()).contains("<Key>colour</Key>");
  }

  @Test
  void a_body_that_cannot_be_read_allows_nothing() {
    String[] denies = {
      "\"StringEquals\":{\"s3:RequestObjectTag/level\":\"secret\"}",
      "\"StringNotEquals\":{\"s3:RequestObjectTag/level\":\"open\"}",
    };
    for (String deny : denies) {
      policy("Deny", deny);
      refused(main.put(TAGGING, "<Tagging><TagSet>"), "MalformedXML");
      refused(main.put(TAGGING, ""), "MalformedXML");
      refused(main.put(TAGGING, tags("level", "a\tb")), "InvalidTag");
      refused(main.put(TAGGING, tags("level", "x".repeat(70_000))), "MaxMessageLengthExceeded");
    }
    policy("Deny", denies[0]);
    Draft draft = new Draft("PUT " + TAGGING).body(tags("level", "open"));
    draft.header("x-amz-content-sha256", "0".repeat(64));
    refused(main.send(draft), "XAmzContentSHA256Mismatch");
  }
}
