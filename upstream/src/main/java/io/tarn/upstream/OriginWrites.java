package io.tarn.upstream;

import io.tarn.request.Percent;
import io.tarn.s3.XmlElement;
import io.tarn.store.Annotate;
import io.tarn.store.Bucket;
import io.tarn.store.ByteRange;
import io.tarn.store.Capability;
import io.tarn.store.Checksum;
import io.tarn.store.Conditions;
import io.tarn.store.Conditions.Condition;
import io.tarn.store.Content;
import io.tarn.store.Copied;
import io.tarn.store.Copy;
import io.tarn.store.Copying;
import io.tarn.store.Delete;
import io.tarn.store.Deleted;
import io.tarn.store.Digests;
import io.tarn.store.ETags;
import io.tarn.store.Fact;
import io.tarn.store.Incoming;
import io.tarn.store.Key;
import io.tarn.store.ObjectHead;
import io.tarn.store.ObjectStore;
import io.tarn.store.Permit;
import io.tarn.store.Put;
import io.tarn.store.Read;
import io.tarn.store.Span;
import io.tarn.store.StoreFailure;
import io.tarn.store.Tags;
import io.tarn.store.Version;
import io.tarn.store.Versioning;
import io.tarn.store.Wanted;
import io.tarn.store.Written;
import java.io.ByteArrayOutputStream;
import java.net.http.HttpHeaders;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Writes of single objects at an origin. What the origin can decide it decides, in one request; a
/// permit that depends on what is there, and conditions that S3 has no headers for, need a look at
/// it first, and then the write is made on condition that what was looked at is still there.
final class OriginWrites {
  /// Bodies up to this size are gathered before they are sent, verified, and can be sent again.
  static final int SMALL = 256 << 10;

  /// How often a write looks again when what it looked at was replaced before it was made.
  private static final int LOOKS = 5;

  private final OriginCalls calls;
  private final OriginReads reads;

  OriginWrites(OriginCalls calls, OriginReads reads) {
    this.calls = calls;
    this.reads = reads;
  }

  Written put(Put put, Incoming content) {
    requireLength(content);
    if (content.length() > SMALL) {
      // The body comes once, so what is there is looked at once.
      Conditions conditions = settled(put.bucket(), put.key(), put.permit(), put.conditions());
      return put(put, conditions, new Body(content, null));
    }
    byte[] bytes = bytes(content);
    var body = new Body(content, bytes);
    return looking(
        put.bucket(), put.key(), put.permit(), put.conditions(), now -> put(put, now, body));
  }

  /// A body: `bytes` where they are here already.
  private record Body(Incoming content, byte @Nullable [] bytes) {}

  static void requireLength(Incoming content) {
    if (content.length() >= 0) return;
    throw new StoreFailure.Invalid(
        StoreFailure.Reason.ARGUMENT,
        "The origin of this bucket needs to know how long a body is before it comes");
  }

  private Written put(Put put, Conditions conditions, Body body) {
    LinkedPlace place = LinkedPlace.of(put.bucket());
    OriginRequest request = OriginRequest.of("PUT", place, place.there(put.key()));
    describe(put, request, body.bytes == null);
    conditions(conditions, request);
    send(body.content, body.bytes, request);
    boolean plain = !conditions.areSaid() && !versions(put.bucket());
    if (plain) request.repeatable();
    OriginAnswer answer = calls.done(request, OriginFailures.Subject.of(put.key()));
    Digests digests = body.content.digests();
    return new Written(
        put.key(),
        ObjectHeaders.version(answer.headers()),
        content(answer.headers(), body.content.length(), digests.checksum()));
  }

  private static boolean versions(Bucket bucket) {
    return bucket.versioning() != Versioning.OFF;
  }

  /// Lets a request carry a body; of one in memory the origin checks everything.
  static void send(Incoming content, byte @Nullable [] bytes, OriginRequest request) {
    if (bytes == null) {
      request.body(new OriginBody(content));
      return;
    }
    request.document(bytes);
    Checksum checksum = content.digests().checksum();
    if (checksum.isPresent()) {
      request.header("x-amz-checksum-" + checksum.algorithm().text(), checksum.text());
    }
  }

  static byte[] bytes(Incoming content) {
    var all = new ByteArrayOutputStream((int) content.length());
    for (ByteBuffer piece = content.next(); piece != null; piece = content.next()) {
      byte[] some = new byte[piece.remaining()];
      piece.duplicate().get(some);
      all.writeBytes(some);
    }
    return all.toByteArray();
  }

