package io.tarn.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tarn.bytes.ChecksumAlgorithm;
import io.tarn.store.BeginUpload;
import io.tarn.store.ByteRange;
import io.tarn.store.Checksum;
import io.tarn.store.ChecksumType;
import io.tarn.store.CompleteUpload;
import io.tarn.store.Conditions;
import io.tarn.store.Content;
import io.tarn.store.ContentRange;
import io.tarn.store.ETag;
import io.tarn.store.ETags;
import io.tarn.store.Fact;
import io.tarn.store.Key;
import io.tarn.store.Metadata;
import io.tarn.store.ObjectHead;
import io.tarn.store.ObjectStore;
import io.tarn.store.OpenObject;
import io.tarn.store.Part;
import io.tarn.store.Permit;
import io.tarn.store.Put;
import io.tarn.store.Read;
import io.tarn.store.Span;
import io.tarn.store.StoreFailure;
import io.tarn.store.Tags;
import io.tarn.store.TenantId;
import io.tarn.store.UploadRef;
import io.tarn.store.Version;
import io.tarn.store.Wanted;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// What every [ObjectStore] promises about what is [Wanted] of an object: exactly these bytes, and
/// at least these facts.
public abstract class WantedContract extends OneBucket {
  private static final Key KEY = new Key("k");
  private static final ChecksumAlgorithm KIND = ChecksumAlgorithm.CRC32C;

  private byte[] put(int size) {
    byte[] bytes = Bodies.bytes(size, size);
    store.put(new Put(bucket, KEY), Bodies.of(bytes, KIND));
    return bytes;
  }

  private Read read(Span span) {
    return new Read(bucket, KEY).of(span);
  }

  /// What of `bytes` a read gives; its slice is what was measured.
  private ContentRange check(Read read, byte[] bytes, @Nullable ByteRange expected) {
    ContentRange measured = store.measure(read).slice();
    try (OpenObject open = store.open(read)) {
      assertThat(open.slice().range()).isEqualTo(measured.range());
      if (can(Claim.CHECKSUMS)) assertThat(open.slice()).isEqualTo(measured);
      assertThat(open.head().content().size()).isEqualTo(bytes.length);
      byte[] got = Bodies.bytes(open.payload());
      assertThat(measured.range()).isEqualTo(expected);
      assertThat(measured.length()).isEqualTo(got.length);
      assertThat(got)
          .isEqualTo(
              expected == null
                  ? bytes
                  : Arrays.copyOfRange(bytes, (int) expected.first(), (int) expected.last() + 1));
    }
    return measured;
  }

  @Test
  void any_span_gives_its_bytes_and_no_others() {
    long seed = Long.getLong("seed", System.nanoTime());
    var random = new Random(seed);
    for (int size : new int[] {1, 10, 65_537, 300_000}) {
      byte[] bytes = put(size);
      var all = new ByteRange(0, size - 1);
      ContentRange whole = check(read(new Span.Whole()), bytes, null);
      if (can(Claim.CHECKSUMS)) assertThat(whole.checksum().isPresent()).isTrue();
      ContentRange rest = check(read(new Span.From(0)), bytes, all);
      if (can(Claim.CHECKSUMS)) assertThat(rest.checksum()).isEqualTo(whole.checksum());
      check(read(new Span.Last(size + 7L)), bytes, all);
      check(read(new Span.Between(0, Long.MAX_VALUE)), bytes, all);
      for (int i = 0; i < 20; i++) {
        int first = random.nextInt(size);
        int last = first + random.nextInt(size - first);
        var range = new ByteRange(first, last);
        ContentRange slice = check(read(new Span.Between(first, last)), bytes, range);
        if (range.length() < size) {
          assertThat(slice.checksum()).as("seed %d", seed).isEqualTo(Checksum.NONE);
        }
        check(read(new Span.From(first)), bytes, new ByteRange(first, size - 1));
        check(read(new Span.Last(size - first)), bytes, new ByteRange(first, size - 1));
      }
    }
  }

  @Test
  void a_span_of_nothing_is_no_such_range() {
    for (int size : new int[] {0, 10, 300_000}) {
      put(size);
      for (Span span :
          List.of(new Span.From(size), new Span.Between(size, size + 1L), new Span.Last(0))) {
        for (var call :
            List.<Runnable>of(() -> store.open(read(span)), () -> store.measure(read(span)))) {
          assertThatThrownBy(call::run)
              .isInstanceOfSatisfying(
                  StoreFailure.NoSuchRange.class, e -> assertThat(e.size()).isEqualTo(size));
        }
      }
    }
  }

  @Test
  void permits_and_conditions_come_before_the_span() {
    put(10);
    var beyond = Wanted.of(new Span.From(10), EnumSet.noneOf(Fact.class));
    var unmet = new Conditions(new ETags(false, List.of(new ETag("x"))), ETags.UNSAID, null, null);
    assertThatThrownBy(
            () -> store.open(new Read(bucket, KEY, Version.LATEST, unmet, Permit.ANY, beyond)))
        .isInstanceOf(StoreFailure.ConditionFailed.class);
    assertThatThrownBy(
            () -> store.open(new Read(bucket, KEY, Version.LATEST, unmet, _ -> false, beyond)))
        .isInstanceOf(StoreFailure.NotPermitted.class);
  }

