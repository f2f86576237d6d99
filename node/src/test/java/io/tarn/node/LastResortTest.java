package io.tarn.node;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class LastResortTest {
  private final ByteArrayOutputStream text = new ByteArrayOutputStream();
  private final ByteArrayOutputStream raw = new ByteArrayOutputStream();
  private final List<Integer> codes = new ArrayList<>();
  private final LastResort resort = resort(text, raw);

  private LastResort resort(OutputStream text, OutputStream raw) {
    var print = new PrintStream(text, false, StandardCharsets.UTF_8);
    return new LastResort(new LastResort.Saying(print, raw), codes::add);
  }

  /// What saying anything of it meets, too.
  private static final class NoRoom extends OutOfMemoryError {
    private static final long serialVersionUID = 1;

    @Override
    public String getMessage() {
      throw new OutOfMemoryError("not for a message either");
    }
  }

  private void dies(LastResort of, Throwable thrown) {
    try {
      of.uncaughtException(Thread.currentThread(), thrown);
    } catch (OutOfMemoryError e) {
      assertThat(e).hasMessage("not for a message either");
    }
  }

  @Test
  void a_thread_that_dies_is_named_with_what_it_died_of() {
    dies(resort, new IllegalStateException("lost"));
    assertThat(codes).containsExactly(70);
    assertThat(text.toString(StandardCharsets.UTF_8))
        .contains("tarn: ending, so that it can be started again: thread ")
        .contains("IllegalStateException: lost");
    assertThat(resort.failure()).contains("lost");
  }

  @Test
  void without_memory_for_a_message_the_process_ends_and_says_why() {
    dies(resort, new NoRoom());
    assertThat(codes).containsExactly(70);
    assertThat(raw.toString(StandardCharsets.UTF_8))
        .isEqualTo(
            "tarn: ending, so that it can be started again: no memory is left; see TARN_HEAP\n");
    assertThat(resort.failure()).isNotEmpty();
  }

  @Test
  void where_nothing_can_be_said_the_process_ends_all_the_same() {
    var closed =
        new OutputStream() {
          @Override
          public void write(int octet) throws IOException {
            throw new IOException("closed");
          }
        };
    dies(resort(closed, closed), new NoRoom());
    assertThat(codes).containsExactly(70);
  }

  @Test
  void the_words_of_the_first_thread_are_not_cut_off_by_the_second() {
    dies(resort, new IllegalStateException("first"));
    dies(resort, new NoRoom());
    assertThat(codes).containsExactly(70);
    assertThat(raw.size()).isZero();
  }
}
