package io.tarn.upstream;

import io.tarn.s3.XmlElement;
import io.tarn.store.Bucket;
import io.tarn.store.ByteRange;
import io.tarn.store.Capability;
import io.tarn.store.Checksum;
import io.tarn.store.Conditions;
import io.tarn.store.Conditions.Condition;
import io.tarn.store.Content;
import io.tarn.store.ContentRange;
import io.tarn.store.ETag;
import io.tarn.store.ETags;
import io.tarn.store.Fact;
import io.tarn.store.Key;
import io.tarn.store.ObjectHead;
import io.tarn.store.ObjectStore.Measured;
import io.tarn.store.OpenObject;
import io.tarn.store.Part;
import io.tarn.store.Payload;
import io.tarn.store.Read;
import io.tarn.store.Slice;
import io.tarn.store.SliceSource;
import io.tarn.store.Span;
import io.tarn.store.StoreFailure;
import io.tarn.store.Tags;
import io.tarn.store.Told;
import io.tarn.store.Version;
import io.tarn.store.Wanted;
import java.io.IOException;
import java.net.http.HttpHeaders;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Reads of an origin's objects: one request each, and one more for tags where these are wanted. A
/// permit is asked of the very answer that is passed on, before conditions: where there is one, the
/// conditions are decided here, and not by the origin, which knows of no permit.
final class OriginReads {
  /// No object is as long, and a range that ends there is refused by some (S3Proxy) for the size of
  /// the number.
  private static final long BEHIND_ALL = 1L << 53;

  private final OriginCalls calls;

  OriginReads(OriginCalls calls) {
    this.calls = calls;
  }

  ObjectHead head(Read read) {
    return measure(read, false).head();
  }

  Measured measure(Read read) {
    return measure(read, true);
  }

  private Measured measure(Read read, boolean slice) {
    boolean ofPart = read.wanted().span() instanceof Span.OfPart;
    OriginRequest request = request("HEAD", read);
    if (slice && read.wanted().span() instanceof Span.OfPart(var number)) {
      request.with("partNumber", Integer.toString(number));
    }
    try (OriginAnswer answer = answer(request, read)) {
      HttpHeaders headers = answer.headers();
      long size = ObjectHeaders.size(headers);
      ObjectHead head = decided(read, headers, size, slice && ofPart);
      return new Measured(head, slice && ofPart ? part(headers) : slice(read, head));
    }
  }

  private static ContentRange slice(Read read, ObjectHead head) {
    return read.wanted().span() instanceof Span.OfPart
        ? new ContentRange(null, head.content().size(), 0, Checksum.NONE)
        : ContentRange.of(read.wanted(), head.content(), List::of);
  }

  OpenObject open(Read read) {
    OriginRequest request = request("GET", read);
    Span span = read.wanted().span();
    ETags onlyOf = read.wanted().onlyOf();
    // Not every server knows If-Range, so it is looked first whether the range is wanted.
    boolean only = onlyOf.isSaid() && !onlyOf.any();
    if (!only || onlyOf.matches(etag(read))) {
      range(span, request);
      if (onlyOf.list().size() == 1) request.header("If-Range", onlyOf.list().getFirst().quoted());
    }
    OriginAnswer answer = answer(request, read);
    try {
      HttpHeaders headers = answer.headers();
      boolean ofPart = span instanceof Span.OfPart && answer.status() == 206;
      long size = ObjectHeaders.size(headers);
      ObjectHead head = decided(read, headers, size, ofPart);
      ContentRange wanted =
          ofPart ? part(headers) : ContentRange.of(read.wanted(), head.content(), List::of);
      ByteRange sent = ObjectHeaders.range(headers);
      long first = sent == null ? 0 : sent.first();
      long length = ObjectHeaders.number(headers, "content-length");
      var body = new Sent(read.key(), answer, first, length, wanted);
      return new Opened(head, wanted, body);
    } catch (RuntimeException e) {
      answer.close();
      throw e;
    }
  }

  private static void range(Span span, OriginRequest request) {
    switch (span) {
      case Span.Whole() -> {}
      case Span.Between(var first, var last) when last < BEHIND_ALL ->
          request.header("Range", "bytes=%d-%d".formatted(first, last));
      case Span.Between(var first, _) -> request.header("Range", "bytes=%d-".formatted(first));
      case Span.From(var first) -> request.header("Range", "bytes=%d-".formatted(first));
      case Span.Last(var count) -> request.header("Range", "bytes=-" + count);
      case Span.OfPart(var number) -> request.with("partNumber", Integer.toString(number));
    }
  }

