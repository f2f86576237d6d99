package io.tarn.tree;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;

/// The names of a directory in the order of their keys, of which only so many are in memory at a
/// time: the least of those that are still to come. When they are used up, the directory is read
/// again for the next.
final class NamesInOrder {
  private static final Comparator<byte[]> GREATEST_FIRST =
      Collections.reverseOrder(Arrays::compareUnsigned);

  private final byte[] path;
  private final int most;
  private final ArrayList<byte[]> next = new ArrayList<>(); // the least is last
  private byte @Nullable [] last;
  private boolean more = true;

  /// `path` is empty, or ends in a slash.
  NamesInOrder(byte[] path, int most) {
    this.path = path;
    this.most = most;
  }

  byte[] path() {
    return path;
  }

  /// Where to read the directory, when it has to be read.
  interface Source {
    /// Null when it is not there any more.
    @Nullable Descriptor open(byte[] path) throws CallFailed;
  }

  /// The path of the next name that may be shown, with a slash at its end if it is a directory's;
  /// null at the end.
  byte @Nullable [] next(Source source, ListingBounds bounds) throws CallFailed {
    while (true) {
      if (next.isEmpty()) {
        if (!more) return null;
        fill(source, bounds);
        continue;
      }
      byte[] name = next.removeLast();
      last = name;
      byte[] full = concat(path, name);
      if (name[name.length - 1] == '/' ? bounds.mayShowIn(full) : bounds.mayShow(full)) return full;
    }
  }

  private void fill(Source source, ListingBounds bounds) throws CallFailed {
    var least = new PriorityQueue<byte[]>(GREATEST_FIRST);
    more = false;
    try (Descriptor directory = source.open(path)) {
      if (directory == null) return;
      directory.list(
          (name, isDirectory) -> {
            byte[] candidate = isDirectory ? concat(name, SLASH) : name;
            if (isReserved(name) || !comes(candidate, isDirectory, least, bounds)) return true;
            least.add(candidate);
            if (least.size() > most) {
              least.poll();
              more = true;
            }
            return true;
          });
    }
    while (!least.isEmpty()) next.add(least.poll());
  }

  private static final byte[] SLASH = {'/'};
  private static final byte[] RESERVED = Reserved.bytes(Place.RESERVED);

  static boolean isReserved(byte[] name) {
    return name.length == RESERVED.length
        && Place.RESERVED.equalsIgnoreCase(
            new String(name, java.nio.charset.StandardCharsets.UTF_8));
  }

  private boolean comes(
      byte[] candidate, boolean isDirectory, PriorityQueue<byte[]> least, ListingBounds bounds) {
    if (last != null && Arrays.compareUnsigned(candidate, last) <= 0) return false;
    byte[] greatest = least.peek();
    boolean full = least.size() >= most && greatest != null;
    if (full && Arrays.compareUnsigned(candidate, greatest) > 0) {
      // Not read again for what would not be shown.
      if (!more) more = shows(candidate, isDirectory, bounds);
      return false;
    }
    return shows(candidate, isDirectory, bounds);
  }

  private boolean shows(byte[] candidate, boolean isDirectory, ListingBounds bounds) {
    byte[] full = concat(path, candidate);
    return isDirectory ? bounds.mayShowIn(full) : bounds.mayShow(full);
  }

  static byte[] concat(byte[] a, byte[] b) {
    byte[] both = Arrays.copyOf(a, a.length + b.length);
    System.arraycopy(b, 0, both, a.length, b.length);
    return both;
  }
}
