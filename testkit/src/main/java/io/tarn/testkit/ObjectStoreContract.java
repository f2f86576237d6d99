package io.tarn.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tarn.bytes.ChecksumAlgorithm;
import io.tarn.store.Acl;
import io.tarn.store.Annotate;
import io.tarn.store.ByteRange;
import io.tarn.store.Checksum;
import io.tarn.store.Conditions;
import io.tarn.store.Copied;
import io.tarn.store.Copy;
import io.tarn.store.Delete;
import io.tarn.store.Deleted;
import io.tarn.store.ETag;
import io.tarn.store.ETags;
import io.tarn.store.Key;
import io.tarn.store.Metadata;
import io.tarn.store.ObjectHead;
import io.tarn.store.ObjectStore;
import io.tarn.store.OpenObject;
import io.tarn.store.Put;
import io.tarn.store.Read;
import io.tarn.store.Span;
import io.tarn.store.StoreFailure;
import io.tarn.store.Tags;
import io.tarn.store.TenantId;
import io.tarn.store.Told;
import io.tarn.store.Version;
import io.tarn.store.Written;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// What every [ObjectStore] promises about simple objects. [VersionsContract], [UploadsContract]
/// and [ListingContract] say the rest.
public abstract class ObjectStoreContract extends OneBucket {
  private static final Key KEY = new Key("a/key");

  /// Fresh and empty. Parts may be as small as `smallestPart` bytes.
  protected abstract BucketsContract.Both both(long smallestPart);

  @Override
  protected final BucketsContract.Both both() {
    return both(SMALLEST);
  }

  private Written put(String text) {
    return store.put(new Put(bucket, KEY), Bodies.of(text));
  }

  private String text(Key key) {
    return new String(Bodies.drain(store.open(new Read(bucket, key))), StandardCharsets.UTF_8);
  }

  private Put put(Conditions conditions) {
    return new Put(bucket, KEY, OWNER, Metadata.NONE, Tags.NONE, conditions);
  }

  private static Conditions ifMatch(String etag) {
    return new Conditions(new ETags(false, List.of(new ETag(etag))), ETags.UNSAID, null, null);
  }

  private static final Conditions IF_NONE = new Conditions(ETags.UNSAID, ETags.ANY, null, null);

  private static final Conditions IF_ANY = new Conditions(ETags.ANY, ETags.UNSAID, null, null);

  @Test
  void an_object_is_read_back_with_all_that_was_said_about_it() {
    String size = can(Claim.ANY_CHARACTER) ? "größe" : "size";
    var metadata =
        new Metadata(Map.of("content-type", "text/plain"), Map.of("colour", "blau", size, "ü"));
    Tags tags = can(Claim.TAGS) ? new Tags(Map.of("a", "1", "b", "")) : Tags.NONE;
    var by = new TenantId("bert");
    Instant before = Instant.now().minusSeconds(5);
    Written written =
        store.put(new Put(bucket, KEY, by, metadata, tags, Conditions.NONE), Bodies.of("hello"));
    ObjectHead head = store.head(new Read(bucket, KEY));
    assertThat(head.metadata()).isEqualTo(metadata);
    assertThat(head.tags()).isEqualTo(tags);
    if (can(Claim.OWNERS)) assertThat(head.ownership()).isEqualTo(Told.of(by));
    assertThat(head.version()).isEqualTo(Version.NULL).isEqualTo(written.version());
    assertSame(head.content(), written.content());
    assertThat(head.content().size()).isEqualTo(5);
    assertThat(head.content().etag().text()).isEqualTo("5d41402abc4b2a76b9719d911017c592");
    assertThat(head.content().modified()).isAfter(before);
    try (OpenObject open = store.open(new Read(bucket, KEY))) {
      assertThat(open.parts()).isEmpty();
    }
    assertThat(text(KEY)).isEqualTo("hello");
  }

