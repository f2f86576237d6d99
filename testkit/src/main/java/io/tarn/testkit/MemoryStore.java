package io.tarn.testkit;

import io.tarn.store.Annotate;
import io.tarn.store.BeginUpload;
import io.tarn.store.Bucket;
import io.tarn.store.BucketName;
import io.tarn.store.BucketPage;
import io.tarn.store.Buckets;
import io.tarn.store.ByteRange;
import io.tarn.store.Checksum;
import io.tarn.store.CompleteUpload;
import io.tarn.store.Conditions;
import io.tarn.store.Content;
import io.tarn.store.ContentRange;
import io.tarn.store.Copied;
import io.tarn.store.CopiedPart;
import io.tarn.store.Copy;
import io.tarn.store.Copying;
import io.tarn.store.CreateBucket;
import io.tarn.store.Delete;
import io.tarn.store.Deleted;
import io.tarn.store.Digests;
import io.tarn.store.DocumentKind;
import io.tarn.store.Fact;
import io.tarn.store.Incoming;
import io.tarn.store.Key;
import io.tarn.store.ListObjects;
import io.tarn.store.ListUploads;
import io.tarn.store.ListVersions;
import io.tarn.store.ObjectHead;
import io.tarn.store.ObjectPage;
import io.tarn.store.ObjectStore;
import io.tarn.store.OpenObject;
import io.tarn.store.Part;
import io.tarn.store.PartPage;
import io.tarn.store.Payload;
import io.tarn.store.Permit;
import io.tarn.store.Put;
import io.tarn.store.Read;
import io.tarn.store.StoreFailure;
import io.tarn.store.StoreFailure.Reason;
import io.tarn.store.TenantId;
import io.tarn.store.Upload;
import io.tarn.store.UploadId;
import io.tarn.store.UploadPage;
import io.tarn.store.UploadRef;
import io.tarn.store.Version;
import io.tarn.store.VersionPage;
import io.tarn.store.Versioning;
import io.tarn.store.Written;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// The model: an [ObjectStore] and its [Buckets] as plain collections under one lock, written to be
/// seen to be right. Every other store is compared with it.
public final class MemoryStore implements ObjectStore, Buckets {
  private final InstantSource clock;
  private final long smallestPart;
  private final String region;
  private final TreeMap<BucketName, MemoryBucket> buckets = new TreeMap<>();
  private long counter;

  public MemoryStore() {
    this(InstantSource.system(), Part.MIN_SIZE);
  }

  /// `smallestPart` is the least size of a part that is not the last.
  public MemoryStore(InstantSource clock, long smallestPart) {
    this(clock, smallestPart, "memory");
  }

  /// In `region` are the buckets that are created without saying where.
  public MemoryStore(InstantSource clock, long smallestPart, String region) {
    this.clock = clock;
    this.smallestPart = smallestPart;
    this.region = region;
  }

  private Instant now() {
    return clock.instant().truncatedTo(ChronoUnit.MILLIS);
  }

  private String nextId() {
    return "m%012d".formatted(++counter);
  }

  private MemoryBucket bucket(Bucket bucket) {
    MemoryBucket there = buckets.get(bucket.name());
    if (there == null || there.bucket.id() != bucket.id()) {
      throw new StoreFailure.NoSuchBucket(bucket.name());
    }
    return there;
  }

  // Buckets

  @Override
  public synchronized Bucket create(CreateBucket request) {
    MemoryBucket there = buckets.get(request.name());
    if (there != null) throw new StoreFailure.BucketExists(there.bucket);
    long id = ++counter;
    String where = request.region().isEmpty() ? region : request.region();
    var bucket =
        new Bucket(
            request.name(), id, id, request.owner(), where, now(), Versioning.OFF, request.home());
    var made = new MemoryBucket(bucket);
    made.documents.putAll(request.documents());
    buckets.put(request.name(), made);
    return bucket;
  }

  /// Keeps the objects of a bucket that is known elsewhere; those it has, if it has some.
  public synchronized void adopt(Bucket bucket) {
    buckets.computeIfAbsent(bucket.name(), _ -> new MemoryBucket(bucket)).bucket = bucket;
  }