  static Content content(HttpHeaders headers, long size, Checksum checksum) {
    return new Content(
        size,
        ObjectHeaders.etag(headers),
        ObjectHeaders.modified(headers),
        ObjectHeaders.checksum(headers, checksum));
  }

  static void describe(Put put, OriginRequest request, boolean inChunks) {
    ObjectHeaders.write(put.metadata(), request, inChunks);
    tagging(put.tags(), request);
  }

  private static void tagging(Tags tags, OriginRequest request) {
    if (!tags.values().isEmpty()) request.header("x-amz-tagging", text(tags));
  }

  /// Tags as a query string.
  private static String text(Tags tags) {
    var text = new StringBuilder();
    for (Map.Entry<String, String> tag : tags.values().entrySet()) {
      if (!text.isEmpty()) text.append('&');
      Percent.encode(tag.getKey(), false, text);
      text.append('=');
      Percent.encode(tag.getValue(), false, text);
    }
    return text.toString();
  }

  /// Those that S3 has headers for on a write.
  static void conditions(Conditions conditions, OriginRequest request) {
    request.headerIf("If-Match", OriginCalls.header(conditions.ifMatch()));
    request.headerIf("If-None-Match", OriginCalls.header(conditions.ifNoneMatch()));
  }

  // What is there, looked at where that is needed.

  /// Makes a write on conditions that the origin can decide, and looks again where they did not
  /// hold only because what was looked at is gone.
  private <T> T looking(
      Bucket bucket, Key key, Permit permit, Conditions asked, Function<Conditions, T> write) {
    for (int looks = 1; ; looks++) {
      Conditions conditions = settled(bucket, key, permit, asked);
      try {
        return write.apply(conditions);
      } catch (StoreFailure.ConditionFailed e) {
        if (conditions.equals(asked) || e.ofSource()) throw e;
        if (looks == LOOKS) {
          throw new StoreFailure.Conflict(key + " is being changed at its origin all the time");
        }
      }
    }
  }

  /// The conditions to send: as they were said, where the origin can decide them and nothing else
  /// has to be known; else that what is there is what was looked at, and found good.
  Conditions settled(Bucket bucket, Key key, Permit permit, Conditions asked) {
    if (!permit.looks() && isPlain(asked)) return asked;
    ObjectHead there = reads.current(new Read(bucket, key), permit.facts());
    permit.require(there);
    if (there == null) {
      if (asked.wantSomething()) throw new StoreFailure.NoSuchKey(key);
      return bucket.can(Capability.CONDITIONAL_WRITES)
          ? new Conditions(ETags.UNSAID, ETags.ANY, null, null)
          : Conditions.NONE;
    }
    Condition unmet = asked.unmetByWrite(there.content());
    if (unmet != null) throw StoreFailure.ConditionFailed.of(unmet);
    return bucket.can(Capability.CONDITIONAL_WRITES) ? still(there) : Conditions.NONE;
  }

  private static Conditions still(ObjectHead there) {
    return new Conditions(
        new ETags(false, List.of(there.content().etag())), ETags.UNSAID, null, null);
  }

  /// Whether S3 has headers for them: that nothing is there, or one tag.
  private static boolean isPlain(Conditions conditions) {
    if (!conditions.areSaid()) return true;
    if (conditions.size() != null || conditions.modified() != null) return false;
    ETags match = conditions.ifMatch();
    ETags none = conditions.ifNoneMatch();
    boolean onlyNothing = none.any() && !match.isSaid();
    boolean onlyThis = !none.isSaid() && !match.any() && match.list().size() == 1;
    return onlyNothing || onlyThis;
  }

  // Copies.

  Copied copy(Copy copy) {
    Put target = copy.target();
    Source source = source(copy.source(), copy.keepTags());
    return looking(
        target.bucket(),
        target.key(),
        Copying.permit(copy, source.head),
        target.conditions(),
        now -> copy(copy, source, now));
  }

  /// The source of a copy, and the version of it that was looked at.
  record Source(Read read, ObjectHead head) {
    Conditions conditions() {
      return still(head);
    }

    Version version() {
      return head.version();
    }

    long size() {
      return head.content().size();
    }
  }