  @Test
  void bodies_of_all_sizes_come_back() {
    for (int size : new int[] {0, 1, 4096, 65_535, 65_536, 65_537, 200_000, 1 << 20}) {
      byte[] bytes = Bodies.bytes(size, size);
      store.put(new Put(bucket, KEY), Bodies.of(bytes));
      assertThat(Bodies.drain(store.open(new Read(bucket, KEY)))).isEqualTo(bytes);
      if (can(Claim.UNKNOWN_LENGTHS)) {
        store.put(new Put(bucket, KEY), Bodies.ofUnknownLength(bytes));
        assertThat(Bodies.drain(store.open(new Read(bucket, KEY)))).isEqualTo(bytes);
      }
      assertThat(store.head(new Read(bucket, KEY)).content().size()).isEqualTo(size);
    }
  }

  @Test
  void any_range_comes_back() {
    for (int size : new int[] {10, 100_000, 300_000}) {
      byte[] bytes = Bodies.bytes(size, size);
      store.put(new Put(bucket, KEY), Bodies.of(bytes));
      long[][] ranges = {{0, 0}, {0, size - 1}, {size - 1, size - 1}, {3, 7}, {size / 2, size - 2}};
      for (long[] range : ranges) {
        try (OpenObject open =
            store.open(new Read(bucket, KEY).of(new Span.Between(range[0], range[1])))) {
          assertThat(open.slice().range()).isEqualTo(new ByteRange(range[0], range[1]));
          assertThat(Bodies.bytes(open.payload()))
              .isEqualTo(Arrays.copyOfRange(bytes, (int) range[0], (int) range[1] + 1));
        }
      }
    }
  }

  @Test
  @Needs(Claim.CHECKSUMS)
  void a_checksum_is_kept() {
    for (ChecksumAlgorithm algorithm : ChecksumAlgorithm.values()) {
      byte[] bytes = Bodies.bytes(9, 1000);
      Written written = store.put(new Put(bucket, KEY), Bodies.of(bytes, algorithm));
      ChecksumAlgorithm.Running running = algorithm.start();
      running.update(ByteBuffer.wrap(bytes));
      assertThat(written.content().checksum()).isEqualTo(Checksum.of(algorithm, running.value()));
      assertThat(store.head(new Read(bucket, KEY)).content().checksum())
          .isEqualTo(written.content().checksum());
    }
  }

  @Test
  void an_interrupted_body_leaves_what_was_there() {
    put("before");
    for (int size : new int[] {100, 500_000}) {
      assertThatThrownBy(
              () ->
                  store.put(
                      new Put(bucket, KEY), Bodies.interrupted(Bodies.bytes(1, size), size / 2)))
          .isInstanceOf(StoreFailure.Interrupted.class);
    }
    assertThat(text(KEY)).isEqualTo("before");
  }

  @Test
  void keys_are_opaque() {
    String name = "x".repeat(255);
    var keys =
        new ArrayList<>(
            List.of(
                "a",
                "A",
                "..a",
                "a.",
                " ",
                "%2F",
                "\\",
                "é",
                "e\u0301",
                "\uFFFD",
                "\uD83D\uDE00",
                "d/".repeat(511) + "d"));
    if (can(Claim.LONG_NAMES)) keys.add(String.join("/", name, name, name, name));
    if (can(Claim.KEYS_THAT_ARE_NO_PATHS)) {
      keys.addAll(List.of("/", "//", "..", "../x", ".", "a/", "a/b", "x".repeat(1024)));
    }
    if (can(Claim.ANY_CHARACTER)) keys.addAll(List.of("\u0000", "a\u0000"));
    for (String key : keys) store.put(new Put(bucket, new Key(key)), Bodies.of(key));
    for (String key : keys) assertThat(text(new Key(key))).isEqualTo(key);
  }

  @Test
  void what_is_not_there_is_no_such_key() {
    assertThatThrownBy(() -> store.head(new Read(bucket, KEY)))
        .isInstanceOf(StoreFailure.NoSuchKey.class);
    assertThatThrownBy(() -> store.open(new Read(bucket, KEY)))
        .isInstanceOf(StoreFailure.NoSuchKey.class);
  }

