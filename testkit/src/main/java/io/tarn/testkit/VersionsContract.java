package io.tarn.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tarn.store.Annotate;
import io.tarn.store.Conditions;
import io.tarn.store.Delete;
import io.tarn.store.Deleted;
import io.tarn.store.ETags;
import io.tarn.store.Key;
import io.tarn.store.ListFrom;
import io.tarn.store.ListObjects;
import io.tarn.store.ListVersions;
import io.tarn.store.Metadata;
import io.tarn.store.ObjectPage;
import io.tarn.store.ObjectStore;
import io.tarn.store.Put;
import io.tarn.store.Read;
import io.tarn.store.StoreFailure;
import io.tarn.store.Tags;
import io.tarn.store.Version;
import io.tarn.store.VersionPage;
import io.tarn.store.Versioning;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// What every [ObjectStore] with versions promises about them.
public abstract class VersionsContract extends OneBucket {
  private static final Key KEY = new Key("k");

  private void versioning(Versioning versioning) {
    bucket = buckets.setVersioning(bucket, versioning);
  }

  private Version put(String text) {
    return put(KEY, text);
  }

  private Version put(Key key, String text) {
    return store.put(new Put(bucket, key), Bodies.of(text)).version();
  }

  private String read(Version version) {
    byte[] bytes = Bodies.drain(store.open(new Read(bucket, KEY, version, Conditions.NONE)));
    return new String(bytes, StandardCharsets.UTF_8);
  }

  private Deleted delete(Version version) {
    return store.delete(new Delete(bucket, KEY, OWNER, version, Conditions.NONE));
  }

  /// `id*` for the latest, `-id` for a delete marker.
  private List<String> versions(String prefix, String delimiter, ListFrom from, Version after) {
    VersionPage page =
        store.versions(new ListVersions(bucket, prefix, delimiter, from, after, 100));
    assertThat(page.next()).isNull();
    return page.items().stream().map(VersionsContract::said).toList();
  }

  private List<String> versions() {
    return versions("", "", ListFrom.START, Version.LATEST);
  }

  private static String said(VersionPage.Listed listed) {
    return switch (listed) {
      case VersionPage.ListedVersion one ->
          one.key() + "@" + one.version() + (one.latest() ? "*" : "");
      case VersionPage.DeleteMarker one ->
          "-" + one.key() + "@" + one.version() + (one.latest() ? "*" : "");
      case VersionPage.Group(var prefix) -> "[" + prefix + "]";
    };
  }

  private List<String> keys() {
    ObjectPage page = store.list(new ListObjects(bucket, "", "", ListFrom.START, 100));
    List<String> keys = new ArrayList<>();
    for (ObjectPage.Listed listed : page.items()) {
      if (listed instanceof ObjectPage.ListedObject object) keys.add(object.key().text());
    }
    return keys;
  }

  @Test
  @Needs(Claim.VERSIONS)
  void each_write_is_a_version_of_its_own() {
    versioning(Versioning.ENABLED);
    Version one = put("1");
    Version two = put("2");
    assertThat(one).isNotEqualTo(two).isNotEqualTo(Version.NULL);
    assertThat(read(one)).isEqualTo("1");
    assertThat(read(two)).isEqualTo("2");
    assertThat(read(Version.LATEST)).isEqualTo("2");
    assertThat(versions()).containsExactly("k@" + two + "*", "k@" + one);
  }

  @Test
  @Needs(Claim.VERSIONS)
  void a_delete_marker_hides_the_key_and_nothing_else() {
    versioning(Versioning.ENABLED);
    Version one = put("1");
    Deleted deleted = delete(Version.LATEST);
    assertThat(deleted.deleteMarker()).isTrue();
    assertThatThrownBy(() -> read(Version.LATEST))
        .isInstanceOfSatisfying(
            StoreFailure.DeleteMarkerMet.class,
            e -> {
              assertThat(e.latest()).isTrue();
              assertThat(e.version()).isEqualTo(deleted.version());
            });
    assertThatThrownBy(() -> read(deleted.version()))
        .isInstanceOfSatisfying(
            StoreFailure.DeleteMarkerMet.class, e -> assertThat(e.latest()).isFalse());
    assertThat(read(one)).isEqualTo("1");
    assertThat(keys()).isEmpty();
    assertThat(versions()).containsExactly("-k@" + deleted.version() + "*", "k@" + one);
    assertThat(delete(deleted.version())).isEqualTo(new Deleted(deleted.version(), true));
    assertThat(read(Version.LATEST)).isEqualTo("1");
    assertThat(keys()).containsExactly("k");
  }

  @Test
  @Needs(Claim.VERSIONS)
  void deleting_the_newest_version_brings_back_the_one_before() {
    versioning(Versioning.ENABLED);
    Version one = put("1");
    Version two = put("2");
    Version three = put("3");
    delete(two);
    delete(three);
    assertThat(read(Version.LATEST)).isEqualTo("1");
    assertThat(versions()).containsExactly("k@" + one + "*");
    assertThatThrownBy(() -> read(three)).isInstanceOf(StoreFailure.NoSuchVersion.class);
    assertThat(delete(three)).isEqualTo(new Deleted(three, false));
    delete(one);
    assertThat(versions()).isEmpty();
    assertThatThrownBy(() -> read(Version.LATEST)).isInstanceOf(StoreFailure.NoSuchKey.class);
  }

