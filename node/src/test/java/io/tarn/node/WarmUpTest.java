package io.tarn.node;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class WarmUpTest {
  @Test
  @Tag("slow")
  void a_server_serves_itself_and_ends() {
    Shell.Ran ran = new Shell(Map.of()).run("warm-up");
    assertThat(ran.err()).isEmpty();
    assertThat(ran.exit()).isEqualTo(ExitCode.OK);
  }
}
