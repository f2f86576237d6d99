package io.tarn.observe;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import org.junit.jupiter.api.Test;

class RequestIdTest {
  @Test
  void an_id_is_sixteen_upper_case_hexadecimal_digits() {
    assertThat(RequestId.next()).matches("[0-9A-F]{16}");
  }

  @Test
  void ids_do_not_repeat() {
    var ids = new HashSet<String>();
    for (int i = 0; i < 100_000; i++) ids.add(RequestId.next());
    assertThat(ids).hasSize(100_000);
  }
}