  @Test
  void a_span_that_is_of_one_version_only_gives_another_whole() {
    byte[] bytes = put(1000);
    ETag tag = store.head(read(new Span.Whole())).content().etag();
    var same = new ETags(false, List.of(tag));
    var other = new ETags(false, List.of(new ETag("other")));
    check(
        wanted(new Wanted(new Span.From(990), same, EnumSet.allOf(Fact.class))),
        bytes,
        new ByteRange(990, 999));
    check(wanted(new Wanted(new Span.From(990), other, EnumSet.allOf(Fact.class))), bytes, null);
    check(wanted(new Wanted(new Span.From(1000), other, EnumSet.allOf(Fact.class))), bytes, null);
  }

  private Read wanted(Wanted wanted) {
    return new Read(bucket, KEY, Version.LATEST, Conditions.NONE, Permit.ANY, wanted);
  }

  @Test
  @Needs({Claim.SMALL_PARTS, Claim.PART_NUMBERS})
  void a_part_is_the_bytes_that_were_uploaded_as_it() {
    for (ChecksumType type : ChecksumType.values()) {
      var begin = new BeginUpload(new Put(bucket, KEY), OWNER, KIND, type);
      var ref = new UploadRef(bucket, KEY, store.begin(begin).id());
      var parts = new ArrayList<Part>();
      int step = type == ChecksumType.COMPOSITE ? 1 : 10; // S3 wants no gaps there
      byte[] whole = new byte[70_000 + 66_000 + 3];
      int offset = 0;
      for (int size : new int[] {70_000, 66_000, 3}) {
        byte[] bytes = Bodies.bytes(size, size);
        int number = step * (parts.size() + 1);
        parts.add(store.putPart(ref, number, Bodies.of(bytes, KIND)));
        System.arraycopy(bytes, 0, whole, offset, size);
        offset += size;
      }
      List<CompleteUpload.Chosen> chosen =
          parts.stream()
              .map(p -> new CompleteUpload.Chosen(p.number(), p.etag(), p.checksum()))
              .toList();
      CompleteUpload.Expected nothing = CompleteUpload.Expected.NOTHING;
      store.complete(new CompleteUpload(ref, chosen, Conditions.NONE, nothing));
      offset = 0;
      for (Part part : parts) {
        var range = ByteRange.at(offset, part.size());
        ContentRange slice = check(read(new Span.OfPart(part.number())), whole, range);
        assertThat(slice.parts()).isEqualTo(3);
        if (type == ChecksumType.COMPOSITE) {
          assertThat(slice.checksum().text()).isEqualTo(part.checksum().text());
        } else {
          assertThat(slice.checksum()).isEqualTo(Checksum.NONE);
        }
        offset += (int) part.size();
      }
      for (int number : new int[] {4, 11, 40}) {
        assertThatThrownBy(() -> store.open(read(new Span.OfPart(number))))
            .isInstanceOfSatisfying(
                StoreFailure.NoSuchPart.class, e -> assertThat(e.parts()).isEqualTo(3));
      }
    }
  }

  @Test
  @Needs(Claim.PART_NUMBERS)
  void an_object_that_was_not_uploaded_in_parts_is_its_own_first() {
    for (int size : new int[] {0, 10, 300_000}) {
      byte[] bytes = put(size);
      ByteRange all = size == 0 ? null : new ByteRange(0, size - 1);
      ContentRange slice = check(read(new Span.OfPart(1)), bytes, all);
      assertThat(slice.parts()).isZero();
      if (can(Claim.CHECKSUMS)) assertThat(slice.checksum().isPresent()).isTrue();
      assertThatThrownBy(() -> store.open(read(new Span.OfPart(2))))
          .isInstanceOf(StoreFailure.NoSuchPart.class);
    }
  }

  @Test
  void what_was_asked_for_is_told() {
    Tags tags = can(Claim.TAGS) ? new Tags(Map.of("a", "1", "b", "2")) : Tags.NONE;
    var put = new Put(bucket, KEY, OWNER, Metadata.NONE, tags, Conditions.NONE);
    store.put(put, Bodies.of(Bodies.bytes(1, 100), KIND));
    for (int bits = 0; bits < 1 << Fact.values().length; bits++) {
      var facts = EnumSet.noneOf(Fact.class);
      int left = bits;
      for (Fact fact : Fact.values()) {
        if (left % 2 == 1) facts.add(fact);
        left /= 2;
      }
      Read read = wanted(Wanted.of(new Span.Whole(), facts));
      ObjectHead head = store.head(read);
      assertThat(head.tagCount()).isEqualTo(tags.values().size());
      if (facts.contains(Fact.TAGS)) assertThat(head.tags()).isEqualTo(tags);
      if (facts.contains(Fact.ACL) && can(Claim.OWNERS)) {
        assertThat(head.owner(TenantId.ANONYMOUS)).isEqualTo(OWNER);
      }
      Content content = head.content();
      if (facts.contains(Fact.CHECKSUM) && can(Claim.CHECKSUMS)) {
        assertThat(content.checksum().algorithm()).isEqualTo(KIND);
      }
      try (OpenObject open = store.open(read)) {
        assertThat(open.head()).isEqualTo(head);
        if (facts.contains(Fact.PARTS)) assertThat(open.parts()).isEmpty();
      }
    }
  }
}
