package io.tarn.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.tarn.settings.Address;
import io.tarn.settings.Loaded;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ConfigurationTest {
  @TempDir Path root;

  private Loaded<TarnConfig> read(Map<String, String> environment, String... flags) {
    return Configuration.read(environment, List.of(flags), root);
  }

  private String address(Map<String, String> environment, String... flags) {
    Loaded<TarnConfig> loaded = read(environment, flags);
    String address = loaded.value().consoleAddress().toString();
    assertThat(loaded.flat())
        .as("what is shown is what is done")
        .containsEntry("console-address", address);
    return address;
  }

  @Test
  void the_admin_api_is_for_this_machine_unless_something_is_said() {
    assertThat(address(Map.of())).isEqualTo("127.0.0.1:9001");
    assertThat(Reach.of(read(Map.of()).value().consoleAddress())).isEqualTo(Reach.THIS_MACHINE);
  }

  @ParameterizedTest
  @ValueSource(strings = {".dockerenv", "run/.containerenv"})
  void in_a_container_it_is_where_published_ports_lead(String mark) throws IOException {
    Files.createDirectories(root.resolve("run"));
    Files.createFile(root.resolve(mark));
    assertThat(address(Map.of())).isEqualTo(":9001");
    assertThat(address(Map.of(), "--console-address=127.0.0.1:1")).isEqualTo("127.0.0.1:1");
  }

  @ParameterizedTest
  @CsvSource({"container,podman", "KUBERNETES_SERVICE_HOST,10.0.0.1"})
  void a_container_may_be_known_by_a_variable(String name, String value) {
    assertThat(address(Map.of(name, value))).isEqualTo(":9001");
    assertThat(address(Map.of(name, ""))).isEqualTo("127.0.0.1:9001");
    assertThat(address(Map.of(name, value, "TARN_CONSOLE_ADDRESS", "127.0.0.1:9001")))
        .isEqualTo("127.0.0.1:9001");
  }

  @Test
  void what_is_said_holds_wherever_it_is_said() throws IOException {
    Path file = Files.writeString(root.resolve("tarn.yaml"), "console-address: 192.0.2.1:9001\n");
    assertThat(address(Map.of("TARN_CONFIG", file.toString()))).isEqualTo("192.0.2.1:9001");
    assertThat(address(Map.of("MINIO_CONSOLE_ADDRESS", ":9009"))).isEqualTo(":9009");
    assertThat(address(Map.of(), "--console-address", ":9001")).isEqualTo(":9001");
  }

  @ParameterizedTest
  @CsvSource({
    "127.0.0.1:1,THIS_MACHINE",
    "127.9.9.9:1,THIS_MACHINE",
    "[::1]:1,THIS_MACHINE",
    "localhost:1,THIS_MACHINE",
    ":1,NETWORK",
    "0.0.0.0:1,NETWORK",
    "[::]:1,NETWORK",
    "192.0.2.1:1,NETWORK",
    "no.such.host.invalid:1,NETWORK",
  })
  void what_is_not_loopback_counts_as_reachable(String address, Reach reach) {
    assertThat(Reach.of(Address.parse(address))).isEqualTo(reach);
  }
}