  @Override
  public synchronized Optional<Bucket> find(BucketName name) {
    return Optional.ofNullable(buckets.get(name)).map(there -> there.bucket);
  }

  @Override
  public synchronized void delete(Bucket bucket) {
    MemoryBucket there = bucket(bucket);
    if (!there.keys.isEmpty()) throw new StoreFailure.BucketNotEmpty(bucket.name());
    buckets.remove(bucket.name());
  }

  @Override
  public synchronized BucketPage page(TenantId owner, String prefix, String after, int limit) {
    List<Bucket> found =
        buckets.values().stream()
            .map(there -> there.bucket)
            .filter(bucket -> bucket.owner().equals(owner))
            .filter(bucket -> bucket.name().text().startsWith(prefix))
            .filter(bucket -> bucket.name().text().compareTo(after) > 0)
            .toList();
    boolean truncated = limit > 0 && found.size() > limit;
    return new BucketPage(found.subList(0, Math.clamp(limit, 0, found.size())), truncated);
  }

  @Override
  public synchronized Bucket setVersioning(Bucket bucket, Versioning versioning) {
    MemoryBucket there = bucket(bucket);
    if (versioning == Versioning.OFF) {
      throw new StoreFailure.Invalid(Reason.BUCKET_STATE, "versioning cannot be switched off");
    }
    there.bucket = there.bucket.changed(++counter, versioning);
    return there.bucket;
  }

  @Override
  public synchronized Optional<String> document(Bucket bucket, DocumentKind kind) {
    return Optional.ofNullable(bucket(bucket).documents.get(kind));
  }

  @Override
  public synchronized void setDocument(Bucket bucket, DocumentKind kind, String document) {
    bucket(bucket).documents.put(kind, document);
  }

  @Override
  public synchronized void removeDocument(Bucket bucket, DocumentKind kind) {
    bucket(bucket).documents.remove(kind);
  }

  // Objects

  @Override
  public synchronized ObjectHead head(Read read) {
    MemoryVersion found = bucket(read.bucket()).find(read.key(), read.version());
    check(read, found.head());
    return found.head().telling(read.facts());
  }

  private static void check(Read read, ObjectHead head) {
    read.permit().require(head.telling(read.permit().facts()));
    Conditions.Condition unmet = read.conditions().unmetByRead(head.content());
    if (unmet == null) return;
    if (unmet.asksForNews()) throw new StoreFailure.NotModified(head);
    throw StoreFailure.ConditionFailed.of(unmet);
  }

  @Override
  public synchronized OpenObject open(Read read) {
    MemoryVersion found = bucket(read.bucket()).find(read.key(), read.version());
    check(read, found.head());
    List<Part> parts = found.origin().parts();
    ContentRange slice = ContentRange.of(read.wanted(), found.head().content(), () -> parts);
    return new OpenBytes(found, read.facts(), slice);
  }

  /// Says no more than it was asked: whoever needs more has to ask for it.
  private record OpenBytes(MemoryVersion version, Set<Fact> facts, ContentRange slice)
      implements OpenObject {
    @Override
    public ObjectHead head() {
      return version.head().telling(facts);
    }

    @Override
    public List<Part> parts() {
      if (!facts.contains(Fact.PARTS)) throw new IllegalStateException("parts were not asked for");
      return version.origin().parts();
    }

    @Override
    public Payload payload() {
      ByteRange range = slice.range();
      return range == null
          ? new Payload.Bytes(version.bytes())
          : new Payload.Bytes(version.bytes(), (int) range.first(), (int) range.length());
    }

    @Override
    public void close() {}
  }

  @Override
  public Written put(Put put, Incoming content) {
    byte[] bytes = take(content);
    return install(put, bytes, new Facts(content.digests().etag(), content.digests().checksum()));
  }