  @Test
  void deleting_is_a_success_whatever_is_there() {
    put("x");
    assertThat(store.delete(new Delete(bucket, KEY))).isEqualTo(Deleted.NOTHING);
    assertThat(store.delete(new Delete(bucket, KEY))).isEqualTo(Deleted.NOTHING);
    assertThatThrownBy(() -> store.head(new Read(bucket, KEY)))
        .isInstanceOf(StoreFailure.NoSuchKey.class);
  }

  @Test
  void the_null_version_of_an_unversioned_bucket_is_the_object() {
    put("x");
    assertThat(store.head(new Read(bucket, KEY, Version.NULL, Conditions.NONE)).version())
        .isEqualTo(Version.NULL);
    assertThat(store.delete(new Delete(bucket, KEY, OWNER, Version.NULL, Conditions.NONE)))
        .isEqualTo(new Deleted(Version.NULL, false));
    assertThatThrownBy(() -> store.head(new Read(bucket, KEY)))
        .isInstanceOf(StoreFailure.NoSuchKey.class);
  }

  @Test
  void an_open_object_outlives_its_key() {
    for (int size : new int[] {100, 300_000}) {
      byte[] bytes = Bodies.bytes(size, size);
      store.put(new Put(bucket, KEY), Bodies.of(bytes));
      try (OpenObject open = store.open(new Read(bucket, KEY))) {
        put("other");
        store.delete(new Delete(bucket, KEY));
        assertThat(Bodies.bytes(open.payload())).isEqualTo(bytes);
        assertThat(open.head().content().size()).isEqualTo(size);
      }
    }
  }

  @Test
  @Needs(Claim.CONDITIONAL_WRITES)
  void a_create_only_write_creates_once() {
    store.put(put(IF_NONE), Bodies.of("first"));
    assertThatThrownBy(() -> store.put(put(IF_NONE), Bodies.of("second")))
        .isInstanceOf(StoreFailure.ConditionFailed.class);
    assertThat(text(KEY)).isEqualTo("first");
    store.delete(new Delete(bucket, KEY));
    store.put(put(IF_NONE), Bodies.of("third"));
    assertThat(text(KEY)).isEqualTo("third");
  }

  @Test
  @Needs(Claim.CONDITIONAL_WRITES)
  void a_write_if_match_needs_the_match() {
    assertThatThrownBy(() -> store.put(put(ifMatch("x")), Bodies.of("1")))
        .isInstanceOf(StoreFailure.NoSuchKey.class);
    String etag = put("1").content().etag().text();
    assertThatThrownBy(() -> store.put(put(ifMatch("x")), Bodies.of("2")))
        .isInstanceOf(StoreFailure.ConditionFailed.class);
    store.put(put(ifMatch(etag)), Bodies.of("2"));
    assertThat(text(KEY)).isEqualTo("2");
    store.put(put(IF_ANY), Bodies.of("3"));
    assertThat(text(KEY)).isEqualTo("3");
  }

  @Test
  @Needs(Claim.CONDITIONAL_DELETES)
  void a_conditional_delete_needs_its_conditions() {
    String etag = put("12345").content().etag().text();
    Instant modified = store.head(new Read(bucket, KEY)).content().modified();
    assertThatThrownBy(() -> store.delete(delete(ifMatch("x"))))
        .isInstanceOf(StoreFailure.ConditionFailed.class);
    assertThatThrownBy(() -> store.delete(delete(sized(4L, null))))
        .isInstanceOf(StoreFailure.ConditionFailed.class);
    assertThatThrownBy(() -> store.delete(delete(sized(null, modified.minusSeconds(3)))))
        .isInstanceOf(StoreFailure.ConditionFailed.class);
    store.delete(delete(sized(5L, modified)));
    if (can(Claim.STRICT_DELETES)) {
      assertThatThrownBy(() -> store.delete(delete(ifMatch(etag))))
          .isInstanceOf(StoreFailure.NoSuchKey.class);
    }
    put("12345");
    store.delete(delete(ifMatch(etag)));
    assertThatThrownBy(() -> store.head(new Read(bucket, KEY)))
        .isInstanceOf(StoreFailure.NoSuchKey.class);
  }

