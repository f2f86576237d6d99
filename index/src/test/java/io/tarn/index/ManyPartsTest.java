package io.tarn.index;

import static org.assertj.core.api.Assertions.assertThat;

import io.tarn.meta.CommitResult;
import io.tarn.meta.Entry;
import io.tarn.meta.MemoryMetaStore;
import io.tarn.meta.MetaKey;
import io.tarn.meta.MetaStore;
import io.tarn.meta.Op;
import io.tarn.rows.BlockingRows;
import io.tarn.rows.RowCursor;
import io.tarn.rows.RowWriter;
import io.tarn.store.BeginUpload;
import io.tarn.store.Bucket;
import io.tarn.store.BucketName;
import io.tarn.store.Checksum;
import io.tarn.store.ChecksumType;
import io.tarn.store.CompleteUpload;
import io.tarn.store.Conditions;
import io.tarn.store.CreateBucket;
import io.tarn.store.Key;
import io.tarn.store.OpenObject;
import io.tarn.store.Part;
import io.tarn.store.Payload;
import io.tarn.store.Put;
import io.tarn.store.Read;
import io.tarn.store.Span;
import io.tarn.store.TenantId;
import io.tarn.store.UploadRef;
import io.tarn.testkit.Bodies;
import io.tarn.testkit.MemoryBlobs;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// Objects whose list of parts is longer than a row.
@Tag("slow")
class ManyPartsTest {
  private static final Key KEY = new Key("many");

  /// What one that waits for its client may hold.
  private static final long MOST = 64 << 10;

  private final Counting rows = new Counting(new MemoryMetaStore());
  private final Index index = Index.on(rows, new MemoryBlobs(), Index.settings(0));
  private final Bucket bucket =
      index.buckets().create(new CreateBucket(new BucketName("bucket"), new TenantId("anna"), ""));
  private final List<Part> parts = new ArrayList<>();

  /// Uploads so many parts, each of a few bytes; returns them all together.
  private byte[] upload(int count) {
    var put = new Put(bucket, KEY);
    var begin = new BeginUpload(put, put.owner(), null, ChecksumType.COMPOSITE);
    var ref = new UploadRef(bucket, KEY, index.store().begin(begin).id());
    var whole = new ByteArrayOutputStream();
    List<CompleteUpload.Chosen> chosen = new ArrayList<>();
    for (int number = 1; number <= count; number++) {
      byte[] bytes = Bodies.bytes(number, 1 + number % 9);
      whole.writeBytes(bytes);
      Part part = index.store().putPart(ref, number, Bodies.of(bytes));
      parts.add(part);
      chosen.add(new CompleteUpload.Chosen(number, part.etag(), Checksum.NONE));
    }
    var _ =
        index
            .store()
            .complete(
                new CompleteUpload(ref, chosen, Conditions.NONE, CompleteUpload.Expected.NOTHING));
    return whole.toByteArray();
  }

  private OpenObject open(Span span) {
    return index.store().open(new Read(bucket, KEY).of(span));
  }

  @Test
  void any_range_of_them_is_what_was_uploaded() {
    long seed = Long.getLong("seed", System.nanoTime());
    System.out.println("seed " + seed);
    var random = new Random(seed);
    byte[] whole = upload(1_100);
    try (OpenObject open = open(new Span.Whole())) {
      assertThat(open.parts()).isEqualTo(parts);
      assertThat(Bodies.bytes(open.payload())).isEqualTo(whole);
    }
    for (int i = 0; i < 300; i++) {
      int first = random.nextInt(whole.length);
      int last = first + random.nextInt(whole.length - first);
      try (OpenObject open = open(new Span.Between(first, last))) {
        assertThat(Bodies.bytes(open.payload()))
            .as("%d-%d", first, last)
            .isEqualTo(Arrays.copyOfRange(whole, first, last + 1));
      }
    }
  }

  /// Counts the rows of manifests that are read.
  private static final class Counting extends Forwarding {
    private int manifests;

    Counting(MetaStore inner) {
      super(inner);
    }

    @Override
    public CompletionStage<Optional<Entry>> get(MetaKey key) {
      if (key.bytes()[0] == 'M') manifests++;
      return inner.get(key);
    }
  }

  @Test
  void a_range_anywhere_needs_the_first_row_of_the_list_and_its_own() {
    byte[] whole = upload(Part.MAX_NUMBER);
    for (int first : new int[] {0, 1, whole.length / 3, whole.length - 3}) {
      int before = rows.manifests;
      try (OpenObject open = open(new Span.Between(first, first + 1))) {
        assertThat(Bodies.bytes(open.payload()))
            .isEqualTo(Arrays.copyOfRange(whole, first, first + 2));
      }
      assertThat(rows.manifests - before).as("at %d", first).isEqualTo(2);
    }
  }

  @Test
  void lists_that_do_not_say_where_their_rows_begin_are_read_from_their_beginning() {
    byte[] whole = upload(1_100);
    List<Op> older = new ArrayList<>();
    var cursor = new RowCursor(new BlockingRows(rows), IndexKeys.all('M'));
    for (Entry row = cursor.next(); row != null; row = cursor.next()) {
      List<Section> sections = Manifests.ofRow(row.value());
      RowWriter out = new RowWriter(12, 96 * sections.size()).number(sections.size());
      for (Section section : sections) section.write(out, RowWriter::blob);
      older.add(new Op.Put(row.key(), out.done()));
    }
    assertThat(older).hasSize(3);
    long token = index.backends().tokens().next();
    var plan = Garbage.plan(token, 0);
    for (Op each : older) {
      if (each instanceof Op.Put put) plan.put(put.key(), put.value());
    }
    assertThat(new BlockingRows(rows).commit(plan)).isInstanceOf(CommitResult.Committed.class);
    for (int first = 0; first + 1000 < whole.length; first += 777) {
      try (OpenObject open = open(new Span.Between(first, first + 999))) {
        assertThat(Bodies.bytes(open.payload()))
            .isEqualTo(Arrays.copyOfRange(whole, first, first + 1000));
      }
    }
    try (OpenObject open = open(new Span.Whole())) {
      assertThat(open.parts()).isEqualTo(parts);
    }
  }

  @Test
  void who_reads_slowly_holds_a_few_of_ten_thousand() {
    upload(Part.MAX_NUMBER);
    List<OpenObject> readers = new ArrayList<>();
    try {
      long before = used();
      for (int i = 0; i < 700; i++) {
        OpenObject open = open(new Span.From(i));
        readers.add(open);
        assertThat(open.parts()).hasSize(Part.MAX_NUMBER);
        var payload = (Payload.Slices) open.payload();
        assertThat(payload.source().next()).isNotNull();
      }
      assertThat((used() - before) / readers.size()).isLessThan(MOST);
    } finally {
      readers.forEach(OpenObject::close);
    }
  }

  private static long used() {
    System.gc();
    return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
  }
}
