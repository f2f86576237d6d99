package io.tarn.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tarn.bytes.ChecksumAlgorithm;
import io.tarn.store.Acl;
import io.tarn.store.BeginUpload;
import io.tarn.store.ByteRange;
import io.tarn.store.Checksum;
import io.tarn.store.ChecksumType;
import io.tarn.store.CompleteUpload;
import io.tarn.store.Conditions;
import io.tarn.store.Content;
import io.tarn.store.Delete;
import io.tarn.store.ETag;
import io.tarn.store.ETags;
import io.tarn.store.Key;
import io.tarn.store.ListFrom;
import io.tarn.store.ListUploads;
import io.tarn.store.Metadata;
import io.tarn.store.ObjectHead;
import io.tarn.store.ObjectStore;
import io.tarn.store.OpenObject;
import io.tarn.store.Part;
import io.tarn.store.PartPage;
import io.tarn.store.Permit;
import io.tarn.store.Put;
import io.tarn.store.Read;
import io.tarn.store.Span;
import io.tarn.store.StoreFailure;
import io.tarn.store.StoreFailure.Reason;
import io.tarn.store.Tags;
import io.tarn.store.Upload;
import io.tarn.store.UploadId;
import io.tarn.store.UploadPage;
import io.tarn.store.UploadRef;
import io.tarn.store.Written;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// What every [ObjectStore] promises about multipart uploads.
public abstract class UploadsContract extends OneBucket {
  private static final Key KEY = new Key("big");

  /// Fresh and empty. Parts may be as small as `smallestPart` bytes.
  protected abstract BucketsContract.Both both(long smallestPart);

  @Override
  protected final BucketsContract.Both both() {
    return both(SMALLEST);
  }

  private UploadRef begin(@Nullable ChecksumAlgorithm algorithm, ChecksumType type) {
    Upload upload = store.begin(new BeginUpload(new Put(bucket, KEY), OWNER, algorithm, type));
    return new UploadRef(bucket, KEY, upload.id());
  }

  private UploadRef begin() {
    return begin(null, ChecksumType.COMPOSITE);
  }

  private static CompleteUpload.Chosen chosen(Part part) {
    return new CompleteUpload.Chosen(part.number(), part.etag(), Checksum.NONE);
  }

  private static CompleteUpload complete(UploadRef ref, Part... parts) {
    return new CompleteUpload(
        ref,
        Arrays.stream(parts).map(UploadsContract::chosen).toList(),
        Conditions.NONE,
        CompleteUpload.Expected.NOTHING);
  }

  private void refused(Reason reason, CompleteUpload request) {
    assertThatThrownBy(() -> store.complete(request))
        .isInstanceOfSatisfying(
            StoreFailure.Invalid.class,
            e -> {
              if (can(Claim.REASONS_OF_REFUSALS)) assertThat(e.reason()).isEqualTo(reason);
            });
  }

