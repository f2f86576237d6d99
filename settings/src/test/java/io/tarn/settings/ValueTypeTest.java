package io.tarn.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ValueTypeTest {
  @ParameterizedTest
  @CsvSource({
    "10.0.0.0/8,10.0.0.0/8",
    "192.0.2.7,192.0.2.7/32",
    "0.0.0.0/0,0.0.0.0/0",
    "fd00::/8,fd00:0:0:0:0:0:0:0/8",
    "::1,0:0:0:0:0:0:0:1/128",
    "::ffff:1.2.3.4,1.2.3.4/32",
    "2001:db8::1:2/127,2001:db8:0:0:0:0:1:2/127"
  })
  void ranges_of_addresses(String text, String shown) {
    AddressRange range = AddressRange.parse(text).orElseThrow();
    assertThat(range).hasToString(shown);
    assertThat(AddressRange.parse(shown)).contains(range);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "localhost", "10.0.0.0/33", "10.0/8", "::/129", "10.0.0.0/", "[::1]"})
  void no_ranges_of_addresses(String text) {
    assertThat(AddressRange.parse(text)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "0,0,0 B", "512k,524288,512 KiB", "64 MiB,67108864,64 MiB", "1.5 GiB,1610612736,1536 MiB",
        "10GB,10000000000,9765625 KiB",
    "7,7,7 B", "1 kb,1000,1000 B", "2T,2199023255552,2 TiB", " 3 m ,3145728,3 MiB",
        "7 PiB,7881299347898368,7 PiB"
  })
  void sizes(String text, long bytes, String shown) {
    assertThat(DataSize.parse(text)).isEqualTo(new DataSize(bytes)).hasToString(shown);
    assertThat(DataSize.parse(shown).bytes()).isEqualTo(bytes);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "k",
        "-1",
        "1 x",
        "1 kib/s",
        "0.1",
        "1..2",
        "9000 PiB",
        "1e3",
        "MiB 64",
        "1 kiB b",
        "."
      })
  void bad_sizes(String text) {
    assertThatIllegalArgumentException().isThrownBy(() -> DataSize.parse(text));
  }

  @ParameterizedTest
  @CsvSource({
    "500ms,PT0.5S,500ms",
    "30s,PT30S,30s",
    "2h,PT2H,2h",
    "7d,PT168H,7d",
    "1h30m,PT1H30M,90m",
    "1m 5s,PT1M5S,65s",
    "PT30S,PT30S,30s",
    "0,PT0S,0s",
    "10us,PT0.00001S,10us",
    "90s,PT90S,90s"
  })
  void durations(String text, Duration duration, String shown) {
    assertThat(DurationText.parse(text)).isEqualTo(duration);
    assertThat(DurationText.show(duration)).isEqualTo(shown);
    assertThat(DurationText.parse(shown)).isEqualTo(duration);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "30",
        "s",
        "-1s",
        "1w",
        "PT-1S",
        "99999999999999999999s",
        "9223372036854775807d",
        "1s2",
        "P",
        "1.5s"
      })
  void bad_durations(String text) {
    assertThatIllegalArgumentException().isThrownBy(() -> DurationText.parse(text));
  }

  @ParameterizedTest
  @CsvSource({
    ":9000,'',9000",
    "0.0.0.0:9000,0.0.0.0,9000",
    "[::1]:9000,::1,9000",
    "tarn.local:0,tarn.local,0"
  })
  void addresses(String text, String host, int port) {
    assertThat(Address.parse(text)).isEqualTo(new Address(host, port)).hasToString(text);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "9000",
        ":",
        ":x",
        ":65536",
        ":-1",
        "::1:9000",
        "[::1]",
        "a b:1",
        "http://a:1",
        "[a]:1"
      })
  void bad_addresses(String text) {
    assertThatIllegalArgumentException().isThrownBy(() -> Address.parse(text));
  }

  @Test
  void the_empty_host_is_every_interface() {
    assertThat(Address.parse(":0").toSocketAddress().getAddress().isAnyLocalAddress()).isTrue();
    assertThat(Address.parse("127.0.0.1:1").toSocketAddress().getAddress().isLoopbackAddress())
        .isTrue();
  }

  @Test
  void secrets_compare_but_do_not_show() {
    assertThat(Secret.of("abc"))
        .isEqualTo(Secret.of("abc"))
        .isNotEqualTo(Secret.of("abd"))
        .hasToString("******");
    assertThat(Secret.of("abc").hashCode()).isEqualTo(Secret.of("xyz").hashCode());
    assertThat(Secret.of("")).isSameAs(Secret.NONE).hasToString("");
  }

  @Test
  void edits_count_swapped_neighbours_once() {
    assertThat(Nearest.edits("htpt", "http")).isEqualTo(1);
    assertThat(Nearest.edits("kitten", "sitting")).isEqualTo(3);
    assertThat(Nearest.edits("", "abc")).isEqualTo(3);
  }
}
