package io.tarn.meta;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ShortPagesTest {
  private final MetaStore whole = new MemoryMetaStore();
  private final MetaStore cut = new ShortPages(whole);

  @Test
  void no_page_has_two_items_some_have_none_and_together_they_are_the_whole() {
    List<Op> ops = new ArrayList<>();
    for (String key : List.of("a", "b/1", "b/2", "c", "d/1", "e")) {
      ops.add(new Op.Put(MetaKey.of(key), new byte[0]));
    }
    MetaStore.await(cut.commit(Batch.of(7, List.of(), ops)));
    Scan rows = Scan.of(new KeyRange(MetaKey.of("a"), MetaKey.of("e")), 100);
    for (Scan scan : List.of(rows, rows.rollup(0, new byte[] {'/'}))) {
      List<Integer> sizes = new ArrayList<>();
      List<Item> items = new ArrayList<>();
      Optional<Scan> next = Optional.of(scan);
      while (next.isPresent()) {
        Page page = MetaStore.await(cut.scan(next.get()));
        sizes.add(page.items().size());
        items.addAll(page.items());
        next = page.next().map(scan::from);
      }
      assertThat(items.toString()).isEqualTo(MetaStore.await(whole.scan(scan)).items().toString());
      assertThat(sizes).containsOnly(0, 1).endsWith(0);
    }
  }
}
