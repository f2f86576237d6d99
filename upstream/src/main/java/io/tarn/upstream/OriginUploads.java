package io.tarn.upstream;

import io.tarn.bytes.ChecksumAlgorithm;
import io.tarn.s3.XmlElement;
import io.tarn.store.Assembled;
import io.tarn.store.BeginUpload;
import io.tarn.store.Bucket;
import io.tarn.store.ByteRange;
import io.tarn.store.Checksum;
import io.tarn.store.ChecksumType;
import io.tarn.store.CompleteUpload;
import io.tarn.store.Conditions;
import io.tarn.store.Content;
import io.tarn.store.CopiedPart;
import io.tarn.store.Incoming;
import io.tarn.store.Key;
import io.tarn.store.ObjectStore.PartSource;
import io.tarn.store.Part;
import io.tarn.store.PartPage;
import io.tarn.store.Permit;
import io.tarn.store.Put;
import io.tarn.store.StoreFailure;
import io.tarn.store.Upload;
import io.tarn.store.UploadId;
import io.tarn.store.UploadRef;
import io.tarn.store.Version;
import io.tarn.store.Written;
import java.net.http.HttpHeaders;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Multipart uploads at an origin: its own, with its own ids. An upload belongs to the account that
/// this server is there; here it is the bucket owner's.
final class OriginUploads {
  /// Uploads whose checksums are remembered; of others the origin is asked.
  private static final int REMEMBERED = 10_000;

  private final OriginCalls calls;
  private final OriginWrites writes;
  private final Map<UploadRef, Upload> begun =
      Collections.synchronizedMap(
          new LinkedHashMap<>(16, 0.75f, true) {
            private static final long serialVersionUID = 1;

            @Override
            protected boolean removeEldestEntry(Map.Entry<UploadRef, Upload> eldest) {
              return size() > REMEMBERED;
            }
          });

  OriginUploads(OriginCalls calls, OriginWrites writes) {
    this.calls = calls;
    this.writes = writes;
  }

  Upload begin(BeginUpload begin) {
    Put put = begin.put();
    LinkedPlace place = LinkedPlace.of(put.bucket());
    OriginRequest request =
        OriginRequest.of("POST", place, place.there(put.key())).with("uploads", "");
    OriginWrites.describe(put, request, false);
    if (begin.checksum() != null) {
      request.header("x-amz-checksum-algorithm", begin.checksum().name());
      request.header("x-amz-checksum-type", begin.checksumType().name());
    }
    OriginCalls.Answered answered = calls.answered(request, OriginFailures.Subject.of(put.key()));
    var upload =
        new Upload(
            put.key(),
            new UploadId(answered.document().firstOf("UploadId")),
            put.bucket().owner(),
            put.bucket().owner(),
            ObjectHeaders.modified(answered.answer().headers()),
            begin.checksum(),
            begin.checksumType());
    begun.put(new UploadRef(put.bucket(), put.key(), upload.id()), upload);
    return upload;
  }

  static Upload upload(Bucket bucket, Key key, XmlElement said) {
    String algorithm = said.firstOf("ChecksumAlgorithm");
    boolean full = said.firstOf("ChecksumType").equals("FULL_OBJECT");
    return new Upload(
        key,
        new UploadId(said.firstOf("UploadId")),
        bucket.owner(),
        bucket.owner(),
        OriginReads.instant(said.firstOf("Initiated")),
        isNone(algorithm) ? null : algorithm(algorithm),
        full ? ChecksumType.FULL_OBJECT : ChecksumType.COMPOSITE);
  }

  /// versitygw says that there is none by this word.
  private static boolean isNone(String algorithm) {
    return algorithm.isEmpty() || algorithm.equals("null");
  }

  private static ChecksumAlgorithm algorithm(String name) {
    try {
      return ChecksumAlgorithm.valueOf(name);
    } catch (IllegalArgumentException _) {
      throw new UnreadableAnswer("names a checksum that is not known");
    }
  }

  Part putPart(UploadRef ref, int number, Incoming content) {
    requireNumber(number);
    OriginWrites.requireLength(content);
    Upload upload = known(ref);
    content.partOf(upload.checksum(), upload.checksumType());
    boolean small = content.length() <= OriginWrites.SMALL;
    byte[] bytes = small ? OriginWrites.bytes(content) : null;
    OriginRequest request = request("PUT", ref).with("partNumber", Integer.toString(number));
    if (!small) request.header("content-encoding", "aws-chunked");
    OriginWrites.send(content, bytes, request);
    HttpHeaders headers = done(request.repeatable(), ref).headers();
    Content made = OriginWrites.content(headers, content.length(), content.digests().checksum());
    return new Part(number, made.size(), made.etag(), made.modified(), made.checksum());
  }

  private static void requireNumber(int number) {
    if (number < 1 || number > Part.MAX_NUMBER) {
      throw new StoreFailure.Invalid(
          StoreFailure.Reason.PART_NUMBER, "Part number must be an integer between 1 and 10000");
    }
  }

