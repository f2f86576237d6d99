package io.tarn.store;

import java.util.Map;
import java.util.function.Function;

/// The stores of all buckets as one: a request goes to where its bucket is ([Home]). A copy is left
/// to the store that has both ends, if both can do it there, and else goes through here
/// ([Copying]).
///
/// A bucket that is linked to an origin that is not here is [StoreFailure.Unavailable], one in
/// another region [StoreFailure.InOtherRegion].
public final class Homes implements ObjectStore {
  private final ObjectStore own;
  private final ObjectStore files;
  private final Function<Bucket, ObjectStore> origins;

  /// - `files`: what clients of S3 see of a bucket of the files API
  /// - `origins`: has the store of a linked bucket's origin, which finds in the bucket which one it
  ///   is there; it fails with [StoreFailure.Unavailable] where there is none
  public Homes(ObjectStore own, ObjectStore files, Function<Bucket, ObjectStore> origins) {
    this.own = own;
    this.files = files;
    this.origins = origins;
  }

  /// `origins` are by their names in the settings, and these are all.
  public Homes(ObjectStore own, ObjectStore files, Map<String, ObjectStore> origins) {
    this(own, files, bucket -> named(bucket, origins));
  }

  private static ObjectStore named(Bucket bucket, Map<String, ObjectStore> origins) {
    String origin = ((Home.Linked) bucket.home()).origin();
    ObjectStore there = origins.get(origin);
    if (there != null) return there;
    throw new StoreFailure.Unavailable(
        "bucket %s is linked to the origin %s, which the settings do not name; add origins.%s"
            .formatted(bucket.name(), origin, origin),
        null);
  }

  private ObjectStore of(Bucket bucket) {
    return switch (bucket.home()) {
      case Home.Own _ -> own;
      case Home.Files _ -> files;
      case Home.Linked _ -> origins.apply(bucket);
      case Home.OtherRegion _ -> throw new StoreFailure.InOtherRegion(bucket);
    };
  }

  @Override
  public ObjectHead head(Read read) {
    return of(read.bucket()).head(read);
  }

  @Override
  public OpenObject open(Read read) {
    return of(read.bucket()).open(read);
  }

  @Override
  public Measured measure(Read read) {
    return of(read.bucket()).measure(read);
  }

  @Override
  public Written put(Put put, Incoming content) {
    return of(put.bucket()).put(put, content);
  }

  @Override
  public Copied copy(Copy copy) {
    Bucket source = copy.source().bucket();
    Bucket target = copy.target().bucket();
    ObjectStore from = of(source);
    ObjectStore to = of(target);
    return copiesThere(source, target) ? to.copy(copy) : Copying.through(from, to, copy);
  }

  /// Whether both ends are in one store, which can copy between them.
  private static boolean copiesThere(Bucket source, Bucket target) {
    boolean one =
        source.home() instanceof Home.Linked(var from, _, _, _)
            ? target.home() instanceof Home.Linked(var to, _, _, _) && from.equals(to)
            : source.home().equals(target.home());
    return one
        && source.can(Capability.SERVER_SIDE_COPY)
        && target.can(Capability.SERVER_SIDE_COPY);
  }

  @Override
  public Deleted delete(Delete delete) {
    return of(delete.bucket()).delete(delete);
  }

  @Override
  public Version annotate(Annotate annotate) {
    return of(annotate.bucket()).annotate(annotate);
  }

  @Override
  public ObjectPage list(ListObjects request) {
    return of(request.bucket()).list(request);
  }

  @Override
  public VersionPage versions(ListVersions request) {
    return of(request.bucket()).versions(request);
  }

  @Override
  public Upload begin(BeginUpload begin) {
    return of(begin.put().bucket()).begin(begin);
  }

  @Override
  public Part putPart(UploadRef upload, int number, Incoming content) {
    return of(upload.bucket()).putPart(upload, number, content);
  }

  @Override
  public CopiedPart copyPart(UploadRef upload, int number, PartSource source) {
    Bucket bucket = source.source().bucket();
    ObjectStore from = of(bucket);
    ObjectStore to = of(upload.bucket());
    return copiesThere(bucket, upload.bucket())
        ? to.copyPart(upload, number, source)
        : Copying.through(from, to, upload, number, source);
  }

  @Override
  public Written complete(CompleteUpload complete) {
    return of(complete.upload().bucket()).complete(complete);
  }

  @Override
  public void abort(UploadRef upload, Permit.OfUpload permit) {
    of(upload.bucket()).abort(upload, permit);
  }

  @Override
  public PartPage parts(UploadRef upload, int after, int limit, Permit.OfUpload permit) {
    return of(upload.bucket()).parts(upload, after, limit, permit);
  }

  @Override
  public UploadPage uploads(ListUploads request) {
    return of(request.bucket()).uploads(request);
  }
}
