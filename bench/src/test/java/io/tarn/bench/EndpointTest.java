package io.tarn.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EndpointTest {
  private static final Credentials FALLBACK = new Credentials("key", "secret", "us-east-1");

  @Test
  void a_target_is_signed_unless_it_says_otherwise() {
    Endpoint tarn = Endpoint.parse("tarn=http://127.0.0.1:9000,pid=7,pid=8,key=other", FALLBACK);
    assertThat(tarn.name()).isEqualTo("tarn");
    assertThat(tarn.authority()).isEqualTo("127.0.0.1:9000");
    assertThat(tarn.pids()).containsExactly(7L, 8L);
    assertThat(tarn.access())
        .isEqualTo(new RequestSigning.Signed(new Credentials("other", "secret", "us-east-1")));
  }

  @Test
  void static_files_take_no_writes() {
    Endpoint nginx = Endpoint.parse("nginx=http://127.0.0.1:80,root=/srv", FALLBACK);
    assertThat(nginx.access()).isEqualTo(new RequestSigning.StaticFiles(Path.of("/srv")));
    assertThat(nginx.takesWrites()).isFalse();
    assertThat(Endpoint.parse("http://127.0.0.1:80,anonymous", FALLBACK).access())
        .isEqualTo(new RequestSigning.Anonymous());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "tarn",
        "tarn=https://127.0.0.1:9000",
        "tarn=http://127.0.0.1:9000,speed=high",
        "tarn=http://127.0.0.1:9000,pid=x"
      })
  void a_target_that_makes_no_sense_is_refused(String text) {
    assertThatThrownBy(() -> Endpoint.parse(text, FALLBACK))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
