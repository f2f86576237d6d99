package io.tarn.conformance;

import io.tarn.store.Annotate;
import io.tarn.store.BeginUpload;
import io.tarn.store.Bucket;
import io.tarn.store.BucketName;
import io.tarn.store.BucketPage;
import io.tarn.store.Buckets;
import io.tarn.store.Checksum;
import io.tarn.store.ChecksumType;
import io.tarn.store.CompleteUpload;
import io.tarn.store.Content;
import io.tarn.store.ContentRange;
import io.tarn.store.Copied;
import io.tarn.store.CopiedPart;
import io.tarn.store.Copy;
import io.tarn.store.CreateBucket;
import io.tarn.store.Delete;
import io.tarn.store.Deleted;
import io.tarn.store.DocumentKind;
import io.tarn.store.Incoming;
import io.tarn.store.ListFrom;
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
import io.tarn.store.TenantId;
import io.tarn.store.Told;
import io.tarn.store.Upload;
import io.tarn.store.UploadPage;
import io.tarn.store.UploadRef;
import io.tarn.store.Version;
import io.tarn.store.VersionPage;
import io.tarn.store.Versioning;
import io.tarn.store.Written;
import io.tarn.testkit.MemoryStore;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The model, saying no more than HTTP can say: no parts and checksums with an object, keys before
/// groups in a page, markers for positions, and buckets known by their names only.
final class NarrowStore implements ObjectStore, Buckets {
  private final MemoryStore model;
  private @Nullable Bucket current;

  NarrowStore(MemoryStore model) {
    this.model = model;
  }

  private static Content narrow(Content content) {
    return new Content(content.size(), content.etag(), content.modified(), Checksum.NONE);
  }

  private static Written narrow(Written written) {
    return new Written(written.key(), written.version(), narrow(written.content()));
  }

  private static ObjectHead narrow(ObjectHead head) {
    return new ObjectHead(
        head.key(),
        head.version(),
        narrow(head.content()),
        head.metadata(),
        head.tagCount(),
        head.tagging(),
        Told.notKnown(),
        Told.notKnown());
  }

  private static @Nullable ListFrom narrow(@Nullable ListFrom from) {
    return from instanceof ListFrom.PastGroup(var group, _) ? new ListFrom.After(group) : from;
  }

  private UploadRef here(UploadRef ref) {
    Bucket bucket = current;
    return bucket == null ? ref : new UploadRef(bucket, ref.key(), ref.id());
  }

  @Override
  public Bucket create(CreateBucket request) {
    Bucket created = model.create(request);
    current = created;
    return created;
  }

  @Override
  public Bucket setVersioning(Bucket bucket, Versioning versioning) {
    Bucket changed = model.setVersioning(bucket, versioning);
    current = changed;
    return changed;
  }

  @Override
  public Optional<Bucket> find(BucketName name) {
    return model.find(name);
  }

  @Override
  public void delete(Bucket bucket) {
    model.delete(bucket);
  }

  @Override
  public BucketPage page(TenantId owner, String prefix, String after, int limit) {
    return model.page(owner, prefix, after, limit);
  }

  @Override
  public Optional<String> document(Bucket bucket, DocumentKind kind) {
    return model.document(bucket, kind);
  }

  @Override
  public void setDocument(Bucket bucket, DocumentKind kind, String document) {
    model.setDocument(bucket, kind, document);
  }

  @Override
  public void removeDocument(Bucket bucket, DocumentKind kind) {
    model.removeDocument(bucket, kind);
  }

  @Override
  public ObjectHead head(Read read) {
    return narrow(model.head(read));
  }

  @Override
  public OpenObject open(Read read) {
    OpenObject open = model.open(read);
    return new OpenObject() {
      @Override
      public ObjectHead head() {
        return narrow(open.head());
      }

      @Override
      public List<Part> parts() {
        return List.of();
      }

      @Override
      public ContentRange slice() {
        return open.slice();
      }

      @Override
      public Payload payload() {
        return open.payload();
      }

      @Override
      public void close() {
        open.close();
      }
    };
  }

