package io.tarn.testkit;

import io.tarn.bytes.ChecksumAlgorithm;
import io.tarn.store.Annotate;
import io.tarn.store.BeginUpload;
import io.tarn.store.Bucket;
import io.tarn.store.BucketName;
import io.tarn.store.Checksum;
import io.tarn.store.ChecksumType;
import io.tarn.store.CompleteUpload;
import io.tarn.store.Conditions;
import io.tarn.store.Content;
import io.tarn.store.Copied;
import io.tarn.store.Copy;
import io.tarn.store.CreateBucket;
import io.tarn.store.Delete;
import io.tarn.store.Deleted;
import io.tarn.store.ETag;
import io.tarn.store.ETags;
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
import io.tarn.store.Upload;
import io.tarn.store.UploadRef;
import io.tarn.store.Version;
import io.tarn.store.Written;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Plays operations on a store and says what happened, in words in which two stores that behave
/// alike say the same: versions and uploads are numbered in the order they were made, and times are
/// left out.
public final class Player {
  private static final TenantId OWNER = new TenantId("owner");
  private static final BucketName NAME = new BucketName("model-test");

  private final BucketsContract.Both both;
  private final ObjectStore store;
  private final Runnable tidy;
  private final List<Version> versions = new ArrayList<>();
  private final List<UploadRef> uploads = new ArrayList<>();
  private final Set<Integer> composites = new HashSet<>();
  private final Map<Integer, Map<Integer, Part>> parts = new TreeMap<>();
  private final Browser browser;
  private Bucket bucket;

  public Player(BucketsContract.Both both, Runnable tidy) {
    this.both = both;
    this.store = both.objects();
    this.tidy = tidy;
    this.bucket = create();
    this.browser = new Browser(store, this::said, this::uploadNumber);
  }

  private Bucket create() {
    return both.buckets().create(new CreateBucket(NAME, OWNER, "here"));
  }

  public String play(Operation operation) {
    try {
      return perform(operation);
    } catch (StoreFailure e) {
      return said(e);
    }
  }

  private String perform(Operation operation) {
    return switch (operation) {
      case Operation.Write write -> said(store.put(put(write), incoming(write.body())));
      case Operation.Look(var key, var version, var asked) -> look(key, version, asked);
      case Operation.Slice slice -> slice(slice);
      case Operation.Remove(var key, var version, var asked) -> {
        Deleted deleted =
            store.delete(
                new Delete(bucket, new Key(key), OWNER, version(version), conditions(asked)));
        if (deleted.deleteMarker() && version == Operation.LATEST_VERSION) {
          versions.add(deleted.version());
        }
        yield said(deleted.version()) + (deleted.deleteMarker() ? " marker" : " deleted");
      }
      case Operation.Duplicate(var from, var version, var to, var keep) -> {
        var read = new Read(bucket, new Key(from), version(version), Conditions.NONE);
        Copied copied = store.copy(new Copy(read, new Put(bucket, new Key(to)), keep, keep, null));
        yield said(copied.source()) + " -> " + said(copied.written());
      }
      case Operation.Tag(var key, var version, var tag) ->
          said(
              store.annotate(
                  new Annotate(
                      bucket, new Key(key), version(version), new Annotate.SetTags(tags(tag)))));
      case Operation.Switch(var versioning) -> {
        bucket = both.buckets().setVersioning(bucket, versioning);
        yield bucket.versioning().name();
      }
      case Operation.Start(var key, var checksum) -> start(key, checksum);
      case Operation.AddPart(var upload, var number, var body) -> {
        UploadRef ref = upload(upload);
        ChecksumAlgorithm algorithm =
            store.parts(ref, 0, 0, Permit.OfUpload.ANY).upload().partChecksum();
        yield said(upload, store.putPart(ref, number, Bodies.of(bytes(body), algorithm)));
      }
      case Operation.CopyPart(var upload, var number, var from) -> {
        var source = new ObjectStore.PartSource(new Read(bucket, new Key(from)), null);
        yield said(upload, store.copyPart(upload(upload), number, source).part());
      }
      case Operation.Finish finish -> said(store.complete(complete(finish)));
      case Operation.GiveUp(var upload) -> {
        store.abort(upload(upload), Permit.OfUpload.ANY);
        yield "aborted";
      }
      case Operation.Browse browse -> browser.browse(bucket, browse);
      case Operation.Recreate() -> {
        both.buckets().delete(bucket);
        bucket = create();
        yield "recreated";
      }
      case Operation.Tidy() -> {
        tidy.run();
        yield "tidy";
      }
    };
  }

  private String look(String key, int version, Operation.Asked asked) {
    var read = new Read(bucket, new Key(key), version(version), conditions(asked));
    try (OpenObject open = store.open(read)) {
      ObjectHead head = store.head(read);
      if (!head.equals(open.head())) return "head and open differ";
      byte[] bytes = Bodies.bytes(open.payload());
      return "%s %s %s %s %s"
          .formatted(
              said(head.version()), said(head.content()), head.tags(), head.metadata(), md5(bytes));
    }
  }

  private String slice(Operation.Slice slice) {
    var span = new Span.Between(slice.from(), slice.from() + slice.length() - 1);
    try (OpenObject open = store.open(new Read(bucket, new Key(slice.key())).of(span))) {
      return md5(Bodies.bytes(open.payload()));
    } catch (StoreFailure.NoSuchRange e) {
      return "beyond";
    }
  }