  private static OriginRequest request(String method, Read read) {
    LinkedPlace place = LinkedPlace.of(read.bucket());
    OriginRequest request = OriginRequest.of(method, place, place.there(read.key()));
    if (isNamed(read)) request.with("versionId", read.version().text());
    if (read.facts().contains(Fact.CHECKSUM)) request.header("x-amz-checksum-mode", "ENABLED");
    if (!read.permit().looks()) conditions(read.conditions(), request);
    return request;
  }

  private static boolean isNamed(Read read) {
    return isNamed(read.bucket(), read.version());
  }

  /// Whether a version has to be named. Of what has no versions the one without an id is the
  /// object, and not every server knows the name of that.
  static boolean isNamed(Bucket bucket, Version version) {
    if (version.equals(Version.NULL)) return bucket.can(Capability.VERSIONS);
    return !version.isLatest();
  }

  private static void conditions(Conditions conditions, OriginRequest request) {
    request.headerIf("If-Match", OriginCalls.header(conditions.ifMatch()));
    request.headerIf("If-None-Match", OriginCalls.header(conditions.ifNoneMatch()));
    request.headerIf("If-Modified-Since", OriginCalls.header(conditions.modifiedSince()));
    request.headerIf("If-Unmodified-Since", OriginCalls.header(conditions.unmodifiedSince()));
  }

  /// A success; the caller closes it. A refused HEAD has no body, and is asked again as a GET where
  /// its status could mean several things.
  private OriginAnswer answer(OriginRequest request, Read read) {
    OriginAnswer answer = calls.send(request);
    if (answer.isSuccess()) return answer;
    try (answer) {
      HttpHeaders headers = answer.headers();
      if (answer.status() == 304) throw notModified(read, headers);
      if (answer.status() == 416) throw noSuchSpan(read, request, answer);
      throw calls.failed(request, answer, OriginFailures.Subject.of(read.key(), read.version()));
    }
  }

  private static StoreFailure notModified(Read read, HttpHeaders headers) {
    boolean silent = ObjectHeaders.value(headers, "etag").isEmpty();
    ETag etag = silent ? told(read.conditions().ifNoneMatch()) : ObjectHeaders.etag(headers);
    var content = new Content(0, etag, ObjectHeaders.modified(headers), Checksum.UNTOLD);
    return new StoreFailure.NotModified(head(read.key(), headers, content, Told.notAsked()));
  }

  /// What the client has, where the origin does not repeat it.
  private static ETag told(ETags noneMatch) {
    return noneMatch.list().size() == 1 ? noneMatch.list().getFirst() : new ETag("unknown");
  }

  /// The permit comes before that there is no such range.
  private StoreFailure noSuchSpan(Read read, OriginRequest request, OriginAnswer answer) {
    if (read.permit().looks()) {
      Read whole = read.of(new Span.Whole());
      ObjectHead head = head(whole);
      if (!(read.wanted().span() instanceof Span.OfPart)) {
        return new StoreFailure.NoSuchRange(head.content().size());
      }
    }
    if (read.wanted().span() instanceof Span.OfPart(var number)) {
      String parts = answer.error().detail("ActualPartCount");
      return new StoreFailure.NoSuchPart(
          number, parts.matches("[0-9]{1,5}") ? Integer.parseInt(parts) : 1);
    }
    StoreFailure said =
        OriginFailures.of(
            calls.origin(), request, answer, OriginFailures.Subject.of(read.key(), read.version()));
    boolean silent = said instanceof StoreFailure.NoSuchRange range && range.size() < 0;
    if (!silent) return said;
    return new StoreFailure.NoSuchRange(look(read, Set.of()).content().size());
  }

  private ETag etag(Read read) {
    return look(read, Set.of()).content().etag();
  }

  /// The head, once the permit allows it and the conditions hold.
  private ObjectHead decided(Read read, HttpHeaders headers, long size, boolean ofPart) {
    Checksum checksum = Checksum.UNTOLD;
    // An answer about a part has that of the part.
    if (read.facts().contains(Fact.CHECKSUM) && !ofPart) {
      checksum = ObjectHeaders.checksum(headers, isCut(headers, size) ? checksum : Checksum.NONE);
    }
    Content content = ObjectHeaders.content(headers, size, checksum);
    Version version = ObjectHeaders.version(headers);
    Told<Tags> tags =
        read.facts().contains(Fact.TAGS) ? Told.of(tagsIfAny(read, version)) : Told.notAsked();
    ObjectHead head = head(read.key(), headers, content, tags);
    if (!read.permit().looks()) return head;
    read.permit().require(head);
    Condition unmet = read.conditions().unmetByRead(content);
    if (unmet == null) return head;
    throw unmet.asksForNews()
        ? new StoreFailure.NotModified(head)
        : StoreFailure.ConditionFailed.of(unmet);
  }

  /// Of a range no checksum is told, whether or not the object has one.
  private static boolean isCut(HttpHeaders headers, long size) {
    ByteRange sent = ObjectHeaders.range(headers);
    return sent != null && sent.length() < size;
  }