  /// All the bytes of a body that is as long as it says.
  static byte[] take(Incoming content) {
    var out = new java.io.ByteArrayOutputStream();
    for (ByteBuffer next = content.next(); next != null; next = content.next()) {
      byte[] piece = new byte[next.remaining()];
      next.duplicate().get(piece);
      out.writeBytes(piece);
    }
    if (content.length() >= 0 && content.length() != out.size()) {
      throw new StoreFailure.Invalid(Reason.INCOMPLETE_BODY, "the body has another length");
    }
    return out.toByteArray();
  }

  private record Facts(io.tarn.store.ETag etag, Checksum checksum, MemoryVersion.Origin origin) {
    Facts(io.tarn.store.ETag etag, Checksum checksum) {
      this(etag, checksum, MemoryVersion.Origin.NONE);
    }
  }

  private synchronized Written install(Put put, byte[] bytes, Facts facts) {
    MemoryBucket bucket = bucket(put.bucket());
    check(put.permit(), put.conditions(), put.key(), bucket.current(put.key()));
    boolean numbered = bucket.bucket.versioning() == Versioning.ENABLED;
    Version version = numbered ? new Version(nextId()) : Version.NULL;
    var content = new Content(bytes.length, facts.etag, now(), facts.checksum);
    var head =
        new ObjectHead(
            put.key(), version, put.owner(), content, put.metadata(), put.tags(), put.acl());
    bucket.add(new MemoryVersion(head, bytes, false, facts.origin));
    return new Written(put.key(), version, content);
  }

  private static void check(
      Permit permit, Conditions conditions, Key key, @Nullable MemoryVersion over) {
    ObjectHead head = over == null || over.marker() ? null : over.head();
    permit.require(head == null ? null : head.telling(permit.facts()));
    if (head == null) {
      if (conditions.wantSomething()) throw new StoreFailure.NoSuchKey(key);
      return;
    }
    Conditions.Condition unmet = conditions.unmetByWrite(head.content());
    if (unmet != null) throw StoreFailure.ConditionFailed.of(unmet);
  }

  @Override
  public Copied copy(Copy copy) {
    return Copying.through(this, this, copy);
  }

  @Override
  public synchronized Deleted delete(Delete delete) {
    MemoryBucket bucket = bucket(delete.bucket());
    Key key = delete.key();
    boolean versioned = bucket.bucket.versioning() != Versioning.OFF;
    if (delete.version().isLatest() && versioned) {
      check(delete.permit(), delete.conditions(), key, bucket.current(key));
      boolean numbered = bucket.bucket.versioning() == Versioning.ENABLED;
      Version version = numbered ? new Version(nextId()) : Version.NULL;
      bucket.add(MemoryVersion.marker(key, version, delete.by(), now()));
      return new Deleted(version, true);
    }
    Version named = delete.version().isLatest() ? Version.NULL : delete.version();
    MemoryVersion there = bucket.version(key, named);
    check(delete.permit(), delete.conditions(), key, there);
    if (there == null) return new Deleted(delete.version(), false);
    bucket.remove(key, there);
    return new Deleted(delete.version(), there.marker());
  }

  @Override
  public synchronized Version annotate(Annotate annotate) {
    MemoryBucket bucket = bucket(annotate.bucket());
    MemoryVersion there = bucket.find(annotate.key(), annotate.version());
    annotate.permit().require(there.head().telling(annotate.permit().facts()));
    MemoryVersion changed =
        switch (annotate.annotation()) {
          case Annotate.SetTags(var tags) -> there.withTags(tags);
          case Annotate.SetAcl(var acl) ->
              there.withAcl(acl.of(there.head().owner(bucket.bucket.owner())));
        };
    bucket.replace(annotate.key(), there, changed);
    return there.head().version();
  }

  // Listings

  @Override
  public synchronized ObjectPage list(ListObjects request) {
    return MemoryListing.objects(bucket(request.bucket()), request);
  }

  @Override
  public synchronized VersionPage versions(ListVersions request) {
    return MemoryListing.versions(bucket(request.bucket()), request);
  }

  @Override
  public synchronized UploadPage uploads(ListUploads request) {
    return MemoryListing.uploads(bucket(request.bucket()), request);
  }

  // Uploads

