package io.tarn.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.tarn.http.HttpSettings;
import io.tarn.settings.AddressRange;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What policies see of clients behind a proxy.
class ProxyTest {
  private static final String POLICY =
      """
      {"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":"*","Action":"s3:GetObject",
       "Resource":"arn:aws:s3:::box/*","Condition":{"IpAddress":{"aws:SourceIp":"192.0.2.0/24"},
       "Bool":{"aws:SecureTransport":"true"}}}]}\
      """;

  @TempDir Path directory;

  private Client nobody(TestServer server) {
    var main = new Client(server, "main");
    main.ok("PUT /box");
    Client.ok(main.put("/box/k", "x"));
    Client.ok(main.put("/box?policy", POLICY));
    return new Client(server, "");
  }

  @ParameterizedTest
  @CsvSource({
    "192.0.2.7, https, 200",
    "'6.6.6.6, 192.0.2.7', https, 200",
    "192.0.2.7, http, 403",
    "6.6.6.6, https, 403",
    "'192.0.2.7, 6.6.6.6', https, 403"
  })
  void conditions_are_judged_on_what_a_trusted_proxy_says(String chain, String scheme, int status) {
    List<AddressRange> loopback = List.of(AddressRange.parse("127.0.0.0/8").orElseThrow());
    try (var server =
        new TestServer(
            directory,
            HttpSettings.DEFAULTS.listeningOn("127.0.0.1", 0).behind(loopback),
            TestServer.settings(PublicAcls.IGNORE))) {
      Wire.Answer answer =
          nobody(server).call("GET /box/k", "X-Forwarded-For", chain, "X-Forwarded-Proto", scheme);
      assertThat(answer.status()).isEqualTo(status);
    }
  }

  @Test
  void without_the_setting_nobody_is_believed() {
    try (var server = new TestServer(directory, 0, TestServer.settings(PublicAcls.IGNORE))) {
      Wire.Answer answer =
          nobody(server)
              .call("GET /box/k", "X-Forwarded-For", "192.0.2.7", "X-Forwarded-Proto", "https");
      assertThat(answer.status()).isEqualTo(403);
    }
  }
}