  private Delete delete(Conditions conditions) {
    return new Delete(bucket, KEY, OWNER, Version.LATEST, conditions);
  }

  private static Conditions sized(
      @org.jspecify.annotations.Nullable Long size,
      @org.jspecify.annotations.Nullable Instant modified) {
    return new Conditions(ETags.UNSAID, ETags.UNSAID, null, null, size, modified);
  }

  @Test
  void conditional_reads_follow_their_conditions() {
    Written written = put("x");
    String etag = written.content().etag().text();
    var noneMatch =
        new Conditions(ETags.UNSAID, new ETags(false, List.of(new ETag(etag))), null, null);
    assertThatThrownBy(() -> store.head(new Read(bucket, KEY, Version.LATEST, noneMatch)))
        .isInstanceOfSatisfying(
            StoreFailure.NotModified.class,
            e -> assertThat(e.head().content().etag().text()).isEqualTo(etag));
    assertThatThrownBy(() -> store.open(new Read(bucket, KEY, Version.LATEST, ifMatch("y"))))
        .isInstanceOf(StoreFailure.ConditionFailed.class);
    store.open(new Read(bucket, KEY, Version.LATEST, ifMatch(etag))).close();
  }

  @Test
  @Needs(Claim.TAGS)
  void tags_are_replaced_without_touching_the_rest() {
    Written written = put("x");
    var tags = new Tags(Map.of("k", "v"));
    assertThat(store.annotate(tag(KEY, tags))).isEqualTo(Version.NULL);
    ObjectHead head = store.head(new Read(bucket, KEY));
    assertThat(head.tags()).isEqualTo(tags);
    assertSame(head.content(), written.content());
    assertThat(text(KEY)).isEqualTo("x");
    store.annotate(tag(KEY, Tags.NONE));
    assertThat(store.head(new Read(bucket, KEY)).tags()).isEqualTo(Tags.NONE);
    assertThatThrownBy(() -> store.annotate(tag(new Key("none"), tags)))
        .isInstanceOf(StoreFailure.NoSuchKey.class);
    put("again");
    assertThat(text(KEY)).isEqualTo("again");
  }

  private Annotate tag(Key key, Tags tags) {
    return new Annotate(bucket, key, Version.LATEST, new Annotate.SetTags(tags));
  }

  @Test
  @Needs(Claim.CHECKSUMS)
  void a_copy_of_what_has_no_checksum_gets_one() {
    for (int size : new int[] {0, 10, 300_000}) {
      byte[] bytes = Bodies.bytes(size, size);
      store.put(new Put(bucket, KEY), Bodies.of(bytes));
      Copied copied =
          store.copy(
              new Copy(new Read(bucket, KEY), new Put(bucket, new Key("b")), true, true, null));
      ChecksumAlgorithm.Running running = ChecksumAlgorithm.DEFAULT.start();
      running.update(ByteBuffer.wrap(bytes));
      assertThat(copied.written().content().checksum())
          .isEqualTo(Checksum.of(ChecksumAlgorithm.DEFAULT, running.value()));
    }
  }

