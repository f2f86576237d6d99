package io.tarn.tree;

import io.tarn.store.ListFrom;
import java.util.Arrays;

/// What a listing shows, in the bytes of paths below the bucket's directory: those that begin with
/// a prefix, are behind a position, and roll up into a group where they have the delimiter.
///
/// The position moves along with the listing. A directory is written with a slash at its end, which
/// is how its keys sort.
final class ListingBounds {
  private final byte[] prefix;
  private final byte[] delimiter;
  private byte[] position;
  private boolean pastAll;

  /// `base` is the prefix of the link, which all paths have.
  ListingBounds(String base, String prefix, String delimiter, ListFrom from) {
    this.prefix = Reserved.bytes(base + prefix);
    this.delimiter = Reserved.bytes(delimiter);
    this.position =
        switch (from) {
          case ListFrom.After(var text, _) -> Reserved.bytes(base + text);
          case ListFrom.PastGroup(var group, _) -> Reserved.bytes(base + group);
        };
    this.pastAll = from instanceof ListFrom.PastGroup;
  }

  byte[] prefix() {
    return prefix;
  }

  /// Goes on strictly after this path.
  void after(byte[] path) {
    position = path;
    pastAll = false;
  }

  /// Goes on after everything that begins with this.
  void past(byte[] group) {
    position = group;
    pastAll = true;
  }

  /// Whether the path, or the group, comes after the position.
  boolean isAfter(byte[] path) {
    return Arrays.compareUnsigned(path, position) > 0 && !(pastAll && startsWith(path, position));
  }

  /// Whether it is a path that is shown, or in a group that could be.
  boolean mayShow(byte[] path) {
    return startsWith(path, prefix) && isAfter(path);
  }

  /// Whether there may be such paths in a directory.
  boolean mayShowIn(byte[] directory) {
    if (!startsWith(directory, prefix) && !startsWith(prefix, directory)) return false;
    if (startsWith(position, directory)) return !pastAll || position.length > directory.length;
    return isAfter(directory);
  }

  /// How much of a path that begins with the prefix is its group; 0 for none.
  int group(byte[] path) {
    if (delimiter.length == 0) return 0;
    for (int at = prefix.length; at + delimiter.length <= path.length; at++) {
      if (Arrays.equals(path, at, at + delimiter.length, delimiter, 0, delimiter.length)) {
        return at + delimiter.length;
      }
    }
    return 0;
  }

  static boolean startsWith(byte[] path, byte[] beginning) {
    return path.length >= beginning.length
        && Arrays.equals(path, 0, beginning.length, beginning, 0, beginning.length);
  }
}
