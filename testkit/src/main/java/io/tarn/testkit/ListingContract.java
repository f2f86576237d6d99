package io.tarn.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.tarn.bytes.ChecksumAlgorithm;
import io.tarn.store.Delete;
import io.tarn.store.Key;
import io.tarn.store.ListFrom;
import io.tarn.store.ListObjects;
import io.tarn.store.ObjectHead;
import io.tarn.store.ObjectPage;
import io.tarn.store.ObjectStore;
import io.tarn.store.Put;
import io.tarn.store.Read;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/// What every [ObjectStore] promises about listing objects: the rules of ListObjects in the S3 API
/// reference.
public abstract class ListingContract extends OneBucket {

  private void put(String... keys) {
    for (String key : keys) store.put(new Put(bucket, new Key(key)), Bodies.of(key));
  }

  private ObjectPage page(String prefix, String delimiter, ListFrom from, int limit) {
    return store.list(new ListObjects(bucket, prefix, delimiter, from, limit));
  }

  private static List<String> said(ObjectPage page) {
    List<String> said = new ArrayList<>();
    for (ObjectPage.Listed listed : page.items()) {
      said.add(
          switch (listed) {
            case ObjectPage.ListedObject object -> object.key().text();
            case ObjectPage.Group(var prefix) -> "[" + prefix + "]";
          });
    }
    return said;
  }

  private List<String> list(String prefix, String delimiter, String marker) {
    ObjectPage page = page(prefix, delimiter, new ListFrom.After(marker), 1000);
    assertThat(page.next()).isNull();
    return said(page);
  }

  /// What sorts before every other character.
  private String low() {
    return can(Claim.ANY_CHARACTER) ? "\u0000" : "!";
  }

  @Test
  void keys_are_in_the_order_of_their_bytes() {
    String below = can(Claim.KEYS_THAT_ARE_NO_PATHS) ? "a/" : "a/x";
    String beside = can(Claim.KEYS_THAT_ARE_NO_PATHS) ? "a" : "a ";
    put("b", beside, below, "A", "é", "\uFFFD", "\uD83D\uDE00", "a" + low(), "0", "~", "a0");
    assertThat(list("", "", ""))
        .containsExactly(
            "0", "A", beside, "a" + low(), below, "a0", "b", "~", "é", "\uFFFD", "\uD83D\uDE00");
  }

  @Test
  void groups_stand_where_their_keys_would() {
    String beside = can(Claim.KEYS_THAT_ARE_NO_PATHS) ? "foo" : "foo!";
    put("foo/bar", "foo/baz/x", "foo+1/bar", "quux", beside);
    store.put(new Put(bucket, new Key("asdf/")), Bodies.of(""));
    assertThat(list("", "/", "")).containsExactly("[asdf/]", beside, "[foo+1/]", "[foo/]", "quux");
    assertThat(list("foo/", "/", "")).containsExactly("foo/bar", "[foo/baz/]");
    assertThat(list("asdf/", "/", "")).containsExactly("asdf/");
    assertThat(list("foo", "/", "")).containsExactly(beside, "[foo+1/]", "[foo/]");
  }

  @Test
  @Needs(Claim.ANY_DELIMITER)
  void a_delimiter_may_be_any_text() {
    String low = low();
    put("a--b--c", "a--d", "a-e", "x" + low + "y", "x" + low + "z");
    assertThat(list("", "--", ""))
        .containsExactly("[a--]", "a-e", "x" + low + "y", "x" + low + "z");
    assertThat(list("", low, "")).containsExactly("a--b--c", "a--d", "a-e", "[x" + low + "]");
    assertThat(list("a--", "--", "")).containsExactly("[a--b--]", "a--d");
    assertThat(list("", "a", "")).containsExactly("[a]", "x" + low + "y", "x" + low + "z");
  }

  @Test
  void a_marker_is_exclusive_and_need_not_exist() {
    put("a", "b", "c");
    assertThat(list("", "", "a")).containsExactly("b", "c");
    assertThat(list("", "", "aa")).containsExactly("b", "c");
    assertThat(list("", "", "c")).isEmpty();
    assertThat(list("", "", "zzz")).isEmpty();
    assertThat(list("b", "", "a")).containsExactly("b");
    assertThat(list("b", "", "x".repeat(5000))).isEmpty();
    assertThat(list("", "", "a".repeat(5000))).containsExactly("b", "c");
  }