  private static ObjectHead head(Key key, HttpHeaders headers, Content content, Told<Tags> tags) {
    String count = ObjectHeaders.value(headers, "x-amz-tagging-count");
    int tagCount = count.matches("[0-9]{1,3}") ? Integer.parseInt(count) : 0;
    return new ObjectHead(
        key,
        ObjectHeaders.version(headers),
        content,
        ObjectHeaders.metadata(headers),
        tags instanceof Told.Is<Tags>(var known) ? known.values().size() : tagCount,
        tags,
        Told.notKnown(),
        Told.notKnown());
  }

  private Tags tagsIfAny(Read read, Version version) {
    return read.bucket().can(Capability.TAGS) ? tags(read, version) : Tags.NONE;
  }

  /// Of the very version that was answered with, where versions have ids.
  private Tags tags(Read read, Version version) {
    LinkedPlace place = LinkedPlace.of(read.bucket());
    boolean named = !version.equals(Version.NULL) || isNamed(read);
    OriginRequest request =
        OriginRequest.of("GET", place, place.there(read.key()))
            .with("tagging", "")
            .withAny("versionId", named ? version.text() : "");
    XmlElement document =
        calls.document(request, OriginFailures.Subject.of(read.key(), read.version()));
    Map<String, String> tags = new LinkedHashMap<>();
    for (XmlElement set : document.all("TagSet")) {
      for (XmlElement tag : set.all("Tag")) tags.put(tag.firstOf("Key"), tag.firstOf("Value"));
    }
    return new Tags(tags);
  }

  private static ContentRange part(HttpHeaders headers) {
    String parts = ObjectHeaders.value(headers, "x-amz-mp-parts-count");
    return new ContentRange(
        ObjectHeaders.range(headers),
        ObjectHeaders.number(headers, "content-length"),
        parts.matches("[0-9]{1,5}") ? Integer.parseInt(parts) : 0,
        ObjectHeaders.checksum(headers, Checksum.NONE));
  }

  private record Opened(ObjectHead head, ContentRange slice, Sent body) implements OpenObject {
    @Override
    public List<Part> parts() {
      return List.of();
    }

    @Override
    public Payload payload() {
      return new Payload.Slices(slice.length(), body);
    }

    @Override
    public void close() {
      body.close();
    }
  }

  /// The wanted bytes out of those that are sent, which may be more: not every server knows ranges.
  private final class Sent implements SliceSource {
    private final Key key;
    private final OriginAnswer answer;
    private long skip;
    private long left;
    private final long surplus;

    Sent(Key key, OriginAnswer answer, long first, long length, ContentRange wanted) {
      this.key = key;
      this.answer = answer;
      ByteRange range = wanted.range();
      this.skip = range == null ? 0 : range.first() - first;
      this.left = wanted.length();
      this.surplus = length - skip - left;
      if (skip < 0 || surplus < 0) throw new UnreadableAnswer("has other bytes than were wanted");
    }

    @Override
    public @Nullable Slice next() {
      try {
        while (left > 0) {
          ByteBuffer bytes = answer.next();
          if (bytes == null) throw new IOException("the answer ended early");
          int skipped = (int) Math.min(skip, bytes.remaining());
          skip -= skipped;
          bytes.position(bytes.position() + skipped);
          if (bytes.remaining() > left) bytes.limit(bytes.position() + (int) left);
          left -= bytes.remaining();
          if (bytes.hasRemaining()) return new Slice.Memory(bytes.asReadOnlyBuffer());
        }
        // Taken to its end, the connection can serve the next request.
        if (surplus == 0 && answer.next() != null) {
          throw new StoreFailure.OriginChanged(calls.origin(), key);
        }
        return null;
      } catch (IOException e) {
        throw new StoreFailure.OriginUnreachable(calls.origin(), e);
      }
    }

    @Override
    public void close() {
      answer.close();
    }
  }

  /// The same version with these facts, and whatever its conditions are: who asks decides them.
  ObjectHead look(Read read, Set<Fact> facts) {
    return head(
        new Read(
            read.bucket(),
            read.key(),
            read.version(),
            Conditions.NONE,
            read.permit(),
            Wanted.of(new Span.Whole(), facts)));
  }

  /// As [#look]; null where there is nothing.
  @Nullable ObjectHead current(Read read, Set<Fact> facts) {
    try {
      return look(read, facts);
    } catch (StoreFailure.NoSuchKey | StoreFailure.DeleteMarkerMet e) {
      return null;
    }
  }

  static Instant instant(String text) {
    try {
      return text.isEmpty() ? Instant.EPOCH : Instant.parse(text);
    } catch (DateTimeParseException _) {
      return Instant.EPOCH;
    }
  }
}