  @Test
  @Needs(Claim.SMALL_PARTS)
  void the_parts_chosen_become_the_object() {
    var metadata = new Metadata(Map.of("content-type", "a/b"), Map.of());
    Tags tags = can(Claim.TAGS) ? new Tags(Map.of("t", "1")) : Tags.NONE;
    var put = new Put(bucket, KEY, OWNER, metadata, tags, Conditions.NONE);
    Upload upload = store.begin(new BeginUpload(put, OWNER, null, ChecksumType.COMPOSITE));
    var ref = new UploadRef(bucket, KEY, upload.id());
    byte[] a = Bodies.bytes(1, 100_000);
    byte[] b = Bodies.bytes(2, 70_000);
    byte[] c = Bodies.bytes(3, 3);
    Part first = store.putPart(ref, 2, Bodies.of(a));
    store.putPart(ref, 3, Bodies.of(b));
    Part second = store.putPart(ref, 7, Bodies.of(b));
    Part third = store.putPart(ref, 10_000, Bodies.of(c));
    assertThatThrownBy(() -> store.head(new Read(bucket, KEY)))
        .isInstanceOf(StoreFailure.NoSuchKey.class);
    Written written = store.complete(complete(ref, first, second, third));
    assertThat(written.content().etag().text()).endsWith("-3");
    ObjectHead head = store.head(new Read(bucket, KEY));
    assertSame(head.content(), written.content());
    assertThat(head.metadata()).isEqualTo(metadata);
    assertThat(head.tags()).isEqualTo(tags);
    byte[] whole = new byte[a.length + b.length + c.length];
    System.arraycopy(a, 0, whole, 0, a.length);
    System.arraycopy(b, 0, whole, a.length, b.length);
    System.arraycopy(c, 0, whole, a.length + b.length, c.length);
    assertThat(Bodies.drain(store.open(new Read(bucket, KEY)))).isEqualTo(whole);
    if (can(Claim.PART_LISTS)) {
      try (OpenObject open = store.open(new Read(bucket, KEY))) {
        assertThat(open.parts()).containsExactly(first, second, third);
      }
    }
    Read some = new Read(bucket, KEY).of(new Span.Between(99_990, 170_001));
    try (OpenObject open = store.open(some)) {
      assertThat(Bodies.bytes(open.payload()))
          .isEqualTo(Arrays.copyOfRange(whole, 99_990, 170_002));
    }
    assertThatThrownBy(() -> store.parts(ref, 0, 0, Permit.OfUpload.ANY).upload())
        .isInstanceOf(StoreFailure.NoSuchUpload.class);
  }

  @Test
  @Needs(Claim.SMALL_PARTS)
  void the_etag_is_the_md5_of_the_md5s() {
    UploadRef ref = begin();
    Part one = store.putPart(ref, 1, Bodies.of("hello"));
    Part two = store.putPart(ref, 2, Bodies.of("world"));
    assertThat(store.complete(complete(ref, one, two)).content().etag().text())
        .isEqualTo("065947336a2f2a95ba8899f3675c3be6-2");
  }

  @Test
  void a_part_is_replaced_by_one_of_the_same_number() {
    UploadRef ref = begin();
    Part old = store.putPart(ref, 1, Bodies.of("before"));
    Part now = store.putPart(ref, 1, Bodies.of("after!"));
    assertSame(store.parts(ref, 0, 10, Permit.OfUpload.ANY).parts(), now);
    refused(Reason.PART, complete(ref, old));
    store.complete(complete(ref, now));
    assertThat(Bodies.drain(store.open(new Read(bucket, KEY)))).asString().isEqualTo("after!");
  }

  @Test
  @Needs({Claim.SMALL_PARTS, Claim.STRICT_UPLOADS})
  void a_completion_that_contradicts_itself_or_the_parts_is_refused() {
    UploadRef ref = begin();
    Part one = store.putPart(ref, 1, Bodies.of("hello"));
    Part two = store.putPart(ref, 2, Bodies.of("tiny"));
    Part three = store.putPart(ref, 3, Bodies.of("world"));
    refused(Reason.REQUEST, complete(ref));
    refused(Reason.PART_ORDER, complete(ref, three, one));
    refused(Reason.PART_ORDER, complete(ref, one, one));
    refused(Reason.PART_TOO_SMALL, complete(ref, one, two, three));
    var missing = new CompleteUpload.Chosen(4, one.etag(), Checksum.NONE);
    refused(Reason.PART, request(ref, List.of(chosen(one), missing), Checksum.NONE, null));
    var wrong = new CompleteUpload.Chosen(1, new ETag("x"), Checksum.NONE);
    refused(Reason.PART, request(ref, List.of(wrong), Checksum.NONE, null));
    refused(Reason.REQUEST, request(ref, List.of(chosen(one)), Checksum.NONE, 6L));
    store.complete(request(ref, List.of(chosen(one), chosen(two)), Checksum.NONE, 9L));
  }

  private static CompleteUpload request(
      UploadRef ref, List<CompleteUpload.Chosen> parts, Checksum expected, @Nullable Long size) {
    return new CompleteUpload(
        ref, parts, Conditions.NONE, new CompleteUpload.Expected(null, expected, size));
  }

