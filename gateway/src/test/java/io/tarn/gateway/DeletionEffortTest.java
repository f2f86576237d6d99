package io.tarn.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.tarn.gateway.Wire.Answer;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Deciding on a thousand keys of strangers costs no more than deciding on one may.
class DeletionEffortTest {
  private static final String LONG = "a".repeat(1000);

  @TempDir Path directory;

  private static String statement(String effect, String pattern) {
    return """
    {"Effect":"%s","Principal":"*","Action":["s3:DeleteObject","s3:GetObject"],\
    "Resource":"arn:aws:s3:::open/%s"}\
    """
        .formatted(effect, pattern);
  }

  private static void policy(Client main, String... statements) {
    String document =
        """
        {"Version":"2012-10-17","Statement":[%s]}\
        """
            .formatted(String.join(",", statements));
    assertThat(main.put("/open?policy", document).status()).isEqualTo(204);
  }

  private static String keys(String form, int count) {
    var document = new StringBuilder("<Delete>");
    for (int i = 0; i < count; i++) {
      document.append("<Object><Key>").append(form.formatted(i)).append("</Key></Object>");
    }
    return document.append("</Delete>").toString();
  }

  /// By nobody in particular.
  private static Answer deletion(TestServer server, String document) {
    Draft draft = new Draft("POST /open?delete").body(document);
    return new Client(server, "").send(draft.header("Content-MD5", S3GatewayTest.md5(document)));
  }

  private static int count(String text, String word) {
    return text.split(word, -1).length - 1;
  }

  @Test
  void a_thousand_costly_keys_are_denied_after_a_while_and_none_is_deleted_then() {
    try (var server = new TestServer(directory)) {
      var main = new Client(server, "main");
      main.ok("PUT /open");
      policy(
          main,
          statement("Allow", "*"),
          statement("Deny", "*" + "a".repeat(500) + "b*"),
          statement("Deny", "*" + "a".repeat(501) + "c*"));
      Answer answer = deletion(server, keys(LONG + "%04d", 1000));
      assertThat(answer.status()).isEqualTo(200);
      int deleted = count(answer.text(), "<Deleted>");
      assertThat(deleted).isBetween(1, 200);
      assertThat(count(answer.text(), "<Code>AccessDenied</Code>")).isEqualTo(1000 - deleted);
    }
  }

  @Test
  void a_thousand_ordinary_keys_are_decided_under_a_long_policy() {
    try (var server = new TestServer(directory)) {
      var main = new Client(server, "main");
      main.ok("PUT /open");
      String[] statements = new String[90];
      statements[0] = statement("Allow", "*");
      for (int i = 1; i < statements.length; i++) {
        statements[i] = statement("Deny", "kept-%d/*.gz".formatted(i));
      }
      policy(main, statements);
      Answer answer = deletion(server, keys("some/ordinary/key-%d.gz", 1000));
      assertThat(count(answer.text(), "<Deleted>")).as(answer.text()).isEqualTo(1000);
      answer = deletion(server, keys("kept-7/%d.gz", 10));
      assertThat(count(answer.text(), "<Code>AccessDenied</Code>")).isEqualTo(10);
    }
  }
}
