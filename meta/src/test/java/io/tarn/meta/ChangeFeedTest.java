package io.tarn.meta;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/// What every commit pays for the feed. What subscribers hear is in [MetaStoreFeedContract].
class ChangeFeedTest {
  private static final ChangeListener NOBODY =
      new ChangeListener() {
        @Override
        public void committed(Changes changes) {}

        @Override
        public void missed() {}
      };

  private final ChangeFeed feed = new ChangeFeed();

  private boolean isWanted(String... keys) {
    List<Op> ops =
        List.of(keys).stream().<Op>map(key -> new Op.Put(MetaKey.of(key), new byte[1])).toList();
    return feed.isWanted(Batch.of(1, List.of(), ops));
  }

  @Test
  void rows_next_to_those_that_are_asked_for_cost_a_look_at_their_first_byte() {
    KeyRange buckets = KeyRange.ofPrefix(MetaKey.of("B"));
    KeyRange names = KeyRange.ofPrefix(MetaKey.of("N"));
    Subscription subscription = feed.subscribe(List.of(buckets, names), NOBODY);
    assertThat(isWanted("B", "O1")).isTrue();
    assertThat(isWanted("Nx")).isTrue();
    assertThat(isWanted("A", "C", "Cx", "M", "O", "Ox")).isFalse();
    subscription.close();
    assertThat(isWanted("B", "Nx")).isFalse();
  }

  @Test
  void a_range_that_ends_within_a_first_byte_has_rows_that_begin_with_it() {
    var range = new KeyRange(MetaKey.of("Bx"), MetaKey.of("Cm"));
    Subscription subscription = feed.subscribe(List.of(range), NOBODY);
    assertThat(isWanted("Ca")).isTrue();
    assertThat(isWanted("D", "A")).isFalse();
    subscription.close();
  }
}