  @Test
  @Needs({Claim.SMALL_PARTS, Claim.STRICT_UPLOADS})
  void completing_again_answers_the_same_while_the_object_is_current() {
    UploadRef ref = begin();
    Part one = store.putPart(ref, 1, Bodies.of("hello"));
    Part two = store.putPart(ref, 2, Bodies.of("world"));
    Written written = store.complete(complete(ref, one, two));
    Written again = store.complete(complete(ref, one, two));
    assertThat(again.version()).isEqualTo(written.version());
    assertSame(again.content(), written.content());
    assertThatThrownBy(() -> store.complete(complete(ref, one)))
        .isInstanceOf(StoreFailure.NoSuchUpload.class);
    store.put(new Put(bucket, KEY), Bodies.of("other"));
    assertThatThrownBy(() -> store.complete(complete(ref, one, two)))
        .isInstanceOf(StoreFailure.NoSuchUpload.class);
  }

  @Test
  @Needs(Claim.CONDITIONAL_WRITES)
  void a_completion_follows_its_conditions() {
    UploadRef ref = begin();
    Part one = store.putPart(ref, 1, Bodies.of("hello"));
    store.put(new Put(bucket, KEY), Bodies.of("there"));
    var absent = new Conditions(ETags.UNSAID, ETags.ANY, null, null);
    var request =
        new CompleteUpload(ref, List.of(chosen(one)), absent, CompleteUpload.Expected.NOTHING);
    assertThatThrownBy(() -> store.complete(request))
        .isInstanceOf(StoreFailure.ConditionFailed.class);
    store.delete(new Delete(bucket, KEY));
    store.complete(request);
    assertThat(Bodies.drain(store.open(new Read(bucket, KEY)))).asString().isEqualTo("hello");
  }

  @Test
  @Needs({Claim.SMALL_PARTS, Claim.CHECKSUMS})
  void a_checksum_of_the_whole_follows_from_the_parts() {
    for (var algorithm :
        List.of(ChecksumAlgorithm.CRC32, ChecksumAlgorithm.CRC32C, ChecksumAlgorithm.CRC64NVME)) {
      UploadRef ref = begin(algorithm, ChecksumType.FULL_OBJECT);
      byte[] bytes = Bodies.bytes(5, 1000);
      Part one = store.putPart(ref, 1, Bodies.of(Arrays.copyOf(bytes, 600), algorithm));
      Part two = store.putPart(ref, 2, Bodies.of(Arrays.copyOfRange(bytes, 600, 1000), algorithm));
      ChecksumAlgorithm.Running running = algorithm.start();
      running.update(ByteBuffer.wrap(bytes));
      Checksum whole = Checksum.of(algorithm, running.value());
      var wrong = new Checksum(algorithm, ChecksumType.FULL_OBJECT, one.checksum().text());
      List<CompleteUpload.Chosen> parts = List.of(chosen(one), chosen(two));
      refused(Reason.CHECKSUM, request(ref, parts, wrong, null));
      Written written = store.complete(request(ref, parts, whole, null));
      assertThat(written.content().checksum()).isEqualTo(whole);
    }
  }

  @Test
  @Needs({Claim.SMALL_PARTS, Claim.CHECKSUMS})
  void a_composite_checksum_is_the_checksum_of_checksums() {
    UploadRef ref = begin(ChecksumAlgorithm.SHA256, ChecksumType.COMPOSITE);
    Part one = putPart(ref, 1, "hello", ChecksumAlgorithm.SHA256);
    Part two = putPart(ref, 2, "world", ChecksumAlgorithm.SHA256);
    List<CompleteUpload.Chosen> parts = List.of(summed(one), summed(two));
    Checksum checksum =
        store.complete(request(ref, parts, Checksum.NONE, null)).content().checksum();
    assertThat(checksum.type()).isEqualTo(ChecksumType.COMPOSITE);
    assertThat(checksum.text()).isEqualTo("cwXbmyq8zXBsJW2z2X5f9I1nfP5NOlkEr7faDjlQ4eI=-2");
  }

