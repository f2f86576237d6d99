package io.tarn.upstream;

import io.tarn.bytes.ChecksumAlgorithm;
import io.tarn.store.BeginUpload;
import io.tarn.store.Bucket;
import io.tarn.store.Capability;
import io.tarn.store.ChecksumType;
import io.tarn.store.Conditions;
import io.tarn.store.Copy;
import io.tarn.store.Delete;
import io.tarn.store.ETag;
import io.tarn.store.ETags;
import io.tarn.store.Fact;
import io.tarn.store.Home;
import io.tarn.store.Incoming;
import io.tarn.store.Key;
import io.tarn.store.ListFrom;
import io.tarn.store.ListObjects;
import io.tarn.store.Metadata;
import io.tarn.store.ObjectHead;
import io.tarn.store.ObjectStore;
import io.tarn.store.OpenObject;
import io.tarn.store.Payload;
import io.tarn.store.PayloadIncoming;
import io.tarn.store.Permit;
import io.tarn.store.Put;
import io.tarn.store.Read;
import io.tarn.store.Span;
import io.tarn.store.StoreFailure;
import io.tarn.store.Tags;
import io.tarn.store.Upload;
import io.tarn.store.UploadRef;
import io.tarn.store.Version;
import io.tarn.store.Wanted;
import java.nio.charset.StandardCharsets;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Tries out what a bucket's origin can do, by doing it: lists, writes a small object under
/// `.tarn/`, reads a range of it, and takes it away again. What a linked bucket cannot do without
/// (listing, writing, also in chunks, ranges, deleting) has to work; the rest is what its home says
/// it can.
///
/// Versions and ACLs are left out in any case: of versions at an origin a linked bucket shows the
/// latest, and the owners of its objects are another store's. So are permissions by tags: without
/// versions the tags that are asked for may be those of a later object than the bytes.
public final class OriginProbe {
  private static final Logger LOG = LoggerFactory.getLogger(OriginProbe.class);
  private static final byte[] BODY = "tried by tarn\n".getBytes(StandardCharsets.UTF_8);
  private static final Tags TAGS = new Tags(Map.of("tarn", "probe"));

  private final ObjectStore origin;
  private final Bucket bucket;
  private final Key key;
  private final Key copied;

  private OriginProbe(ObjectStore origin, Bucket bucket) {
    this.origin = origin;
    this.bucket = bucket;
    String name = ".tarn/probe-" + UUID.randomUUID();
    this.key = new Key(name);
    this.copied = new Key(name + "-copy");
  }

  /// What the home of a linked bucket can do. The home of `bucket` says that it can do everything.
  ///
  /// @throws StoreFailure.Unavailable when the bucket could not be used; says what did not work,
  /// and what to change
  public static Set<Capability> examine(ObjectStore origin, Bucket bucket) {
    var probe = new OriginProbe(origin, bucket);
    probe.must("be listed", () -> origin.list(new ListObjects(bucket, "", "", ListFrom.START, 1)));
    try {
      return probe.examine();
    } finally {
      probe.clear(probe.copied);
      probe.clear(probe.key);
    }
  }

  private Set<Capability> examine() {
    var found = EnumSet.noneOf(Capability.class);
    must("be written to", () -> origin.put(new Put(bucket, key), body()));
    must("be read by ranges", this::readRange);
    must("be written to in chunks", this::putLarge);
    if (isRefused(() -> origin.put(put(Tags.NONE, ifAbsent()), body()))) {
      found.add(Capability.CONDITIONAL_WRITES);
    }
    if (can(() -> origin.put(put(TAGS, Conditions.NONE), body())) && hasTags()) {
      found.add(Capability.TAGS);
    }
    if (can(() -> origin.copy(copied(found, Conditions.NONE)))) {
      found.add(Capability.SERVER_SIDE_COPY);
      // Of what is there by now. A server that does not know it in copies would replace it.
      if (isRefused(() -> origin.copy(copied(found, ifAbsent())))) {
        found.add(Capability.CONDITIONAL_COPIES);
      }
    }
    if (can(this::upload)) found.add(Capability.MULTIPART_UPLOADS);
    if (isRefused(() -> origin.delete(deleteIf("00000000000000000000000000000000")))) {
      found.add(Capability.CONDITIONAL_DELETES);
    }
    must("have objects deleted", () -> origin.delete(new Delete(bucket, key)));
    return found;
  }

  private static Incoming body() {
    return new PayloadIncoming(new Payload.Bytes(BODY), ChecksumAlgorithm.DEFAULT);
  }

  private Put put(Tags tags, Conditions conditions) {
    return new Put(bucket, key, bucket.owner(), Metadata.NONE, tags, conditions);
  }

  private static Conditions ifAbsent() {
    return new Conditions(ETags.UNSAID, ETags.ANY, null, null);
  }