  /// A permit, and whether it is too long, is decided by a look, and the version looked at is the
  /// one that is copied.
  Source source(Read read, boolean withTags) {
    var facts = EnumSet.noneOf(Fact.class);
    if (withTags) facts.add(Fact.TAGS);
    ObjectHead head = looked(read, facts);
    Copying.requireShort(head);
    return new Source(read, head);
  }

  private ObjectHead looked(Read read, Set<Fact> facts) {
    ObjectHead head = reads.look(read, facts);
    Condition unmet = read.conditions().unmetByRead(head.content());
    if (unmet != null) throw StoreFailure.ConditionFailed.ofSource(unmet);
    return head;
  }

  /// The same of what becomes a part.
  Source part(ObjectStore.PartSource asked) {
    Read read = asked.source();
    ByteRange range = asked.range();
    ObjectHead head = looked(read, Set.of());
    long size = head.content().size();
    if (range == null) Copying.requireShort(head);
    if (range != null && range.last() >= size) {
      throw new StoreFailure.Invalid(
          StoreFailure.Reason.RANGE,
          "Range specified is not valid for source object of size: " + size);
    }
    return new Source(read, head);
  }

  private Copied copy(Copy copy, Source source, Conditions conditions) {
    Put target = copy.target();
    LinkedPlace place = LinkedPlace.of(target.bucket());
    OriginRequest request = OriginRequest.of("PUT", place, place.there(target.key()));
    from(source, request);
    request.header("x-amz-metadata-directive", copy.keepMetadata() ? "COPY" : "REPLACE");
    if (target.bucket().can(Capability.TAGS)) {
      request.header("x-amz-tagging-directive", copy.keepTags() ? "COPY" : "REPLACE");
    }
    if (!copy.keepMetadata()) ObjectHeaders.write(target.metadata(), request, false);
    if (!copy.keepTags()) tagging(target.tags(), request);
    if (copy.checksum() != null) request.header("x-amz-checksum-algorithm", copy.checksum().name());
    conditions(conditions, request);
    OriginCalls.Answered answered =
        ofSource(
            source, () -> calls.answered(request, OriginFailures.Subject.of(source.read.key())));
    HttpHeaders headers = answered.answer().headers();
    var written =
        new Written(
            target.key(),
            ObjectHeaders.version(headers),
            result(answered.document(), source.size()));
    return new Copied(source.version(), written);
  }

  /// Names the source of a copy, pinned to what was looked at.
  static void from(Source source, OriginRequest request) {
    LinkedPlace place = LinkedPlace.of(source.read.bucket());
    String path = Percent.encode(place.bucket() + "/" + place.there(source.read.key()), true);
    boolean named =
        !source.version().equals(Version.NULL)
            || OriginReads.isNamed(source.read.bucket(), source.read.version());
    request.header(
        "x-amz-copy-source",
        named ? path + "?versionId=" + Percent.encode(source.version().text(), false) : path);
    request.headerIf(
        "x-amz-copy-source-if-match", OriginCalls.header(source.conditions().ifMatch()));
  }

  interface Call<T> {
    T make();
  }

  /// A source that was replaced since it was looked at is no condition of the client's.
  <T> T ofSource(Source source, Call<T> call) {
    try {
      return call.make();
    } catch (StoreFailure.ConditionFailed e) {
      if (e.condition() != Condition.IF_MATCH) throw e;
      ObjectHead now =
          reads.current(
              new Read(
                  source.read.bucket(), source.read.key(), source.read.version(), Conditions.NONE),
              Set.of());
      boolean same = now != null && source.conditions().ifMatch().matches(now.content().etag());
      if (same) throw e;
      throw new StoreFailure.OriginChanged(calls.origin(), source.read.key());
    }
  }

  static Content result(XmlElement document, long size) {
    Checksum checksum = OriginListings.checksum(document, Checksum.UNTOLD);
    return new Content(
        size,
        ObjectHeaders.etag(document.firstOf("ETag")),
        OriginReads.instant(document.firstOf("LastModified")),
        checksum);
  }

  // Deletes and annotations.

