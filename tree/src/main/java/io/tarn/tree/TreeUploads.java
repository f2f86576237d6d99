package io.tarn.tree;

import io.tarn.store.Key;
import io.tarn.store.ListFrom;
import io.tarn.store.ListUploads;
import io.tarn.store.Upload;
import io.tarn.store.UploadPage;
import java.util.Comparator;
import java.util.List;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// One page of the uploads of a bucket. All uploads of the origin are looked at for it, and only
/// the page is in memory.
final class TreeUploads {
  private static final Comparator<Element> ORDER =
      Comparator.comparing(Element::text, Key::compareUtf8).thenComparing(Element::id);

  /// A group, or an upload of a key.
  private record Element(String text, String id) {}

  private final ListUploads request;
  private final TreeMap<Element, UploadPage.Listed> least = new TreeMap<>(ORDER);

  private TreeUploads(ListUploads request) {
    this.request = request;
  }

  static UploadPage page(UploadFiles files, ListUploads request) throws CallFailed {
    if (request.limit() <= 0) return new UploadPage(List.of(), null, "");
    var page = new TreeUploads(request);
    files.each(
        of -> {
          if (UploadFiles.isIn(of, request.bucket())) page.see(of.upload());
        });
    return page.cut();
  }

  private void see(Upload upload) {
    String key = upload.key().text();
    if (!key.startsWith(request.prefix())) return;
    String group = group(key);
    if (group != null) {
      if (isAfter(group)) least.put(new Element(group, ""), new UploadPage.Group(group));
    } else if (isAfter(upload)) {
      least.put(new Element(key, upload.id().text()), new UploadPage.ListedUpload(upload));
    }
    if (least.size() > request.limit() + 1) least.pollLastEntry();
  }

  private @Nullable String group(String key) {
    String delimiter = request.delimiter();
    int at = delimiter.isEmpty() ? -1 : key.indexOf(delimiter, request.prefix().length());
    return at < 0 ? null : key.substring(0, at + delimiter.length());
  }

  private boolean isAfter(String text) {
    return switch (request.from()) {
      case ListFrom.After(var marker, _) -> Key.compareUtf8(text, marker) > 0;
      case ListFrom.PastGroup(var group, _) ->
          Key.compareUtf8(text, group) > 0 && !text.startsWith(group);
    };
  }

  private boolean isAfter(Upload upload) {
    boolean ofMarker =
        request.from() instanceof ListFrom.After(var text, _)
            && text.equals(upload.key().text())
            && !request.afterUpload().isEmpty();
    return ofMarker
        ? upload.id().text().compareTo(request.afterUpload()) > 0
        : isAfter(upload.key().text());
  }

  private UploadPage cut() {
    boolean more = least.size() > request.limit();
    if (more) least.pollLastEntry();
    List<UploadPage.Listed> items = List.copyOf(least.values());
    if (!more) return new UploadPage(items, null, "");
    return switch (items.getLast()) {
      case UploadPage.ListedUpload(var last) ->
          new UploadPage(items, new ListFrom.After(last.key().text()), last.id().text());
      case UploadPage.Group(var group) -> new UploadPage(items, new ListFrom.PastGroup(group), "");
    };
  }
}