  @Override
  public synchronized Upload begin(BeginUpload begin) {
    MemoryBucket bucket = bucket(begin.put().bucket());
    var upload =
        new Upload(
            begin.put().key(),
            new UploadId(nextId()),
            begin.put().owner(),
            begin.initiator(),
            now(),
            begin.checksum(),
            begin.checksumType());
    bucket.uploads.put(upload.id().text(), new MemoryBucket.OpenUpload(begin.put(), upload));
    return upload;
  }

  private MemoryBucket.OpenUpload find(UploadRef ref) {
    MemoryBucket.OpenUpload open = bucket(ref.bucket()).uploads.get(ref.id().text());
    if (open == null || !open.upload.key().equals(ref.key())) {
      throw new StoreFailure.NoSuchUpload(ref.id());
    }
    return open;
  }

  private synchronized Upload upload(UploadRef ref) {
    return find(ref).upload;
  }

  @Override
  public Part putPart(UploadRef ref, int number, Incoming content) {
    if (number < 1 || number > Part.MAX_NUMBER) {
      throw new StoreFailure.Invalid(Reason.PART_NUMBER, "part " + number);
    }
    Upload upload = upload(ref);
    content.partOf(upload.checksum(), upload.checksumType());
    byte[] bytes = take(content);
    synchronized (this) {
      Digests digests = content.digests();
      var part = new Part(number, bytes.length, digests.etag(), now(), digests.checksum());
      find(ref).parts.put(number, new MemoryBucket.StoredPart(part, bytes));
      return part;
    }
  }

  @Override
  public CopiedPart copyPart(UploadRef ref, int number, PartSource from) {
    return Copying.through(this, this, ref, number, from);
  }

  @Override
  public synchronized Written complete(CompleteUpload request) {
    UploadRef ref = request.upload();
    MemoryBucket bucket = bucket(ref.bucket());
    MemoryAssembly.inOrder(request);
    Written before = completedBefore(bucket, request);
    if (before != null) return before;
    MemoryBucket.OpenUpload open = find(ref);
    var put =
        new Put(
            ref.bucket(),
            ref.key(),
            open.put.owner(),
            open.put.metadata(),
            open.put.tags(),
            request.conditions(),
            open.put.acl(),
            request.permit());
    check(request.permit(), request.conditions(), ref.key(), bucket.current(ref.key()));
    MemoryAssembly made = MemoryAssembly.of(request, open, smallestPart);
    var facts =
        new Facts(made.etag(), made.checksum(), new MemoryVersion.Origin(ref.id(), made.parts()));
    Written written = install(put, made.bytes(), facts);
    bucket.uploads.remove(ref.id().text());
    return written;
  }

  private static @Nullable Written completedBefore(MemoryBucket bucket, CompleteUpload request) {
    MemoryVersion current = bucket.current(request.upload().key());
    if (current == null || !request.upload().id().equals(current.origin().upload())) return null;
    Map<Integer, io.tarn.store.ETag> had = new TreeMap<>();
    Map<Integer, io.tarn.store.ETag> asked = new TreeMap<>();
    for (Part part : current.origin().parts()) had.put(part.number(), part.etag());
    for (var chosen : request.parts()) asked.put(chosen.number(), chosen.etag());
    return had.equals(asked)
        ? new Written(request.upload().key(), current.head().version(), current.head().content())
        : null;
  }

  @Override
  public synchronized void abort(UploadRef ref, Permit.OfUpload permit) {
    permit.require(find(ref).upload);
    bucket(ref.bucket()).uploads.remove(ref.id().text());
  }

  @Override
  public synchronized PartPage parts(UploadRef ref, int after, int limit, Permit.OfUpload permit) {
    MemoryBucket.OpenUpload open = find(ref);
    permit.require(open.upload);
    List<Part> later =
        open.parts.tailMap(after, false).values().stream().map(stored -> stored.part()).toList();
    boolean truncated = limit > 0 && later.size() > limit;
    return new PartPage(
        open.upload, later.subList(0, Math.clamp(limit, 0, later.size())), truncated);
  }
}
