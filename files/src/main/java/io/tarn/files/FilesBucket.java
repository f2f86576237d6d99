package io.tarn.files;

import io.tarn.store.Annotate;
import io.tarn.store.BeginUpload;
import io.tarn.store.CompleteUpload;
import io.tarn.store.Copied;
import io.tarn.store.CopiedPart;
import io.tarn.store.Copy;
import io.tarn.store.Delete;
import io.tarn.store.Deleted;
import io.tarn.store.Incoming;
import io.tarn.store.Key;
import io.tarn.store.ListObjects;
import io.tarn.store.ListUploads;
import io.tarn.store.ListVersions;
import io.tarn.store.ObjectHead;
import io.tarn.store.ObjectPage;
import io.tarn.store.ObjectPage.ListedObject;
import io.tarn.store.ObjectStore;
import io.tarn.store.OpenObject;
import io.tarn.store.Part;
import io.tarn.store.PartPage;
import io.tarn.store.Permit;
import io.tarn.store.Put;
import io.tarn.store.Read;
import io.tarn.store.ReservedKeys;
import io.tarn.store.StoreFailure;
import io.tarn.store.Upload;
import io.tarn.store.UploadPage;
import io.tarn.store.UploadRef;
import io.tarn.store.Version;
import io.tarn.store.VersionPage;
import io.tarn.store.Written;
import java.util.List;

/// What clients of S3 see of a bucket of files ([io.tarn.store.Home.Files]): each file is an object
/// under its id, to be read. What was deleted is not there, and what is under way neither.
public final class FilesBucket implements ObjectStore {
  /// Of listings: a page of deleted files only is followed by others, but not for ever.
  private static final int MOST_PAGES = 16;

  private final ObjectStore files;

  /// `own`: the store that has the objects.
  public FilesBucket(ObjectStore own) {
    this.files = new ReservedKeys(own);
  }

  private static void requireThere(Key key, ObjectHead head) {
    if (LocalFiles.isDeleted(head.content())) throw new StoreFailure.NoSuchKey(key);
  }

  @Override
  public ObjectHead head(Read read) {
    ObjectHead head = files.head(read);
    requireThere(read.key(), head);
    return head;
  }

  @Override
  public OpenObject open(Read read) {
    OpenObject open = files.open(read);
    try {
      requireThere(read.key(), open.head());
      return open;
    } catch (StoreFailure.NoSuchKey e) {
      open.close();
      throw e;
    }
  }

  @Override
  public ObjectPage list(ListObjects asked) {
    ObjectPage page = kept(files.list(asked));
    for (int i = 1; i < MOST_PAGES && page.items().isEmpty() && page.next() != null; i++) {
      page =
          kept(
              files.list(
                  new ListObjects(
                      asked.bucket(),
                      asked.prefix(),
                      asked.delimiter(),
                      page.next(),
                      asked.limit())));
    }
    return page;
  }

  private static ObjectPage kept(ObjectPage page) {
    List<ObjectPage.Listed> kept =
        page.items().stream()
            .filter(
                item ->
                    !(item instanceof ListedObject(_, _, var content)
                        && LocalFiles.isDeleted(content)))
            .toList();
    return new ObjectPage(kept, page.next());
  }

  @Override
  public VersionPage versions(ListVersions request) {
    VersionPage page = files.versions(request);
    List<VersionPage.Listed> kept =
        page.items().stream()
            .filter(
                item ->
                    !(item instanceof VersionPage.ListedVersion version
                        && LocalFiles.isDeleted(version.content())))
            .toList();
    return new VersionPage(kept, page.next(), page.nextVersion());
  }

  @Override
  public Written put(Put put, Incoming content) {
    throw new StoreFailure.NotPermitted();
  }

  @Override
  public Copied copy(Copy copy) {
    throw new StoreFailure.NotPermitted();
  }

  @Override
  public Deleted delete(Delete delete) {
    throw new StoreFailure.NotPermitted();
  }

  @Override
  public Version annotate(Annotate annotate) {
    throw new StoreFailure.NotPermitted();
  }

  @Override
  public Upload begin(BeginUpload begin) {
    throw new StoreFailure.NotPermitted();
  }

  @Override
  public Part putPart(UploadRef upload, int number, Incoming content) {
    throw new StoreFailure.NotPermitted();
  }

  @Override
  public CopiedPart copyPart(UploadRef upload, int number, PartSource source) {
    throw new StoreFailure.NotPermitted();
  }

  @Override
  public Written complete(CompleteUpload complete) {
    throw new StoreFailure.NotPermitted();
  }

  @Override
  public void abort(UploadRef upload, Permit.OfUpload permit) {
    throw new StoreFailure.NotPermitted();
  }

  @Override
  public PartPage parts(UploadRef upload, int after, int limit, Permit.OfUpload permit) {
    throw new StoreFailure.NoSuchUpload(upload.id());
  }

  @Override
  public UploadPage uploads(ListUploads request) {
    return new UploadPage(List.of(), null, "");
  }
}