  private Delete deleteIf(String etag) {
    var conditions =
        new Conditions(new ETags(false, List.of(new ETag(etag))), ETags.UNSAID, null, null);
    return new Delete(bucket, key, bucket.owner(), Version.LATEST, conditions);
  }

  /// A body that is not gathered first. Who does not know its framing keeps that with the bytes.
  private Object putLarge() {
    byte[] bytes = new byte[OriginWrites.SMALL + 1];
    origin.put(
        new Put(bucket, key),
        new PayloadIncoming(new Payload.Bytes(bytes), ChecksumAlgorithm.DEFAULT));
    Wanted wanted = Wanted.of(new Span.Whole(), EnumSet.noneOf(Fact.class));
    ObjectHead head =
        origin.head(new Read(bucket, key, Version.LATEST, Conditions.NONE, Permit.ANY, wanted));
    if (head.content().size() != bytes.length) {
      throw new StoreFailure.OriginFailed(
          ((Home.Linked) bucket.home()).origin(),
          "keeps the frames of a body (STREAMING-UNSIGNED-PAYLOAD-TRAILER) as if they were of it");
    }
    return head;
  }

  private Object readRange() {
    // Without tags, of which the next question is.
    Wanted wanted = Wanted.of(new Span.Between(1, 3), EnumSet.of(Fact.CHECKSUM));
    var asked = new Read(bucket, key, Version.LATEST, Conditions.NONE, Permit.ANY, wanted);
    try (OpenObject open = origin.open(asked)) {
      var read = new PayloadIncoming(open.payload(), ChecksumAlgorithm.DEFAULT);
      while (read.next() != null) {
        // The end is told only where so many bytes came as were promised.
      }
      return open.slice();
    }
  }

  private boolean hasTags() {
    var wanted = Wanted.of(new Span.Whole(), EnumSet.of(Fact.TAGS));
    var read = new Read(bucket, key, Version.LATEST, Conditions.NONE, Permit.ANY, wanted);
    return can(
        () -> {
          if (!origin.head(read).tags().equals(TAGS)) throw new StoreFailure.Conflict("no tags");
          return read;
        });
  }

  /// With tags where there are any, and the condition for the origin to decide.
  private Copy copied(Set<Capability> found, Conditions conditions) {
    var link = (Home.Linked) bucket.home();
    var can = EnumSet.copyOf(Capability.ALL);
    if (!found.contains(Capability.TAGS)) can.remove(Capability.TAGS);
    Bucket there = bucket.at(new Home.Linked(link.origin(), link.bucket(), link.prefix(), can));
    var target = new Put(there, copied, bucket.owner(), Metadata.NONE, Tags.NONE, conditions);
    return new Copy(new Read(there, key), target, true, true, null);
  }

  private Object upload() {
    Upload upload =
        origin.begin(
            new BeginUpload(new Put(bucket, key), bucket.owner(), null, ChecksumType.COMPOSITE));
    origin.abort(new UploadRef(bucket, key, upload.id()), Permit.OfUpload.ANY);
    return upload;
  }

  private interface Try {
    Object make();
  }

  private void must(String what, Try attempt) {
    try {
      attempt.make();
    } catch (StoreFailure e) {
      Home.Linked link = (Home.Linked) bucket.home();
      throw new StoreFailure.Unavailable(
          "the bucket %s at the origin %s cannot %s: %s; check %s and what its access key may do there"
              .formatted(link.bucket(), link.origin(), what, e.getMessage(), settings(link)),
          e);
    }
  }

  private static String settings(Home.Linked link) {
    if (link.hasItsOwn()) return "endpoint, region and credentials of the link";
    return "origins.%s.s3".formatted(link.origin());
  }

  private boolean can(Try attempt) {
    try {
      attempt.make();
      return true;
    } catch (StoreFailure e) {
      requireAnswer(e);
      return false;
    }
  }

  /// That nothing was answered says nothing about what can be done.
  private void requireAnswer(StoreFailure e) {
    boolean silent =
        e instanceof StoreFailure.OriginUnreachable
            || e instanceof StoreFailure.OriginThrottled
            || e instanceof StoreFailure.Overloaded;
    if (!silent) return;
    Home.Linked link = (Home.Linked) bucket.home();
    throw new StoreFailure.Unavailable(
        "what can be done with the bucket %s at the origin %s could not be tried out: %s"
            .formatted(link.bucket(), link.origin(), e.getMessage()),
        e);
  }

  private void clear(Key written) {
    try {
      origin.delete(new Delete(bucket, written));
    } catch (StoreFailure e) {
      LOG.warn("{} of the origin could not be deleted: {}", written, e.getMessage());
    }
  }

  /// Whether a condition that does not hold has its way.
  private boolean isRefused(Try attempt) {
    try {
      attempt.make();
      return false;
    } catch (StoreFailure.ConditionFailed e) {
      return true;
    } catch (StoreFailure e) {
      requireAnswer(e);
      return false;
    }
  }
}