  private Part putPart(UploadRef ref, int number, String text, ChecksumAlgorithm algorithm) {
    return store.putPart(ref, number, Bodies.of(text.getBytes(StandardCharsets.UTF_8), algorithm));
  }

  private static CompleteUpload.Chosen summed(Part part) {
    return new CompleteUpload.Chosen(part.number(), part.etag(), part.checksum());
  }

  @Test
  @Needs({Claim.CHECKSUMS, Claim.STRICT_UPLOADS})
  void checksums_that_are_put_together_are_named_and_without_a_gap() {
    UploadRef ref = begin(ChecksumAlgorithm.CRC32, ChecksumType.COMPOSITE);
    Part one = putPart(ref, 1, "hello", ChecksumAlgorithm.CRC32);
    Part three = putPart(ref, 3, "world", ChecksumAlgorithm.CRC32);
    refused(
        Reason.PART_ORDER, request(ref, List.of(summed(one), summed(three)), Checksum.NONE, null));
    refused(Reason.PART_ORDER, request(ref, List.of(summed(three)), Checksum.NONE, null));
    refused(Reason.REQUEST, complete(ref, one));
    refused(Reason.PART, request(ref, List.of(claiming(one, three)), Checksum.NONE, null));
    var other = new Checksum(ChecksumAlgorithm.SHA1, ChecksumType.FULL_OBJECT, "AAAA");
    var claimed = new CompleteUpload.Chosen(1, one.etag(), other);
    refused(Reason.CHECKSUM, request(ref, List.of(claimed), Checksum.NONE, null));
    store.complete(request(ref, List.of(summed(one)), Checksum.NONE, null));
  }

  private static CompleteUpload.Chosen claiming(Part part, Part checksumOf) {
    return new CompleteUpload.Chosen(part.number(), part.etag(), checksumOf.checksum());
  }

  @Test
  @Needs({Claim.CHECKSUMS, Claim.STRICT_UPLOADS})
  void what_a_completion_says_its_checksum_covers_must_be_what_the_upload_is_for() {
    for (var algorithm : new @Nullable ChecksumAlgorithm[] {null, ChecksumAlgorithm.CRC32C}) {
      for (ChecksumType type : ChecksumType.values()) {
        for (ChecksumType asked : ChecksumType.values()) {
          UploadRef ref = begin(algorithm, type);
          Part one = putPart(ref, 1, "hello", ChecksumAlgorithm.CRC32C);
          var expected = new CompleteUpload.Expected(asked, Checksum.NONE, null);
          CompleteUpload.Chosen chosen = algorithm == null ? chosen(one) : summed(one);
          var request = new CompleteUpload(ref, List.of(chosen), Conditions.NONE, expected);
          if (algorithm != null && asked == type) {
            store.complete(request);
          } else {
            refused(Reason.REQUEST, request);
          }
        }
      }
    }
  }

  /// However the parts came and however long they are.
  @Test
  @Needs({Claim.SMALL_PARTS, Claim.CHECKSUMS})
  void an_upload_without_algorithm_gives_its_object_the_checksum_of_all_its_bytes() {
    byte[] bytes = Bodies.bytes(7, 70_000);
    var source = new Key("source");
    store.put(new Put(bucket, source), Bodies.of(bytes));
    var read = new Read(bucket, source);
    UploadRef ref = begin();
    Part one =
        store.putPart(ref, 1, Bodies.of(Arrays.copyOf(bytes, 10), ChecksumAlgorithm.DEFAULT));
    Part two =
        store.copyPart(ref, 2, new ObjectStore.PartSource(read, new ByteRange(10, 65_999))).part();
    Part three =
        store.putPart(
            ref,
            9,
            Bodies.of(Arrays.copyOfRange(bytes, 66_000, 70_000), ChecksumAlgorithm.DEFAULT));
    var none = new Checksum(ChecksumAlgorithm.CRC32, ChecksumType.FULL_OBJECT, "AAAAAA==");
    refused(Reason.PART, request(ref, List.of(summed(one)), Checksum.NONE, null));
    List<CompleteUpload.Chosen> parts = List.of(chosen(one), chosen(two), chosen(three));
    Written written = store.complete(request(ref, parts, none, null));
    ChecksumAlgorithm.Running running = ChecksumAlgorithm.DEFAULT.start();
    running.update(ByteBuffer.wrap(bytes));
    Checksum whole = Checksum.of(ChecksumAlgorithm.DEFAULT, running.value());
    assertThat(written.content().checksum()).isEqualTo(whole);
    assertThat(store.head(new Read(bucket, KEY)).content().checksum()).isEqualTo(whole);
  }