  @Test
  @Needs(Claim.VERSIONS)
  void what_was_there_before_versioning_is_the_null_version() {
    put("old");
    versioning(Versioning.ENABLED);
    assertThat(versions()).containsExactly("k@null*");
    assertThat(read(Version.NULL)).isEqualTo("old");
    Version one = put("1");
    assertThat(versions()).containsExactly("k@" + one + "*", "k@null");
    assertThat(read(Version.NULL)).isEqualTo("old");
    delete(one);
    assertThat(read(Version.LATEST)).isEqualTo("old");
    assertThat(delete(Version.NULL)).isEqualTo(new Deleted(Version.NULL, false));
    assertThat(versions()).isEmpty();
  }

  @Test
  @Needs(Claim.VERSIONS)
  void a_suspended_bucket_replaces_its_null_version_only() {
    versioning(Versioning.ENABLED);
    Version one = put("1");
    versioning(Versioning.SUSPENDED);
    assertThat(put("a")).isEqualTo(Version.NULL);
    assertThat(put("b")).isEqualTo(Version.NULL);
    assertThat(versions()).containsExactly("k@null*", "k@" + one);
    assertThat(read(Version.NULL)).isEqualTo("b");
    assertThat(delete(Version.LATEST)).isEqualTo(new Deleted(Version.NULL, true));
    assertThat(versions()).containsExactly("-k@null*", "k@" + one);
    versioning(Versioning.ENABLED);
    Version two = put("2");
    assertThat(versions()).containsExactly("k@" + two + "*", "-k@null", "k@" + one);
    assertThat(delete(Version.NULL)).isEqualTo(new Deleted(Version.NULL, true));
    assertThat(versions()).containsExactly("k@" + two + "*", "k@" + one);
  }

  @Test
  @Needs(Claim.VERSIONS)
  void a_null_version_is_newest_again_when_written_again() {
    put("old");
    versioning(Versioning.ENABLED);
    Version one = put("1");
    versioning(Versioning.SUSPENDED);
    put("new");
    assertThat(versions()).containsExactly("k@null*", "k@" + one);
  }

  @Test
  @Needs({Claim.VERSIONS, Claim.CONDITIONAL_WRITES})
  void a_delete_marker_counts_as_absent_for_conditions() {
    versioning(Versioning.ENABLED);
    put("1");
    delete(Version.LATEST);
    var absent = new Conditions(ETags.UNSAID, ETags.ANY, null, null);
    var put = new Put(bucket, KEY, OWNER, Metadata.NONE, Tags.NONE, absent);
    store.put(put, Bodies.of("2"));
    assertThatThrownBy(() -> store.put(put, Bodies.of("3")))
        .isInstanceOf(StoreFailure.ConditionFailed.class);
  }

  @Test
  @Needs({Claim.VERSIONS, Claim.TAGS})
  void tags_belong_to_a_version() {
    versioning(Versioning.ENABLED);
    Version one = put("1");
    Version two = put("2");
    var tags = new Tags(Map.of("a", "b"));
    assertThat(store.annotate(new Annotate(bucket, KEY, one, new Annotate.SetTags(tags))))
        .isEqualTo(one);
    assertThat(tags(one)).isEqualTo(tags);
    assertThat(tags(two)).isEqualTo(Tags.NONE);
    delete(two);
    assertThat(tags(Version.LATEST)).isEqualTo(tags);
  }

  private Tags tags(Version version) {
    return store.head(new Read(bucket, KEY, version, Conditions.NONE)).tags();
  }

  @Test
  @Needs(Claim.VERSIONS)
  void an_id_that_no_store_gives_is_refused() {
    versioning(Versioning.ENABLED);
    put("1");
    assertThatThrownBy(() -> read(new Version("no such id!")))
        .isInstanceOfAny(StoreFailure.Invalid.class, StoreFailure.NoSuchVersion.class);
  }

  @Test
  @Needs(Claim.VERSIONS)
  void versions_are_paged_at_every_place() {
    put(new Key("a"), "old");
    put(new Key("b"), "old");
    put(new Key("c/1"), "old");
    versioning(Versioning.ENABLED);
    for (int i = 0; i < 3; i++) put(new Key("b"), "x" + i);
    put(new Key(can(Claim.ANY_CHARACTER) ? "b\u0000" : "b!"), "x");
    for (int i = 0; i < 2; i++) put(new Key("c/2"), "x" + i);
    store.delete(new Delete(bucket, new Key("b")));
    for (String delimiter : List.of("", "/")) {
      List<String> whole = versions("", delimiter, ListFrom.START, Version.LATEST);
      assertThat(whole).hasSize(delimiter.isEmpty() ? 10 : 8);
      for (int limit = 1; limit <= 11; limit++) {
        List<String> paged = new ArrayList<>();
        ListFrom from = ListFrom.START;
        Version version = Version.LATEST;
        for (int pages = 0; from != null && pages < 20; pages++) {
          VersionPage page =
              store.versions(new ListVersions(bucket, "", delimiter, from, version, limit));
          page.items().forEach(listed -> paged.add(said(listed)));
          from = page.next();
          version = page.nextVersion();
        }
        assertThat(paged).as("limit %d", limit).isEqualTo(whole);
      }
    }
  }

  @Test
  @Needs(Claim.VERSIONS)
  void a_key_marker_alone_is_behind_all_versions_of_the_key() {
    versioning(Versioning.ENABLED);
    put(new Key("a"), "1");
    put(new Key("a"), "2");
    Version b = put(new Key("b"), "1");
    assertThat(versions("", "", new ListFrom.After("a"), Version.LATEST))
        .containsExactly("b@" + b + "*");
  }
}