  /// How an upload was begun: remembered, or asked.
  private Upload known(UploadRef ref) {
    Upload remembered = begun.get(ref);
    if (remembered != null) return remembered;
    Upload asked = parts(ref, 0, 1, Permit.OfUpload.ANY).upload();
    begun.put(ref, asked);
    return asked;
  }

  CopiedPart copyPart(UploadRef ref, int number, PartSource from) {
    requireNumber(number);
    Upload upload = known(ref);
    OriginWrites.Source source = writes.part(from);
    OriginRequest request =
        request("PUT", ref).with("partNumber", Integer.toString(number)).repeatable();
    OriginWrites.from(source, request);
    ByteRange range = from.range();
    if (range != null) {
      request.header(
          "x-amz-copy-source-range", "bytes=%d-%d".formatted(range.first(), range.last()));
    }
    XmlElement document =
        writes.ofSource(source, () -> calls.answered(request, subject(ref)).document());
    long size = range == null ? source.size() : range.length();
    Content made = OriginWrites.result(document, size);
    var part = new Part(number, size, made.etag(), made.modified(), made.checksum());
    return new CopiedPart(part, source.version(), upload.shown(part));
  }

  Written complete(CompleteUpload complete) {
    UploadRef ref = complete.upload();
    // A front end takes a part that is named twice for one that was sent twice: so it is told here.
    Assembled.inOrder(complete);
    Conditions conditions =
        writes.settled(ref.bucket(), ref.key(), complete.permit(), complete.conditions());
    OriginRequest request = request("POST", ref);
    OriginWrites.document(OriginDocuments.completion(complete), request);
    CompleteUpload.Expected expected = complete.expected();
    if (expected.type() != null) request.header("x-amz-checksum-type", expected.type().name());
    if (expected.checksum().isPresent()) {
      request.header(
          "x-amz-checksum-" + expected.checksum().algorithm().text(), expected.checksum().text());
    }
    if (expected.size() != null) request.header("x-amz-mp-object-size", expected.size().toString());
    OriginWrites.conditions(conditions, request);
    OriginCalls.Answered answered = forgetting(ref, () -> calls.answered(request, subject(ref)));
    HttpHeaders headers = answered.answer().headers();
    var content =
        new Content(
            expected.size() == null ? 0 : expected.size(),
            ObjectHeaders.etag(answered.document().firstOf("ETag")),
            ObjectHeaders.modified(headers),
            OriginListings.checksum(answered.document(), Checksum.NONE));
    begun.remove(ref);
    return new Written(ref.key(), ObjectHeaders.version(headers), content);
  }

  void abort(UploadRef ref, Permit.OfUpload permit) {
    if (!permit.equals(Permit.OfUpload.ANY)) permit.require(known(ref));
    begun.remove(ref);
    done(request("DELETE", ref).repeatable(), ref);
  }

  PartPage parts(UploadRef ref, int after, int limit, Permit.OfUpload permit) {
    OriginRequest request =
        request("GET", ref)
            .with("encoding-type", "url")
            .with("max-parts", Integer.toString(Math.min(1000, Math.max(1, limit))));
    if (after > 0) request.with("part-number-marker", Integer.toString(after));
    XmlElement document = forgetting(ref, () -> calls.document(request, subject(ref)));
    Upload upload = upload(ref.bucket(), ref.key(), document);
    permit.require(upload);
    List<Part> parts = document.all("Part").stream().limit(limit).map(OriginUploads::part).toList();
    boolean more = document.firstOf("IsTruncated").equals("true");
    boolean cut = more || parts.size() < document.all("Part").size();
    return new PartPage(upload, parts, limit > 0 && cut);
  }

  private static Part part(XmlElement one) {
    return new Part(
        (int) OriginListings.number(one.firstOf("PartNumber")),
        OriginListings.number(one.firstOf("Size")),
        ObjectHeaders.etag(one.firstOf("ETag")),
        OriginReads.instant(one.firstOf("LastModified")),
        OriginListings.checksum(one, Checksum.NONE));
  }

  private static OriginRequest request(String method, UploadRef ref) {
    LinkedPlace place = LinkedPlace.of(ref.bucket());
    return OriginRequest.of(method, place, place.there(ref.key()))
        .with("uploadId", ref.id().text());
  }

  private static OriginFailures.Subject subject(UploadRef ref) {
    return new OriginFailures.Subject(ref.key(), Version.LATEST, ref.id());
  }

  private OriginAnswer done(OriginRequest request, UploadRef ref) {
    return forgetting(ref, () -> calls.done(request, subject(ref)));
  }

  /// An upload that is gone is not remembered.
  private <T> T forgetting(UploadRef ref, OriginWrites.Call<T> call) {
    try {
      return call.make();
    } catch (StoreFailure.NoSuchUpload e) {
      begun.remove(ref);
      throw e;
    }
  }
}