  /// As earlier versions took them.
  @Test
  @Needs(Claim.OBJECTS_WITHOUT_CHECKSUM)
  void parts_without_a_checksum_give_an_object_without_one() {
    UploadRef ref = begin();
    Part one = putPart(ref, 1, "hello", ChecksumAlgorithm.DEFAULT);
    Part two = store.putPart(ref, 2, Bodies.of("world"));
    Part three = putPart(ref, 3, "again", ChecksumAlgorithm.CRC32);
    Content content = store.complete(complete(ref, one, two, three)).content();
    assertThat(content.checksum()).isEqualTo(Checksum.NONE);
    assertThat(content.size()).isEqualTo(15);
  }

  @Test
  @Needs(Claim.SMALL_PARTS)
  void a_part_is_copied_from_an_object_or_a_range_of_it() {
    var source = new Key("source");
    store.put(new Put(bucket, source), Bodies.of("0123456789"));
    UploadRef ref = begin();
    var read = new Read(bucket, source);
    Part one = store.copyPart(ref, 1, new ObjectStore.PartSource(read, null)).part();
    Part two = store.copyPart(ref, 2, new ObjectStore.PartSource(read, new ByteRange(3, 5))).part();
    assertThatThrownBy(
            () -> store.copyPart(ref, 3, new ObjectStore.PartSource(read, new ByteRange(3, 10))))
        .isInstanceOfSatisfying(
            StoreFailure.Invalid.class, e -> assertThat(e.reason()).isEqualTo(Reason.RANGE));
    store.complete(complete(ref, one, two));
    assertThat(Bodies.drain(store.open(new Read(bucket, KEY))))
        .asString()
        .isEqualTo("0123456789345");
  }

  @Test
  @Needs(Claim.STRICT_UPLOADS)
  void an_aborted_upload_is_gone() {
    UploadRef ref = begin();
    Part one = store.putPart(ref, 1, Bodies.of("hello"));
    store.abort(ref, Permit.OfUpload.ANY);
    var unknown = new UploadRef(bucket, KEY, new UploadId("unknown"));
    var otherKey = new UploadRef(bucket, new Key("other"), begin().id());
    for (UploadRef gone : List.of(ref, unknown, otherKey)) {
      List<Runnable> attempts =
          List.of(
              () -> store.abort(gone, Permit.OfUpload.ANY),
              () -> store.parts(gone, 0, 0, Permit.OfUpload.ANY).upload(),
              () -> store.parts(gone, 0, 10, Permit.OfUpload.ANY),
              () -> store.putPart(gone, 1, Bodies.of("x")),
              () -> store.complete(complete(gone, one)));
      for (Runnable attempt : attempts) {
        assertThatThrownBy(attempt::run).isInstanceOf(StoreFailure.NoSuchUpload.class);
      }
    }
  }

  @Test
  void an_interrupted_part_leaves_what_was_there() {
    UploadRef ref = begin();
    Part one = store.putPart(ref, 1, Bodies.of("hello"));
    assertThatThrownBy(
            () -> store.putPart(ref, 1, Bodies.interrupted(Bodies.bytes(1, 90_000), 70_000)))
        .isInstanceOf(StoreFailure.Interrupted.class);
    assertSame(store.parts(ref, 0, 10, Permit.OfUpload.ANY).parts(), one);
  }