  Deleted delete(Delete delete) {
    LinkedPlace place = LinkedPlace.of(delete.bucket());
    if (OriginReads.isNamed(delete.bucket(), delete.version())) {
      return delete(delete, place, settledVersion(delete));
    }
    if (!delete.permit().looks() && isPlain(delete.conditions())) {
      return delete(delete, place, delete.conditions());
    }
    for (int looks = 1; ; looks++) {
      var read = new Read(delete.bucket(), delete.key());
      ObjectHead there = reads.current(read, delete.permit().facts());
      delete.permit().require(there);
      if (there == null) {
        if (delete.conditions().wantSomething()) throw new StoreFailure.NoSuchKey(delete.key());
        return delete(delete, place, Conditions.NONE);
      }
      Condition unmet = delete.conditions().unmetByWrite(there.content());
      if (unmet != null) throw StoreFailure.ConditionFailed.of(unmet);
      boolean can = delete.bucket().can(Capability.CONDITIONAL_DELETES);
      try {
        return delete(delete, place, can ? still(there) : Conditions.NONE);
      } catch (StoreFailure.ConditionFailed | StoreFailure.NoSuchKey e) {
        if (looks == LOOKS) {
          throw new StoreFailure.Conflict(
              delete.key() + " is being changed at its origin all the time");
        }
      }
    }
  }

  /// A version does not change, so a look at it is as good as a condition.
  private Conditions settledVersion(Delete delete) {
    if (!delete.looks()) return Conditions.NONE;
    var read = new Read(delete.bucket(), delete.key(), delete.version(), Conditions.NONE);
    ObjectHead there;
    try {
      there = reads.look(read, delete.permit().facts());
    } catch (StoreFailure.NoSuchVersion | StoreFailure.DeleteMarkerMet e) {
      there = null;
    }
    delete.permit().require(there);
    if (there == null) {
      if (delete.conditions().wantSomething()) {
        throw new StoreFailure.NoSuchVersion(delete.key(), delete.version());
      }
      return Conditions.NONE;
    }
    Condition unmet = delete.conditions().unmetByWrite(there.content());
    if (unmet != null) throw StoreFailure.ConditionFailed.of(unmet);
    boolean can = delete.bucket().can(Capability.CONDITIONAL_DELETES);
    return can && delete.version().equals(Version.NULL) ? still(there) : Conditions.NONE;
  }

  private Deleted delete(Delete delete, LinkedPlace place, Conditions conditions) {
    OriginRequest request = OriginRequest.of("DELETE", place, place.there(delete.key()));
    if (OriginReads.isNamed(delete.bucket(), delete.version())) {
      request.with("versionId", delete.version().text());
    }
    conditions(conditions, request);
    if (!conditions.areSaid() && !versions(delete.bucket())) request.repeatable();
    HttpHeaders headers =
        calls.done(request, OriginFailures.Subject.of(delete.key(), delete.version())).headers();
    String version = ObjectHeaders.value(headers, "x-amz-version-id");
    return new Deleted(
        version.isEmpty() ? delete.version() : new Version(version),
        ObjectHeaders.value(headers, "x-amz-delete-marker").equals("true"));
  }

  Version annotate(Annotate annotate) {
    return switch (annotate.annotation()) {
      case Annotate.SetTags(var tags) -> setTags(annotate, tags);
      case Annotate.SetAcl _ -> throw new StoreFailure.Unsupported(Capability.ACLS);
    };
  }

  /// Where versions have ids the one that was looked at is the one that is changed.
  private Version setTags(Annotate annotate, Tags tags) {
    Version version = annotate.version();
    if (annotate.permit().looks()) {
      var read =
          new Read(
              annotate.bucket(),
              annotate.key(),
              version,
              Conditions.NONE,
              annotate.permit(),
              Wanted.of(new Span.Whole(), annotate.permit().facts()));
      ObjectHead there = reads.head(read);
      if (versions(annotate.bucket())) version = there.version();
    }
    LinkedPlace place = LinkedPlace.of(annotate.bucket());
    boolean none = tags.values().isEmpty();
    OriginRequest request =
        OriginRequest.of(none ? "DELETE" : "PUT", place, place.there(annotate.key()))
            .with("tagging", "")
            .withAny(
                "versionId", OriginReads.isNamed(annotate.bucket(), version) ? version.text() : "")
            .repeatable();
    if (!none) document(OriginDocuments.tagging(tags), request);
    OriginAnswer answer =
        calls.done(request, OriginFailures.Subject.of(annotate.key(), annotate.version()));
    return ObjectHeaders.version(answer.headers());
  }

  /// Lets a request carry a document, with the digest that some servers demand of it.
  static void document(String document, OriginRequest request) {
    byte[] bytes = document.getBytes(StandardCharsets.UTF_8);
    request.document(bytes).header("Content-MD5", OriginDocuments.md5(bytes));
    request.header("Content-Type", "application/xml");
  }
}
