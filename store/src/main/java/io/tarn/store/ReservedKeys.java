package io.tarn.store;

import io.tarn.store.ObjectPage.Group;
import io.tarn.store.ObjectPage.ListedObject;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/// A store of linked buckets in which the keys below [#PREFIX] are Tarn's own: no client reads,
/// writes or lists them, whoever it is and whatever it may do. Servers without files keep their
/// metadata there, and their keys.
///
/// A listing that meets only such keys goes on behind them, so that a page is not empty for that.
public final class ReservedKeys implements ObjectStore {
  public static final String PREFIX = ".tarn/";

  /// After every name that Tarn gives there.
  private static final String LAST = PREFIX + "~";

  private static final ListFrom BEHIND = new ListFrom.After(LAST);

  private final ObjectStore store;

  public ReservedKeys(ObjectStore store) {
    this.store = store;
  }

  private static boolean isReserved(String name) {
    return name.startsWith(PREFIX);
  }

  private static void refuse(Key key) {
    if (isReserved(key.text())) throw new StoreFailure.NotPermitted();
  }

  @Override
  public ObjectHead head(Read read) {
    refuse(read.key());
    return store.head(read);
  }

  @Override
  public OpenObject open(Read read) {
    refuse(read.key());
    return store.open(read);
  }

  @Override
  public Measured measure(Read read) {
    refuse(read.key());
    return store.measure(read);
  }

  @Override
  public Written put(Put put, Incoming content) {
    refuse(put.key());
    return store.put(put, content);
  }

  @Override
  public Copied copy(Copy copy) {
    refuse(copy.source().key());
    refuse(copy.target().key());
    return store.copy(copy);
  }

  @Override
  public Deleted delete(Delete delete) {
    refuse(delete.key());
    return store.delete(delete);
  }

  @Override
  public Version annotate(Annotate annotate) {
    refuse(annotate.key());
    return store.annotate(annotate);
  }

  @Override
  public Upload begin(BeginUpload begin) {
    refuse(begin.put().key());
    return store.begin(begin);
  }

  @Override
  public Part putPart(UploadRef upload, int number, Incoming content) {
    refuse(upload.key());
    return store.putPart(upload, number, content);
  }

  @Override
  public CopiedPart copyPart(UploadRef upload, int number, PartSource source) {
    refuse(upload.key());
    refuse(source.source().key());
    return store.copyPart(upload, number, source);
  }

  @Override
  public Written complete(CompleteUpload complete) {
    refuse(complete.upload().key());
    return store.complete(complete);
  }

  @Override
  public void abort(UploadRef upload, Permit.OfUpload permit) {
    refuse(upload.key());
    store.abort(upload, permit);
  }

  @Override
  public PartPage parts(UploadRef upload, int after, int limit, Permit.OfUpload permit) {
    refuse(upload.key());
    return store.parts(upload, after, limit, permit);
  }

  @Override
  public ObjectPage list(ListObjects asked) {
    if (isReserved(asked.prefix())) return new ObjectPage(List.of(), null);
    ObjectPage page = store.list(asked);
    List<ObjectPage.Listed> kept = kept(page.items(), asked.bucket(), ReservedKeys::name);
    ListFrom next = page.next();
    if (!kept.isEmpty() || page.items().isEmpty() || next == null) {
      return new ObjectPage(kept, next);
    }
    return list(
        new ListObjects(
            asked.bucket(), asked.prefix(), asked.delimiter(), behind(next), asked.limit()));
  }

  private static String name(ObjectPage.Listed item) {
    return switch (item) {
      case ListedObject object -> object.key().text();
      case Group(var prefix) -> prefix;
    };
  }

  private <T> List<T> kept(List<T> items, Bucket bucket, Function<T, String> name) {
    List<T> kept = new ArrayList<>(items.size());
    for (T item : items) {
      String text = name.apply(item);
      boolean hidden =
          isReserved(text) || (PREFIX.startsWith(text) && isOnlyReserved(bucket, text));
      if (!hidden) kept.add(item);
    }
    return kept;
  }

  /// Whether a group has nothing in it but what is hidden; a key that is called so is its own.
  private boolean isOnlyReserved(Bucket bucket, String prefix) {
    return isEmpty(bucket, prefix, ListFrom.START) && isEmpty(bucket, prefix, BEHIND);
  }

  private boolean isEmpty(Bucket bucket, String prefix, ListFrom from) {
    List<ObjectPage.Listed> first =
        store.list(new ListObjects(bucket, prefix, "", from, 1)).items();
    return first.isEmpty() || isReserved(name(first.getFirst()));
  }

  /// A position among the hidden ones is as good as behind all that Tarn makes.
  private static ListFrom behind(ListFrom next) {
    return switch (next) {
      case ListFrom.After(var text, _) when isReserved(text) && text.compareTo(LAST) < 0 -> BEHIND;
      case ListFrom.After _, ListFrom.PastGroup _ -> next;
    };
  }

  @Override
  public VersionPage versions(ListVersions asked) {
    if (isReserved(asked.prefix())) return new VersionPage(List.of(), null, Version.LATEST);
    VersionPage page = store.versions(asked);
    List<VersionPage.Listed> kept =
        kept(
            page.items(),
            asked.bucket(),
            item ->
                switch (item) {
                  case VersionPage.ListedVersion version -> version.key().text();
                  case VersionPage.DeleteMarker marker -> marker.key().text();
                  case VersionPage.Group(var prefix) -> prefix;
                });
    return new VersionPage(kept, page.next(), page.nextVersion());
  }

  @Override
  public UploadPage uploads(ListUploads asked) {
    if (isReserved(asked.prefix())) return new UploadPage(List.of(), null, "");
    UploadPage page = store.uploads(asked);
    List<UploadPage.Listed> kept =
        page.items().stream().filter(item -> !isReserved(name(item))).toList();
    return new UploadPage(kept, page.next(), page.nextUpload());
  }

  private static String name(UploadPage.Listed item) {
    return switch (item) {
      case UploadPage.ListedUpload(var upload) -> upload.key().text();
      case UploadPage.Group(var prefix) -> prefix;
    };
  }
}