  @Test
  void a_copy_has_the_bytes_and_what_it_was_told_to_keep() {
    var metadata = new Metadata(Map.of("content-type", "a/b"), Map.of("m", "1"));
    Tags tags = can(Claim.TAGS) ? new Tags(Map.of("t", "1")) : Tags.NONE;
    var other = new Key("other");
    for (int size : new int[] {10, 300_000}) {
      byte[] bytes = Bodies.bytes(size, size);
      store.put(
          new Put(bucket, KEY, OWNER, metadata, tags, Conditions.NONE),
          Bodies.of(bytes, ChecksumAlgorithm.CRC32C));
      Copied copied =
          store.copy(new Copy(new Read(bucket, KEY), new Put(bucket, other), true, true, null));
      assertThat(copied.source()).isEqualTo(Version.NULL);
      ObjectHead head = store.head(new Read(bucket, other));
      assertThat(head.metadata()).isEqualTo(metadata);
      assertThat(head.tags()).isEqualTo(tags);
      if (can(Claim.CHECKSUMS)) {
        assertThat(head.content().checksum())
            .isEqualTo(store.head(new Read(bucket, KEY)).content().checksum());
      }
      store.copy(
          new Copy(
              new Read(bucket, KEY),
              new Put(bucket, other),
              false,
              false,
              ChecksumAlgorithm.SHA256));
      head = store.head(new Read(bucket, other));
      assertThat(head.metadata()).isEqualTo(Metadata.NONE);
      assertThat(head.tags()).isEqualTo(Tags.NONE);
      if (can(Claim.CHECKSUMS)) {
        assertThat(head.content().checksum().algorithm()).isEqualTo(ChecksumAlgorithm.SHA256);
      }
      store.delete(new Delete(bucket, KEY));
      assertThat(Bodies.drain(store.open(new Read(bucket, other)))).isEqualTo(bytes);
    }
  }

  @Test
  void a_copy_onto_itself_replaces_the_metadata() {
    put("bytes");
    var metadata = new Metadata(Map.of(), Map.of("new", "1"));
    var target = new Put(bucket, KEY, OWNER, metadata, Tags.NONE, Conditions.NONE);
    store.copy(new Copy(new Read(bucket, KEY), target, false, false, null));
    assertThat(store.head(new Read(bucket, KEY)).metadata()).isEqualTo(metadata);
    assertThat(text(KEY)).isEqualTo("bytes");
  }

  @Test
  void a_copy_fails_on_the_conditions_of_either_side() {
    String etag = put("x").content().etag().text();
    Key taken = new Key("taken");
    store.put(new Put(bucket, taken), Bodies.of("y"));
    var onto = new Put(bucket, taken, OWNER, Metadata.NONE, Tags.NONE, IF_NONE);
    var target = new Put(bucket, new Key("t"));
    var refused =
        new Conditions(ETags.UNSAID, new ETags(false, List.of(new ETag(etag))), null, null);
    var source = new Read(bucket, KEY, Version.LATEST, refused);
    assertThatThrownBy(() -> store.copy(new Copy(source, target, true, true, null)))
        .isInstanceOf(StoreFailure.ConditionFailed.class);
    if (can(Claim.CONDITIONAL_WRITES)) {
      assertThatThrownBy(() -> store.copy(new Copy(new Read(bucket, KEY), onto, true, true, null)))
          .isInstanceOf(StoreFailure.ConditionFailed.class);
    }
    var absent = new Read(bucket, new Key("absent"));
    assertThatThrownBy(() -> store.copy(new Copy(absent, target, true, true, null)))
        .isInstanceOf(StoreFailure.NoSuchKey.class);
  }

  @Test
  @Needs(Claim.ACLS)
  void an_acl_stays_with_its_object_and_is_never_copied() {
    var open = new Acl(List.of(new Acl.Grant(new Acl.Everyone(), Acl.Permission.READ)));
    var put = new Put(bucket, KEY, OWNER, Metadata.NONE, Tags.NONE, Conditions.NONE, open);
    store.put(put, Bodies.of("hello"));
    assertThat(store.head(new Read(bucket, KEY)).acl()).isEqualTo(open);
    var other = new Key("other");
    store.copy(new Copy(new Read(bucket, KEY), new Put(bucket, other), true, true, null));
    assertThat(store.head(new Read(bucket, other)).acl()).isEqualTo(Acl.PRIVATE);
    store.annotate(new Annotate(bucket, other, Version.LATEST, new Annotate.SetAcl(open)));
    assertThat(store.head(new Read(bucket, other)).acl()).isEqualTo(open);
    assertThat(store.head(new Read(bucket, other)).metadata()).isEqualTo(Metadata.NONE);
    store.put(new Put(bucket, KEY), Bodies.of("again"));
    assertThat(store.head(new Read(bucket, KEY)).acl()).isEqualTo(Acl.PRIVATE);
  }
}