  @Test
  void part_numbers_have_bounds() {
    UploadRef ref = begin();
    for (int number : new int[] {-1, 0, 10_001}) {
      assertThatThrownBy(() -> store.putPart(ref, number, Bodies.of("x")))
          .isInstanceOfSatisfying(
              StoreFailure.Invalid.class,
              e -> assertThat(e.reason()).isEqualTo(Reason.PART_NUMBER));
    }
  }

  @Test
  @Needs(Claim.PAGED_PARTS)
  void parts_are_paged_by_number() {
    UploadRef ref = begin();
    List<Part> put = new ArrayList<>();
    for (int number : new int[] {1, 2, 5, 300, 10_000}) {
      put.add(store.putPart(ref, number, Bodies.of("x")));
    }
    PartPage first = store.parts(ref, 0, 2, Permit.OfUpload.ANY);
    assertSame(first.parts(), put.subList(0, 2).toArray(Part[]::new));
    assertThat(first.truncated()).isTrue();
    PartPage rest = store.parts(ref, 2, 3, Permit.OfUpload.ANY);
    assertSame(rest.parts(), put.subList(2, 5).toArray(Part[]::new));
    assertThat(rest.truncated()).isFalse();
    assertThat(store.parts(ref, 10_000, 3, Permit.OfUpload.ANY).parts()).isEmpty();
    assertThat(store.parts(ref, 0, 0, Permit.OfUpload.ANY).truncated()).isFalse();
  }

  @Test
  @Needs(Claim.LISTED_UPLOADS)
  void uploads_are_listed_by_key_and_then_by_age() {
    List<String> begun = new ArrayList<>();
    for (String key : List.of("a", "b", "b", "b", "c/1", "c/2", "d")) {
      Upload upload =
          store.begin(
              new BeginUpload(new Put(bucket, new Key(key)), OWNER, null, ChecksumType.COMPOSITE));
      begun.add(key + " " + upload.id());
    }
    assertThat(uploads("", "", 100)).isEqualTo(begun);
    for (int limit = 1; limit < 8; limit++) {
      assertThat(uploads("", "", limit)).isEqualTo(begun);
      assertThat(uploads("", "/", limit))
          .containsExactly(
              begun.get(0), begun.get(1), begun.get(2), begun.get(3), "[c/]", begun.get(6));
      assertThat(uploads("c", "", limit)).isEqualTo(begun.subList(4, 6));
    }
    var behindB = new ListUploads(bucket, "", "", new ListFrom.After("b"), "", 100);
    assertThat(store.uploads(behindB).items()).hasSize(3);
  }

  private List<String> uploads(String prefix, String delimiter, int limit) {
    List<String> uploads = new ArrayList<>();
    ListFrom from = ListFrom.START;
    String after = "";
    for (int pages = 0; from != null && pages < 20; pages++) {
      UploadPage page =
          store.uploads(new ListUploads(bucket, prefix, delimiter, from, after, limit));
      for (UploadPage.Listed listed : page.items()) {
        uploads.add(
            switch (listed) {
              case UploadPage.ListedUpload(var upload) -> upload.key() + " " + upload.id();
              case UploadPage.Group(var group) -> "[" + group + "]";
            });
      }
      from = page.next();
      after = page.nextUpload();
    }
    return uploads;
  }

  @Test
  @Needs(Claim.ACLS)
  void the_acl_of_an_upload_becomes_that_of_the_object() {
    var open = new Acl(List.of(new Acl.Grant(new Acl.Everyone(), Acl.Permission.READ)));
    var put = new Put(bucket, KEY, OWNER, Metadata.NONE, Tags.NONE, Conditions.NONE, open);
    Upload upload = store.begin(new BeginUpload(put, OWNER, null, ChecksumType.COMPOSITE));
    var ref = new UploadRef(bucket, KEY, upload.id());
    Part part = store.putPart(ref, 1, Bodies.of("x"));
    var chosen = new CompleteUpload.Chosen(1, part.etag(), Checksum.NONE);
    store.complete(
        new CompleteUpload(ref, List.of(chosen), Conditions.NONE, CompleteUpload.Expected.NOTHING));
    assertThat(store.head(new Read(bucket, KEY)).acl()).isEqualTo(open);
  }
}
