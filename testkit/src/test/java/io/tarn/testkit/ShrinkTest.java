package io.tarn.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ShrinkTest {
  @Test
  void only_the_guilty_steps_are_left() {
    List<Integer> all = IntStream.range(0, 200).boxed().toList();
    List<Integer> smallest =
        Shrink.smallest(all, tried -> tried.containsAll(List.of(3, 77, 198)), 10_000);
    assertThat(smallest).containsExactly(3, 77, 198);
  }

  @Test
  void trying_has_an_end() {
    int[] trials = {0};
    List<Integer> all = IntStream.range(0, 200).boxed().toList();
    Shrink.smallest(
        all,
        _ -> {
          trials[0]++;
          return false;
        },
        50);
    assertThat(trials[0]).isLessThanOrEqualTo(50);
  }
}
