package io.tarn.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.tarn.testkit.Histories.Event;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class HistoriesTest {
  /// On a register that holds a number.
  private sealed interface Register {
    record Write(int value) implements Register {}

    record Read(int value) implements Register {}

    record Swap(int from, int to, boolean done) implements Register {}
  }

  private static Optional<Integer> step(Integer state, Register operation) {
    return switch (operation) {
      case Register.Write(var value) -> Optional.of(value);
      case Register.Read(var value) -> value == state ? Optional.of(state) : Optional.empty();
      case Register.Swap(var from, var to, var done) ->
          done == (from == state) ? Optional.of(done ? to : state) : Optional.empty();
    };
  }

  private static boolean linearizable(List<Event<Register>> history) {
    return Histories.linearizable(history, 0, HistoriesTest::step);
  }

  private static Event<Register> event(long called, long returned, Register operation) {
    return new Event<>(called, returned, operation);
  }

  private static Register write(int value) {
    return new Register.Write(value);
  }

  private static Register read(int value) {
    return new Register.Read(value);
  }

  private static Register swap(int from, int to, boolean done) {
    return new Register.Swap(from, to, done);
  }

  @Test
  void one_after_another_must_agree() {
    assertThat(linearizable(List.of(event(1, 2, write(1)), event(3, 4, read(1))))).isTrue();
    assertThat(linearizable(List.of(event(1, 2, write(1)), event(3, 4, read(0))))).isFalse();
  }

  @Test
  void a_read_beside_a_write_sees_either() {
    assertThat(linearizable(List.of(event(1, 5, write(1)), event(2, 3, read(0))))).isTrue();
    assertThat(linearizable(List.of(event(1, 5, write(1)), event(2, 3, read(1))))).isTrue();
    assertThat(linearizable(List.of(event(1, 5, write(1)), event(2, 3, read(2))))).isFalse();
  }

  @Test
  void what_was_seen_once_stays_seen() {
    assertThat(
            linearizable(
                List.of(event(1, 9, write(1)), event(2, 3, read(1)), event(4, 5, read(0)))))
        .isFalse();
  }

  @Test
  void only_one_of_two_swaps_succeeds() {
    assertThat(linearizable(List.of(event(1, 5, swap(0, 1, true)), event(1, 5, swap(0, 2, true)))))
        .isFalse();
    assertThat(linearizable(List.of(event(1, 5, swap(0, 1, true)), event(1, 5, swap(0, 2, false)))))
        .isTrue();
    assertThat(linearizable(List.of(event(1, 2, swap(0, 1, false)), event(3, 5, swap(0, 2, true)))))
        .isFalse();
  }

  @Test
  void an_unknown_outcome_may_have_happened_or_not() {
    Event<Register> unknown = event(1, Long.MAX_VALUE, write(1));
    assertThat(linearizable(List.of(unknown, event(3, 4, read(0))))).isTrue();
    assertThat(linearizable(List.of(unknown, event(3, 4, read(0)), event(5, 6, read(1))))).isTrue();
    assertThat(linearizable(List.of(unknown, event(3, 4, read(1)), event(5, 6, read(0)))))
        .isFalse();
  }
}