  @Override
  public Written put(Put put, Incoming content) {
    return narrow(model.put(put, content));
  }

  @Override
  public Copied copy(Copy copy) {
    Copied copied = model.copy(copy);
    return new Copied(copied.source(), narrow(copied.written()));
  }

  @Override
  public Deleted delete(Delete delete) {
    Deleted deleted = model.delete(delete);
    Version version = deleted.version().isLatest() ? Version.NULL : deleted.version();
    return new Deleted(version, deleted.deleteMarker());
  }

  @Override
  public Version annotate(Annotate annotate) {
    return model.annotate(annotate);
  }

  @Override
  public ObjectPage list(ListObjects request) {
    ObjectPage page = model.list(request);
    List<ObjectPage.Listed> items =
        page.items().stream()
            .map(NarrowStore::narrow)
            .sorted(Comparator.comparing(item -> item instanceof ObjectPage.Group))
            .toList();
    return new ObjectPage(items, narrow(page.next()));
  }

  @Override
  public VersionPage versions(ListVersions request) {
    VersionPage page = model.versions(request);
    List<VersionPage.Listed> items =
        page.items().stream()
            .map(NarrowStore::narrow)
            .sorted(Comparator.comparingInt(NarrowStore::section))
            .toList();
    return new VersionPage(items, narrow(page.next()), page.nextVersion());
  }

  private static ObjectPage.Listed narrow(ObjectPage.Listed item) {
    return switch (item) {
      case ObjectPage.ListedObject(var key, var owner, var content) ->
          new ObjectPage.ListedObject(key, owner, narrow(content));
      case ObjectPage.Group group -> group;
    };
  }

  private static VersionPage.Listed narrow(VersionPage.Listed item) {
    return switch (item) {
      case VersionPage.ListedVersion(var key, var version, var latest, var owner, var content) ->
          new VersionPage.ListedVersion(key, version, latest, owner, narrow(content));
      case VersionPage.DeleteMarker marker -> marker;
      case VersionPage.Group group -> group;
    };
  }

  private static int section(VersionPage.Listed item) {
    return switch (item) {
      case VersionPage.ListedVersion _ -> 0;
      case VersionPage.DeleteMarker _ -> 1;
      case VersionPage.Group _ -> 2;
    };
  }

  @Override
  public UploadPage uploads(ListUploads request) {
    UploadPage page = model.uploads(request);
    List<UploadPage.Listed> items =
        page.items().stream()
            .sorted(Comparator.comparing(item -> item instanceof UploadPage.Group))
            .toList();
    return new UploadPage(items, narrow(page.next()), page.nextUpload());
  }

  @Override
  public Upload begin(BeginUpload begin) {
    return model.begin(
        new BeginUpload(begin.put(), begin.initiator(), null, ChecksumType.COMPOSITE));
  }

  private static Part narrow(Part part) {
    return new Part(part.number(), part.size(), part.etag(), part.modified(), Checksum.NONE);
  }

  @Override
  public Part putPart(UploadRef ref, int number, Incoming content) {
    return narrow(model.putPart(here(ref), number, content));
  }

  @Override
  public CopiedPart copyPart(UploadRef ref, int number, PartSource source) {
    CopiedPart copied = model.copyPart(here(ref), number, source);
    return new CopiedPart(narrow(copied.part()), copied.source(), Checksum.NONE);
  }

  @Override
  public Written complete(CompleteUpload complete) {
    return narrow(
        model.complete(
            new CompleteUpload(
                here(complete.upload()),
                complete.parts(),
                complete.conditions(),
                complete.expected())));
  }

  @Override
  public void abort(UploadRef ref, Permit.OfUpload permit) {
    model.abort(here(ref), permit);
  }

  @Override
  public PartPage parts(UploadRef ref, int after, int limit, Permit.OfUpload permit) {
    PartPage page = model.parts(here(ref), after, limit, permit);
    return new PartPage(
        page.upload(), page.parts().stream().map(NarrowStore::narrow).toList(), page.truncated());
  }
}
