package io.tarn.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tarn.http.HttpSettings.Limits;
import io.tarn.settings.DataSize;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class HttpSettingsTest {
  @Test
  void a_certificate_needs_its_key() {
    HttpSettings usual = HttpSettings.DEFAULTS;
    assertThatThrownBy(
            () ->
                new HttpSettings(
                    usual.listen(),
                    0,
                    1,
                    usual.limits(),
                    usual.memory(),
                    usual.timeouts(),
                    Path.of("c"),
                    null,
                    List.of()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("private key");
  }

  @Test
  void a_limit_out_of_range_is_refused() {
    Limits usual = Limits.DEFAULTS;
    for (var queue : new DataSize[] {DataSize.ofBytes(10), DataSize.ofGibibytes(2)}) {
      assertThatThrownBy(
              () ->
                  new Limits(
                      usual.requestLine(),
                      usual.headers(),
                      usual.fields(),
                      queue,
                      usual.discard(),
                      usual.inFlight(),
                      usual.leastRate()))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("HTTP limit");
    }
    assertThat(TestServers.BOUNDS.queue()).isEqualTo(1 << 20);
  }
}