  @Test
  void a_group_not_greater_than_the_marker_is_not_listed() {
    put("boo/a", "boo/z", "bop", "cat/a");
    assertThat(list("", "/", "boo/")).containsExactly("bop", "[cat/]");
    assertThat(list("", "/", "boo/a")).containsExactly("bop", "[cat/]");
    assertThat(list("", "/", "boo")).containsExactly("[boo/]", "bop", "[cat/]");
    assertThat(list("boo/", "/", "boo/a")).containsExactly("boo/z");
  }

  @Test
  void prefixes_match_bytes_and_may_match_nothing() {
    put("a", "ab", "b/c");
    assertThat(list("a", "", "")).containsExactly("a", "ab");
    assertThat(list("b/", "", "")).containsExactly("b/c");
    assertThat(list("x", "", "")).isEmpty();
    assertThat(list("a".repeat(5000), "", "")).isEmpty();
  }

  @Test
  void pages_add_up_whatever_their_size() {
    put("a", "b/1", "b/2", "b/3", "c", "d/1", "d/2/3", "e");
    for (String delimiter : List.of("", "/")) {
      for (int limit = 1; limit <= 9; limit++) {
        List<String> paged = new ArrayList<>();
        ListFrom from = ListFrom.START;
        for (int pages = 0; from != null && pages < 20; pages++) {
          ObjectPage page = page("", delimiter, from, limit);
          assertThat(page.items()).hasSizeBetween(1, limit);
          paged.addAll(said(page));
          from = page.next();
        }
        assertThat(paged).isEqualTo(list("", delimiter, ""));
      }
    }
  }

  @Test
  void a_page_is_truncated_only_if_another_visible_element_follows() {
    put("a/1", "a/2", "a/3");
    assertThat(page("", "/", ListFrom.START, 1).next()).isNull();
    assertThat(page("", "", ListFrom.START, 3).next()).isNull();
    assertThat(page("", "", ListFrom.START, 2).next()).isEqualTo(new ListFrom.After("a/2"));
    put("b");
    assertThat(page("", "/", ListFrom.START, 1).next()).isEqualTo(new ListFrom.PastGroup("a/"));
  }

  @Test
  void a_limit_of_nothing_lists_nothing() {
    put("a");
    assertThat(page("", "", ListFrom.START, 0)).isEqualTo(new ObjectPage(List.of(), null));
  }

  @Test
  void deleted_keys_and_the_groups_only_they_were_in_are_gone() {
    put("a/1", "b");
    store.delete(new Delete(bucket, new Key("a/1")));
    assertThat(list("", "/", "")).containsExactly("b");
  }

  @Test
  void a_listing_says_what_a_head_says_but_for_the_parts() {
    store.put(
        new Put(bucket, new Key("k")),
        Bodies.of(Bodies.bytes(1, 70_000), ChecksumAlgorithm.CRC64NVME));
    ObjectHead head = store.head(new Read(bucket, new Key("k")));
    List<ObjectPage.Listed> items = page("", "", ListFrom.START, 1).items();
    if (can(Claim.LISTED_FACTS)) {
      assertThat(items)
          .containsExactly(
              new ObjectPage.ListedObject(new Key("k"), head.owner(OWNER), head.content()));
    } else {
      assertThat(items)
          .singleElement()
          .isInstanceOfSatisfying(
              ObjectPage.ListedObject.class,
              one -> {
                assertThat(one.content().size()).isEqualTo(head.content().size());
                assertThat(one.content().etag()).isEqualTo(head.content().etag());
              });
    }
  }

  @Test
  void many_keys_come_in_order() {
    List<String> keys = new ArrayList<>();
    for (int i = 0; i < 2500; i++) keys.add("dir%03d/%05d".formatted(i / 7, i));
    put(keys.toArray(String[]::new));
    List<String> listed = new ArrayList<>();
    ListFrom from = ListFrom.START;
    for (int pages = 0; from != null && pages < 20; pages++) {
      ObjectPage page = page("", "", from, 1000);
      listed.addAll(said(page));
      from = page.next();
    }
    assertThat(listed).isEqualTo(keys);
    assertThat(list("", "/", "")).hasSize(358);
  }
}
