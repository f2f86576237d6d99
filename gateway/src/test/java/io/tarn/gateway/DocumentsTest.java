package io.tarn.gateway;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.tarn.gateway.GatewaySettings.Documents;
import io.tarn.gateway.Wire.Answer;
import io.tarn.settings.DataSize;
import io.tarn.signature.RequestSigner;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Documents that are announced, begun, and not sent.
class DocumentsTest {
  private static final int ANNOUNCED = 4 << 20;
  private static final String ANYBODY_DELETES =
      """
      {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": "*",
       "Action": "s3:DeleteObject", "Resource": "arn:aws:s3:::open/*"}]}\
      """;

  @TempDir Path directory;

  @SuppressWarnings("NullAway.Init") // before each test
  private TestServer server;

  @SuppressWarnings("NullAway.Init") // before each test
  private Client main;

  private final List<Wire> stalled = new ArrayList<>();

  @BeforeEach
  void start() {
    var documents = new Documents(DataSize.ofMebibytes(8), Duration.ofSeconds(2));
    server = new TestServer(directory, 0, TestServer.settings(List.of(), 256, documents));
    main = new Client(server, "main");
    main.ok("PUT /closed");
    main.ok("PUT /open");
    Client.ok(main.put("/open?policy", ANYBODY_DELETES));
  }

  @AfterEach
  void stop() {
    stalled.forEach(Wire::close);
    server.close();
  }

  private Draft deletion(String bucket, int length) {
    return new Draft("POST /" + bucket + "?delete")
        .header("Content-MD5", "AAAAAAAAAAAAAAAAAAAAAA==")
        .header("Content-Length", Integer.toString(length));
  }

  private Wire begun(Draft draft, int bytes) {
    var wire = new Wire(server.port());
    stalled.add(wire);
    wire.send(draft.head(main.host()), new byte[bytes]);
    return wire;
  }

  @Test
  void nobody_who_may_delete_nothing_is_asked_for_a_list() {
    Answer answer = begun(deletion("closed", ANNOUNCED), 0).receive(false);
    assertThat(answer.status()).isEqualTo(403);
    assertThat(answer.code()).isEqualTo("AccessDenied");
  }

  @Test
  void who_may_delete_some_is_told_of_each() {
    var nobody = new Client(server, "");
    Client.ok(main.put("/open/k", "x"));
    String document =
        "<Delete><Object><Key>k</Key></Object><Object><Key>no</Key></Object></Delete>";
    Draft draft =
        new Draft("POST /open?delete")
            .header("x-amz-checksum-sha256", sha256(document))
            .body(document);
    Answer answer = Client.ok(nobody.send(draft));
    assertThat(answer.text()).contains("<Key>k</Key>").contains("<Key>no</Key>");
  }

  @Test
  void what_is_announced_and_does_not_come_takes_no_memory() {
    for (int i = 0; i < 100; i++) begun(deletion("open", ANNOUNCED), 1);
    String large = "<Delete>" + " ".repeat(3 << 20) + "<Object><Key>no</Key></Object></Delete>";
    Client.ok(
        main.send(
            new Draft("POST /open?delete")
                .header("x-amz-checksum-sha256", sha256(large))
                .body(large)));
  }

  @Test
  void one_client_cannot_fill_the_memory_of_documents() {
    List<Wire> hoard = new ArrayList<>();
    for (int i = 0; i < 8; i++) hoard.add(begun(deletion("open", ANNOUNCED), 1 << 20));
    List<String> refused =
        hoard.stream().map(wire -> wire.receive(false).code()).filter("SlowDown"::equals).toList();
    assertThat(refused).as("the rest ran out of time").isNotEmpty().hasSizeLessThan(8);
    Client.ok(main.send(new Draft("PUT /open?tagging").body(tags())));
  }

  @Test
  void a_document_that_drips_in_has_an_end() throws InterruptedException {
    Wire wire = begun(deletion("open", ANNOUNCED), 1);
    Thread dripping =
        Thread.ofVirtual()
            .start(
                () -> {
                  try {
                    for (int i = 0; i < 100; i++, Thread.sleep(100)) wire.send("", new byte[1]);
                  } catch (InterruptedException _) {
                    Thread.currentThread().interrupt();
                  }
                });
    Answer answer = wire.receive(false);
    dripping.interrupt();
    dripping.join();
    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.code()).isEqualTo("RequestTimeout");
  }

  private static String sha256(String text) {
    byte[] bytes = HexFormat.of().parseHex(RequestSigner.contentSha256(text.getBytes(UTF_8)));
    return Base64.getEncoder().encodeToString(bytes);
  }

  private static String tags() {
    return "<Tagging><TagSet><Tag><Key>a</Key><Value>b</Value></Tag></TagSet></Tagging>";
  }
}
