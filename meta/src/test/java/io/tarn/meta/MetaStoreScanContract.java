package io.tarn.meta;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/// What every [MetaStore] keeps about pages and roll-ups.
abstract class MetaStoreScanContract extends MetaStoreWords {
  @Test
  void a_scan_is_in_unsigned_byte_order_from_inclusive_to_exclusive() {
    byte[][] keys = {{1}, {1, 0}, {1, (byte) 0xFF}, {0x7F}, {(byte) 0x80}, {(byte) 0xFF}};
    for (byte[] bytes : keys) commit(new Op.Put(new MetaKey(bytes), bytes));

    Page page =
        scan(
            Scan.of(
                new KeyRange(new MetaKey(new byte[] {1, 0}), new MetaKey(new byte[] {(byte) 0xFF})),
                10));

    assertThat(page.items().stream().map(i -> ((Item.Row) i).entry().key().bytes()))
        .containsExactly(keys[1], keys[2], keys[3], keys[4]);
    assertThat(page.next()).isEmpty();
  }

  @Test
  void a_scan_crosses_the_rows_of_contents() {
    for (String name : List.of("C", "Czz", "D", "D1", "DZ", "E", "E1")) put(name, name);

    assertThat(names(Scan.of(range("C", "E1"), 100)))
        .containsExactly("C", "Czz", "D", "D1", "DZ", "E");
    assertThat(names(Scan.of(range("D", "E"), 100))).containsExactly("D", "D1", "DZ");
    assertThat(pages(Scan.of(range("C", "F"), 2)))
        .containsExactly("C", "Czz", "D", "D1", "DZ", "E", "E1");
  }

  @Test
  void a_page_is_cut_at_the_limit_and_the_next_one_begins_where_it_says() {
    for (int i = 0; i < 10; i++) put("k" + i, "v");
    Page page = scan(Scan.of(range("k", "l"), 4));

    assertThat(page.items()).hasSize(4);
    assertThat(page.next()).contains(key("k4"));
    assertThat(pages(Scan.of(range("k", "l"), 4))).hasSize(10);
  }

  @Test
  void a_page_that_ends_with_the_range_has_no_next() {
    put("k1", "v");
    put("k2", "v");
    put("l", "v");

    assertThat(scan(Scan.of(range("k", "l"), 2)).next()).isEmpty();
    assertThat(scan(Scan.of(range("k", "l"), 1)).next()).contains(key("k2"));
  }

  @Test
  void an_empty_range_gives_an_empty_page() {
    put("k", "v");
    Page page = scan(Scan.of(range("k", "k"), 10));

    assertThat(page.items()).isEmpty();
    assertThat(page.next()).isEmpty();
  }

  @Test
  void a_scan_for_keys_only_has_versions_but_no_values() {
    long token = put("k", "value");

    assertThat(scan(Scan.of(range("k", "l"), 10).keysOnly()).items())
        .containsExactly(new Item.Row(entry("k", "", token)));
  }

  @Test
  void keys_with_the_delimiter_roll_up_into_their_group() {
    for (String name : List.of("pa", "pb/1", "pb/2", "pb0", "pc/", "pd", "q/1")) put(name, name);

    Page page = scan(Scan.of(range("p", "q"), 10).rollup(1, bytes("/")));

    assertThat(show(page)).containsExactly("pa", "[pb/]", "pb0", "[pc/]", "pd");
  }

  @Test
  void the_delimiter_counts_only_at_or_after_the_offset() {
    for (String name : List.of("a/b", "a/b/c", "a/b/d", "a/e")) put(name, name);

    assertThat(show(scan(Scan.of(range("a", "b"), 10).rollup(2, bytes("/")))))
        .containsExactly("a/b", "[a/b/]", "a/e");
    assertThat(show(scan(Scan.of(range("a", "b"), 10).rollup(1, bytes("/")))))
        .containsExactly("[a/]");
    assertThat(show(scan(Scan.of(range("a", "b"), 10).rollup(50, bytes("/")))))
        .containsExactly("a/b", "a/b/c", "a/b/d", "a/e");
  }

  @Test
  void a_delimiter_may_be_of_any_length() {
    for (String name : List.of("a", "a-", "a--x", "a--y", "a-b--", "a-b-c")) put(name, name);

    assertThat(show(scan(Scan.of(range("a", "b"), 10).rollup(0, bytes("--")))))
        .containsExactly("a", "a-", "[a--]", "[a-b--]", "a-b-c");
    assertThat(show(scan(Scan.of(range("a", "b"), 10).rollup(0, bytes("a-b-c-and-more")))))
        .hasSize(6);
  }

  @Test
  void large_groups_are_skipped_and_roll_ups_count_towards_the_limit() {
    for (int group = 0; group < 5; group++) {
      for (int i = 0; i < 40; i++) put("p" + group + "/" + (char) ('A' + i), "v");
    }
    Scan scan = Scan.of(range("p", "q"), 2).rollup(1, bytes("/"));
    Page page = scan(scan);

    assertThat(show(page)).containsExactly("[p0/]", "[p1/]");
    assertThat(page.next())
        .hasValueSatisfying(next -> assertThat(next.toString()).startsWith("p2/"));
    assertThat(page.examined()).isLessThan(40);
    assertThat(pages(scan)).containsExactly("[p0/]", "[p1/]", "[p2/]", "[p3/]", "[p4/]");
  }

  @Test
  void a_page_that_ends_after_its_last_group_has_no_next() {
    put("p/1", "v");
    put("p/2", "v");

    assertThat(scan(Scan.of(range("p", "q"), 1).rollup(0, bytes("/"))).next()).isEmpty();
  }

  @Test
  void a_group_of_0xff_bytes_ends_the_scan_without_an_error() {
    byte ff = (byte) 0xFF;
    for (int i = 0; i < 20; i++) {
      commit(new Op.Put(new MetaKey(new byte[] {ff, ff, (byte) i}), bytes("v")));
    }
    byte[] end = new byte[MetaKey.MAX_LENGTH];
    Arrays.fill(end, ff);
    KeyRange all = new KeyRange(new MetaKey(new byte[] {1}), new MetaKey(end));

    Page page = scan(Scan.of(all, 10).rollup(0, new byte[] {ff, ff}));

    assertThat(page.items()).containsExactly(new Item.Rollup(new byte[] {ff, ff}));
    assertThat(page.next()).isEmpty();
  }
}
