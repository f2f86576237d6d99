package io.tarn.tree;

import io.tarn.store.Bucket;
import io.tarn.store.Home;
import io.tarn.store.Key;
import io.tarn.store.StoreFailure;
import io.tarn.store.StoreFailure.Reason;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Where a key of a bucket is, or would be: the names to go through from the root of the origin.
///
/// The bucket is a directory below the root, or the root itself (`.`), and the key, with the prefix
/// of the link before it, a path in there. A key that ends in `/`, as clients make them to have a
/// folder, is a directory. What is no such path has no place: nothing of it can be there, and
/// nothing be written.
final class Place {
  /// What Tarn keeps for itself in the root, and nobody else has a key in.
  static final String RESERVED = ".tarn";

  private static final String ROOT = ".";
  private static final int LONGEST_NAME = 255;

  private final List<byte[]> names;
  private final int inBucket;
  private final boolean folder;
  private final String path;

  private Place(List<byte[]> names, int inBucket, boolean folder, String path) {
    this.names = names;
    this.inBucket = inBucket;
    this.folder = folder;
    this.path = path;
  }

  static Home.Linked link(Bucket bucket) {
    if (bucket.home() instanceof Home.Linked link) return link;
    throw new IllegalStateException("bucket %s is not linked".formatted(bucket.name()));
  }

  /// The names that lead to a bucket; null when it can be no directory.
  static @Nullable List<byte[]> ofBucket(String bucket) {
    if (bucket.equals(ROOT)) return List.of();
    return unholdable(bucket) == null ? names(bucket) : null;
  }

  /// Null where the file system cannot hold it.
  static @Nullable Place find(Bucket bucket, Key key) {
    Home.Linked link = link(bucket);
    if (ofBucket(link.bucket()) == null) throw new StoreFailure.NoSuchBucket(bucket.name());
    return find(link.bucket(), link.prefix() + key.text());
  }

  /// As [#find], of the path in the directory of a bucket.
  static @Nullable Place find(String bucket, String text) {
    List<byte[]> names = ofBucket(bucket);
    if (names == null || unholdable(text) != null) return null;
    boolean folder = text.endsWith("/");
    String path = folder ? text.substring(0, text.length() - 1) : text;
    var all = new ArrayList<byte[]>(names);
    all.addAll(names(path));
    String whole = bucket.equals(ROOT) ? path : bucket + "/" + path;
    return new Place(all, names.size(), folder, whole);
  }

  /// As [#find], for what is going to be written.
  static Place require(Bucket bucket, Key key) {
    Place place = find(bucket, key);
    if (place != null) return place;
    throw new StoreFailure.Invalid(
        Reason.ARGUMENT,
        "This bucket is a directory, which cannot hold the key: "
            + unholdable(link(bucket).prefix() + key.text()));
  }

  /// Why a file system cannot hold this as a path; null when it can.
  static @Nullable String unholdable(String path) {
    if (path.indexOf('\0') >= 0) return "it has a zero character";
    String[] names = path.split("/", -1);
    int count = path.endsWith("/") ? names.length - 1 : names.length;
    for (int i = 0; i < count; i++) {
      String name = names[i];
      if (name.isEmpty()) return "a name between two slashes is empty";
      if (name.equals(".") || name.equals("..")) return "a name between two slashes is " + name;
      if (name.equalsIgnoreCase(RESERVED)) return RESERVED + " is reserved";
      if (name.getBytes(StandardCharsets.UTF_8).length > LONGEST_NAME) {
        return "a name between two slashes has more than %d bytes".formatted(LONGEST_NAME);
      }
    }
    return null;
  }

  /// Of a path without a slash at its end.
  private static List<byte[]> names(String path) {
    var names = new ArrayList<byte[]>();
    for (String name : path.split("/", -1)) names.add(name.getBytes(StandardCharsets.UTF_8));
    return names;
  }

  /// Whether it is a directory.
  boolean isFolder() {
    return folder;
  }

  /// What it is called in its directory.
  byte[] name() {
    return names.getLast();
  }

  /// The names that lead to its directory; the first [#inBucket] to that of the bucket.
  List<byte[]> parents() {
    return names.subList(0, names.size() - 1);
  }

  int inBucket() {
    return inBucket;
  }

  /// The directory that it is in; null where that is the bucket's.
  @Nullable Place parent() {
    if (names.size() - 1 == inBucket) return null;
    return new Place(parents(), inBucket, true, path.substring(0, path.lastIndexOf('/')));
  }

  /// The directory of that name.
  Place asFolder() {
    return new Place(names, inBucket, true, path);
  }

  /// The whole path from the root. A file and a directory of that name have the same.
  String path() {
    return path;
  }
}