  private static String md5(byte[] bytes) {
    var digester = new io.tarn.bytes.Digester(null);
    digester.update(java.nio.ByteBuffer.wrap(bytes));
    return HexFormat.of().formatHex(digester.finish().md5());
  }

  private Put put(Operation.Write write) {
    var metadata = new Metadata(Map.of(), Map.of("seed", "" + write.body().seed()));
    return new Put(
        bucket,
        new Key(write.key()),
        OWNER,
        metadata,
        tags(write.tag()),
        conditions(write.asked()));
  }

  private static Tags tags(int tag) {
    return tag == 0 ? Tags.NONE : new Tags(Map.of("tag", "" + tag));
  }

  private static byte[] bytes(Operation.Body body) {
    return Bodies.bytes(body.seed(), body.length());
  }

  private static io.tarn.store.Incoming incoming(Operation.Body body) {
    byte[] bytes = bytes(body);
    return body.seed() == 1 ? Bodies.ofUnknownLength(bytes) : Bodies.of(bytes);
  }

  private static Conditions conditions(Operation.Asked asked) {
    var etags = new ETags(false, List.of(new ETag(md5(bytes(asked.body())))));
    return switch (asked.wish()) {
      case NOTHING -> Conditions.NONE;
      case IF_ABSENT -> new Conditions(ETags.UNSAID, ETags.ANY, null, null);
      case IF_PRESENT -> new Conditions(ETags.ANY, ETags.UNSAID, null, null);
      case IF_MATCH -> new Conditions(etags, ETags.UNSAID, null, null);
      case IF_NONE_MATCH -> new Conditions(ETags.UNSAID, etags, null, null);
      case IF_SIZE ->
          new Conditions(
              ETags.UNSAID, ETags.UNSAID, null, null, (long) asked.body().length(), null);
    };
  }

  private Version version(int number) {
    if (number == Operation.LATEST_VERSION) return Version.LATEST;
    if (number == Operation.NULL_VERSION || versions.isEmpty()) return Version.NULL;
    return versions.get(number % versions.size());
  }

  private String start(String key, @Nullable ChecksumAlgorithm algorithm) {
    ChecksumType type =
        algorithm != null && algorithm.isCrc() ? ChecksumType.FULL_OBJECT : ChecksumType.COMPOSITE;
    var put = new Put(bucket, new Key(key));
    Upload upload = store.begin(new BeginUpload(put, OWNER, algorithm, type));
    if (algorithm != null && type == ChecksumType.COMPOSITE) composites.add(uploads.size());
    uploads.add(new UploadRef(bucket, new Key(key), upload.id()));
    return "upload " + uploads.size();
  }

  private UploadRef upload(int number) {
    if (uploads.isEmpty()) {
      return new UploadRef(bucket, new Key("none"), new io.tarn.store.UploadId("none"));
    }
    return uploads.get(number % uploads.size());
  }

  private int uploadNumber(Upload upload) {
    for (int i = 0; i < uploads.size(); i++) {
      if (uploads.get(i).id().equals(upload.id())) return i + 1;
    }
    return 0;
  }

  private String said(int upload, Part part) {
    int number = uploads.isEmpty() ? 0 : upload % uploads.size();
    parts.computeIfAbsent(number, _ -> new TreeMap<>()).put(part.number(), part);
    return said(part);
  }

  private static String said(Part part) {
    return "part %d %d %s %s"
        .formatted(part.number(), part.size(), part.etag(), part.checksum().text());
  }

  private CompleteUpload complete(Operation.Finish finish) {
    int upload = uploads.isEmpty() ? 0 : finish.upload() % uploads.size();
    Map<Integer, Part> known = parts.getOrDefault(upload, Map.of());
    List<CompleteUpload.Chosen> chosen = new ArrayList<>();
    for (int number : finish.numbers()) {
      Part part = known.get(number);
      // Where the checksum is one of checksums, each of them must be named again.
      boolean composite = composites.contains(upload);
      if (part != null) {
        chosen.add(
            new CompleteUpload.Chosen(
                number, part.etag(), composite ? part.checksum() : Checksum.NONE));
      } else if (finish.careless()) {
        chosen.add(new CompleteUpload.Chosen(number, new ETag("0"), Checksum.NONE));
      }
    }
    return new CompleteUpload(
        upload(finish.upload()),
        chosen,
        conditions(finish.asked()),
        CompleteUpload.Expected.NOTHING);
  }

  private String said(Written written) {
    if (!versions.contains(written.version())) versions.add(written.version());
    return said(written.version()) + " " + said(written.content());
  }

  private String said(Version version) {
    if (version.isLatest() || version.equals(Version.NULL)) return "<" + version + ">";
    return "v" + versions.indexOf(version);
  }

  static String said(Content content) {
    StringBuilder said = new StringBuilder();
    said.append(content.size()).append(' ').append(content.etag());
    if (content.checksum().isPresent()) said.append(' ').append(content.checksum());
    return said.toString();
  }

  private String said(StoreFailure failure) {
    return switch (failure) {
      case StoreFailure.Invalid invalid -> "Invalid " + invalid.reason();
      case StoreFailure.DeleteMarkerMet met ->
          "DeleteMarkerMet " + said(met.version()) + " " + met.latest();
      default -> failure.getClass().getSimpleName();
    };
  }
}
