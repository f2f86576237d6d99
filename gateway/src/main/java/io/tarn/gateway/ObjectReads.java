package io.tarn.gateway;

import io.tarn.http.Headers;
import io.tarn.http.ResponseBody;
import io.tarn.s3.AnswerDocuments;
import io.tarn.s3.ByteSpan;
import io.tarn.s3.HttpDate;
import io.tarn.s3.Reading;
import io.tarn.s3.S3Error;
import io.tarn.s3.S3Failure;
import io.tarn.s3.S3Operation;
import io.tarn.store.Bucket;
import io.tarn.store.ByteRange;
import io.tarn.store.Checksum;
import io.tarn.store.ChecksumType;
import io.tarn.store.Conditions;
import io.tarn.store.Content;
import io.tarn.store.Key;
import io.tarn.store.ObjectHead;
import io.tarn.store.ObjectStore;
import io.tarn.store.OpenObject;
import io.tarn.store.Part;
import io.tarn.store.Permit;
import io.tarn.store.Read;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Reading objects.
final class ObjectReads {
  private final ObjectStore objects;

  ObjectReads(ObjectStore objects) {
    this.objects = objects;
  }

  Reply get(Bucket bucket, S3Operation.GetObject get, Reading reading, Permit permit) {
    OpenObject open = objects.open(read(bucket, get.key(), reading, permit));
    try {
      Cut cut = cut(open, reading);
      Headers.Builder headers = headers(bucket, open.head(), reading, cut);
      ResponseBody body = Outgoing.of(cut.range == null ? open.payload() : open.payload(cut.range));
      return new Reply(cut.status, headers, body, open::close);
    } catch (RuntimeException e) {
      open.close();
      throw e;
    }
  }

  Reply head(Bucket bucket, S3Operation.HeadObject head, Reading reading, Permit permit) {
    Read read = read(bucket, head.key(), reading, permit);
    if (reading.partNumber() == 0) {
      ObjectHead found = objects.head(read);
      return head(bucket, found, reading, cut(found.content(), reading));
    }
    try (OpenObject open = objects.open(read)) {
      return head(bucket, open.head(), reading, part(open, reading.partNumber()));
    }
  }

  private static Read read(Bucket bucket, Key key, Reading reading, Permit permit) {
    return new Read(bucket, key, reading.version(), reading.conditions(), permit);
  }

  private static Reply head(Bucket bucket, ObjectHead found, Reading reading, Cut cut) {
    Headers.Builder headers = headers(bucket, found, reading, cut);
    headers.add("Content-Length", cut.range == null ? found.content().size() : cut.range.length());
    return Reply.empty(cut.status, headers);
  }

  /// What of the object is sent: all of it when `range` is null.
  private record Cut(int status, @Nullable ByteRange range, int parts, Checksum checksum) {}

  private static Cut cut(OpenObject open, Reading reading) {
    return reading.partNumber() > 0
        ? part(open, reading.partNumber())
        : cut(open.head().content(), reading);
  }

  private static Cut cut(Content content, Reading reading) {
    ByteSpan span = reading.range().of(content.etag());
    if (span instanceof ByteSpan.Whole) return new Cut(200, null, 0, content.checksum());
    ByteRange range =
        span.within(content.size())
            .orElseThrow(() -> S3Failure.range(reading.range().text(), content.size()));
    boolean all = range.first() == 0 && range.last() == content.size() - 1;
    return new Cut(206, range, 0, all ? content.checksum() : Checksum.NONE);
  }

  private static Cut part(OpenObject open, int number) {
    Content content = open.head().content();
    List<Part> parts = open.parts();
    if (parts.isEmpty()) {
      if (number != 1) throw noSuchPart(1, number);
      // A range cannot say "nothing", so an empty object is sent whole.
      return content.size() == 0
          ? new Cut(200, null, 0, content.checksum())
          : new Cut(206, new ByteRange(0, content.size() - 1), 0, content.checksum());
    }
    long offset = 0;
    for (Part part : parts) {
      if (part.number() == number) {
        ByteRange range = part.size() == 0 ? null : ByteRange.at(offset, part.size());
        int status = range == null ? 200 : 206;
        boolean alone = parts.size() == 1;
        return new Cut(status, range, parts.size(), checksum(content.checksum(), part, alone));
      }
      offset += part.size();
    }
    throw noSuchPart(parts.size(), number);
  }

  private static S3Failure noSuchPart(int parts, int number) {
    return new S3Failure(
        S3Error.INVALID_PART_NUMBER,
        S3Error.INVALID_PART_NUMBER.message(),
        new S3Failure.Detail("ActualPartCount", Integer.toString(parts)),
        new S3Failure.Detail("PartNumberRequested", Integer.toString(number)));
  }

  /// A part's own with the type of the whole, where the whole is a checksum of them; else that of
  /// the whole, where the part is all of it.
  private static Checksum checksum(Checksum whole, Part part, boolean alone) {
    Checksum own = part.checksum();
    if (whole.type() == ChecksumType.COMPOSITE)
      return new Checksum(own.algorithm(), whole.type(), own.text());
    return alone ? whole : Checksum.NONE;
  }

  private static Headers.Builder headers(Bucket bucket, ObjectHead head, Reading reading, Cut cut) {
    Headers.Builder headers = ObjectFields.of(bucket, head, reading);
    ByteRange range = cut.range;
    if (range != null)
      headers.add(
          "Content-Range",
          "bytes " + range.first() + "-" + range.last() + "/" + head.content().size());
    if (cut.parts > 0) headers.add("x-amz-mp-parts-count", cut.parts);
    if (reading.checksums()) ObjectFields.checksum(headers, cut.checksum);
    return headers;
  }

  Reply attributes(Bucket bucket, S3Operation.GetObjectAttributes get, Permit permit) {
    var read = new Read(bucket, get.key(), get.version(), Conditions.NONE, permit);
    try (OpenObject open = objects.open(read)) {
      ObjectHead head = open.head();
      Headers.Builder headers = Headers.builder();
      headers.add("Last-Modified", HttpDate.format(head.content().modified()));
      ObjectFields.version(headers, bucket, head.version());
      return Reply.xml(200, headers, AnswerDocuments.attributes(get, head, open.parts()));
    }
  }

  Reply tagging(Bucket bucket, S3Operation.GetObjectTagging get, Permit permit) {
    ObjectHead head =
        objects.head(new Read(bucket, get.key(), get.version(), Conditions.NONE, permit));
    Headers.Builder headers = Headers.builder();
    ObjectFields.version(headers, bucket, head.version());
    return Reply.xml(200, headers, AnswerDocuments.tagging(head.tags()));
  }
}
