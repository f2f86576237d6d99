package io.tarn.gateway;

import io.tarn.http.BodySlice;
import io.tarn.http.BodySlices;
import io.tarn.http.Headers;
import io.tarn.http.ResponseBody;
import io.tarn.request.HttpDate;
import io.tarn.request.S3Failure;
import io.tarn.s3.AnswerDocuments;
import io.tarn.s3.RangeRequest;
import io.tarn.s3.ReadRequest;
import io.tarn.s3.S3Operation;
import io.tarn.store.Bucket;
import io.tarn.store.ByteRange;
import io.tarn.store.Conditions;
import io.tarn.store.ContentRange;
import io.tarn.store.Fact;
import io.tarn.store.Key;
import io.tarn.store.ObjectHead;
import io.tarn.store.ObjectStore;
import io.tarn.store.OpenObject;
import io.tarn.store.Part;
import io.tarn.store.Payload;
import io.tarn.store.Permit;
import io.tarn.store.Provenance;
import io.tarn.store.Read;
import io.tarn.store.Slice;
import io.tarn.store.SliceSource;
import io.tarn.store.Span;
import io.tarn.store.StoreFailure;
import io.tarn.store.StoredBytes;
import io.tarn.store.Version;
import io.tarn.store.Wanted;
import java.nio.ByteBuffer;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Reading objects.
final class ObjectReads {
  private final ObjectStore objects;

  ObjectReads(ObjectStore objects) {
    this.objects = objects;
  }

  Reply get(Bucket bucket, S3Operation.GetObject get, ReadRequest reading, Permit permit) {
    return ranged(
        reading,
        () -> {
          OpenObject open = objects.open(read(bucket, get.key(), reading, permit));
          try {
            ContentRange slice = open.slice();
            Headers.Builder headers = headers(bucket, open.head(), slice, reading);
            provenance(headers, open.provenance());
            return new Reply(status(slice), headers, PayloadBody.of(open.payload()), open::close);
          } catch (RuntimeException e) {
            open.close();
            throw e;
          }
        });
  }

  Reply head(Bucket bucket, S3Operation.HeadObject head, ReadRequest reading, Permit permit) {
    return ranged(
        reading,
        () -> {
          ObjectStore.Measured found = objects.measure(read(bucket, head.key(), reading, permit));
          ContentRange slice = found.slice();
          Headers.Builder headers = headers(bucket, found.head(), slice, reading);
          provenance(headers, found.provenance());
          headers.add("Content-Length", slice.length());
          return Reply.empty(status(slice), headers);
        });
  }

  private static Read read(Bucket bucket, Key key, ReadRequest reading, Permit permit) {
    RangeRequest range = reading.range();
    Set<Fact> facts = reading.checksums() ? Set.of(Fact.CHECKSUM) : Set.of();
    var wanted = new Wanted(range.span(), range.onlyOf(), facts);
    return new Read(bucket, key, reading.version(), reading.conditions(), permit, wanted);
  }

  /// Tells of a range that is not there as it was asked for.
  private static Reply ranged(ReadRequest reading, Supplier<Reply> action) {
    try {
      return action.get();
    } catch (StoreFailure.NoSuchRange none) {
      throw S3Failure.range(reading.range().text(), none.size());
    }
  }

  private static int status(ContentRange slice) {
    return slice.range() == null ? 200 : 206;
  }

  private static Headers.Builder headers(
      Bucket bucket, ObjectHead head, ContentRange slice, ReadRequest reading) {
    Headers.Builder headers = ObjectFields.of(bucket, head, reading);
    ByteRange range = slice.range();
    if (range != null) {
      headers.add(
          "Content-Range",
          "bytes " + range.first() + "-" + range.last() + "/" + head.content().size());
    }
    if (slice.parts() > 0) headers.add("x-amz-mp-parts-count", slice.parts());
    if (reading.checksums()) ObjectFields.checksum(headers, slice.checksum());
    return headers;
  }

  /// What a cache says of an answer; `Age` as in RFC 9111 §5.1.
  private static void provenance(Headers.Builder headers, Provenance from) {
    if (from.verdict() == Provenance.Verdict.UNSAID) return;
    headers.add("x-tarn-cache", from.verdict().name());
    headers.add("Age", Math.max(0, from.age().toSeconds()));
  }

  Reply attributes(Bucket bucket, S3Operation.GetObjectAttributes get, Permit permit) {
    var facts = EnumSet.noneOf(Fact.class);
    if (get.attributes().contains(S3Operation.ObjectAttribute.CHECKSUM)) facts.add(Fact.CHECKSUM);
    if (get.attributes().contains(S3Operation.ObjectAttribute.OBJECT_PARTS)) {
      facts.addAll(EnumSet.of(Fact.CHECKSUM, Fact.PARTS));
    } // which say of what kind theirs are
    Read read = told(bucket, get.key(), get.version(), permit, facts);
    try (OpenObject open = objects.open(read)) {
      ObjectHead head = open.head();
      Headers.Builder headers = Headers.builder();
      headers.add("Last-Modified", HttpDate.format(head.content().modified()));
      ObjectFields.version(headers, bucket, head.version());
      List<Part> parts = facts.contains(Fact.PARTS) ? open.parts() : List.of();
      return Reply.xml(200, headers, AnswerDocuments.attributes(get, head, parts));
    }
  }

  Reply tagging(Bucket bucket, S3Operation.GetObjectTagging get, Permit permit) {
    ObjectHead head =
        objects.head(told(bucket, get.key(), get.version(), permit, Set.of(Fact.TAGS)));
    Headers.Builder headers = Headers.builder();
    ObjectFields.version(headers, bucket, head.version());
    return Reply.xml(200, headers, AnswerDocuments.tagging(head.tags()));
  }

  /// To be told these things of an object, and none of its bytes.
  static Read told(Bucket bucket, Key key, Version version, Permit permit, Set<Fact> facts) {
    return new Read(
        bucket, key, version, Conditions.NONE, permit, Wanted.of(new Span.Whole(), facts));
  }

  /// Hands a payload of the store to the listener. Nothing is copied, and what is stored is not
  /// read here.
  static final class PayloadBody implements BodySlices {
    private final SliceSource source;

    private PayloadBody(SliceSource source) {
      this.source = source;
    }

    static ResponseBody of(Payload payload) {
      return switch (payload) {
        case Payload.Bytes bytes ->
            new ResponseBody.Bytes(ByteBuffer.wrap(bytes.array(), bytes.offset(), bytes.count()));
        case Payload.Slices slices ->
            new ResponseBody.Slices(slices.length(), new PayloadBody(slices.source()));
      };
    }

    @Override
    public @Nullable BodySlice next() {
      Slice slice = source.next();
      return switch (slice) {
        case null -> null;
        case Slice.Memory memory -> new BodySlice.Memory(memory.bytes());
        case Slice.Stored(var bytes, var offset, var length) ->
            new BodySlice.Stored(new Reads(bytes), offset, length);
      };
    }

    @Override
    public void close() {
      source.close();
    }

    private record Reads(StoredBytes stored) implements BodySlice.Bytes {
      @Override
      public void read(long at, ByteBuffer into) {
        stored.read(at, into);
      }

      @Override
      public boolean tryRead(long at, ByteBuffer into) {
        return stored.tryRead(at, into);
      }

      @Override
      public boolean canTry() {
        return stored.canTry();
      }

      @Override
      public void fetch(long at, long length) {
        stored.fetch(at, length);
      }

      @Override
      public int room() {
        return StoredBytes.ROOM;
      }
    }
  }
}
