package io.tarn.upstream;

import io.tarn.store.Annotate;
import io.tarn.store.BeginUpload;
import io.tarn.store.Capability;
import io.tarn.store.CompleteUpload;
import io.tarn.store.Copied;
import io.tarn.store.CopiedPart;
import io.tarn.store.Copy;
import io.tarn.store.Copying;
import io.tarn.store.Delete;
import io.tarn.store.Deleted;
import io.tarn.store.Incoming;
import io.tarn.store.ListObjects;
import io.tarn.store.ListUploads;
import io.tarn.store.ListVersions;
import io.tarn.store.ObjectHead;
import io.tarn.store.ObjectPage;
import io.tarn.store.ObjectStore;
import io.tarn.store.OpenObject;
import io.tarn.store.OriginTraffic;
import io.tarn.store.Part;
import io.tarn.store.PartPage;
import io.tarn.store.Permit;
import io.tarn.store.Put;
import io.tarn.store.Read;
import io.tarn.store.Upload;
import io.tarn.store.UploadPage;
import io.tarn.store.UploadRef;
import io.tarn.store.Version;
import io.tarn.store.VersionPage;
import io.tarn.store.Written;
import java.time.InstantSource;

/// The objects of linked buckets where they are: at another server, their origin, which is spoken
/// to in S3 (S3 API reference, 2006-03-01). Which bucket it is there, and what stands before its
/// keys, is in each bucket ([io.tarn.store.Home.Linked]).
///
/// - A read is one request, and a second where tags are wanted. A write is one, and a look before
///   it where a permit depends on what is there or a condition is none of S3's; then it is made on
///   condition that what was looked at is still there, if the origin can do that.
/// - Nothing is written of a body before all of it came and held what was said of it.
/// - Owners, ACLs and lists of parts are not known here.
/// - What is certain not to have happened is repeated a few times, within a budget; what may have
///   happened is [io.tarn.store.StoreFailure.Indeterminate].
/// - No failure has the origin's address in it or anything it was asked with.
public final class S3Origin implements ObjectStore, AutoCloseable {
  private final OriginClient client;
  private final OriginCalls calls;
  private final OriginReads reads;
  private final OriginWrites writes;
  private final OriginUploads uploads;
  private final OriginListings listings;

  /// `name`: of the origin in the settings.
  ///
  /// @throws io.tarn.store.StoreFailure.Unavailable when the settings name a file that is none;
  /// says what to change
  public S3Origin(
      String name,
      OriginSettings settings,
      OriginCredentials credentials,
      OriginMetrics metrics,
      InstantSource clock) {
    this(name, settings, credentials, metrics, clock, OriginTraffic.UNTOLD);
  }

  /// `traffic` is told what passes.
  public S3Origin(
      String name,
      OriginSettings settings,
      OriginCredentials credentials,
      OriginMetrics metrics,
      InstantSource clock,
      OriginTraffic traffic) {
    client = new OriginClient(name, settings, credentials, metrics, clock, traffic);
    calls = new OriginCalls(client);
    reads = new OriginReads(calls);
    writes = new OriginWrites(calls, reads);
    uploads = new OriginUploads(calls, writes);
    listings = new OriginListings(calls);
  }

  @Override
  public ObjectHead head(Read read) {
    return calls.read(() -> reads.head(read));
  }

  @Override
  public OpenObject open(Read read) {
    return calls.read(() -> reads.open(read));
  }

  @Override
  public Measured measure(Read read) {
    return calls.read(() -> reads.measure(read));
  }

  @Override
  public Written put(Put put, Incoming content) {
    return calls.write(() -> writes.put(put, content));
  }

  @Override
  public Copied copy(Copy copy) {
    Put target = copy.target();
    boolean conditional = target.conditions().areSaid() || target.permit().looks();
    if (conditional && !target.bucket().can(Capability.CONDITIONAL_COPIES)) {
      return Copying.through(this, this, copy);
    }
    return calls.write(() -> writes.copy(copy));
  }

  @Override
  public Deleted delete(Delete delete) {
    return calls.write(() -> writes.delete(delete));
  }

  @Override
  public Version annotate(Annotate annotate) {
    return calls.write(() -> writes.annotate(annotate));
  }

  @Override
  public ObjectPage list(ListObjects request) {
    return calls.read(() -> listings.objects(request));
  }

  @Override
  public VersionPage versions(ListVersions request) {
    return calls.read(() -> listings.versions(request));
  }

  @Override
  public Upload begin(BeginUpload begin) {
    return calls.write(() -> uploads.begin(begin));
  }

  @Override
  public Part putPart(UploadRef upload, int number, Incoming content) {
    return calls.write(() -> uploads.putPart(upload, number, content));
  }

  @Override
  public CopiedPart copyPart(UploadRef upload, int number, PartSource source) {
    return calls.write(() -> uploads.copyPart(upload, number, source));
  }

  @Override
  public Written complete(CompleteUpload complete) {
    return calls.write(() -> uploads.complete(complete));
  }

  @Override
  public void abort(UploadRef upload, Permit.OfUpload permit) {
    var _ =
        calls.write(
            () -> {
              uploads.abort(upload, permit);
              return upload;
            });
  }

  @Override
  public PartPage parts(UploadRef upload, int after, int limit, Permit.OfUpload permit) {
    return calls.read(() -> uploads.parts(upload, after, limit, permit));
  }

  @Override
  public UploadPage uploads(ListUploads request) {
    return calls.read(() -> listings.uploads(request));
  }

  /// What it is called in failures.
  public String name() {
    return client.origin();
  }

  /// Why nobody asks it at present; empty while it is there.
  public String absence() {
    return client.absence();
  }

  @Override
  public void close() {
    client.close();
  }
}
