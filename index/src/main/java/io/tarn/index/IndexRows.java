package io.tarn.index;

import io.tarn.meta.KeyRange;
import java.util.Map;
import java.util.stream.IntStream;

/// The kinds of row that an index has, by the first byte of their key, and the newest format of
/// each that this program writes. All formats up to it are read.
///
/// A row whose meaning changes gets a new number, a new kind gets its line here, and with that
/// every older program refuses the store (docs/design/006-formats.md).
public final class IndexRows {
  /// Of a row without a format byte: contents of an object.
  private static final int RAW = 1;

  public static final Map<String, Integer> FORMATS =
      Map.ofEntries(
          Map.entry("O", ObjectRow.FORMAT),
          Map.entry("V", ObjectRow.FORMAT),
          Map.entry("L", LatestRow.FORMAT),
          Map.entry("U", UploadRow.FORMAT),
          Map.entry("P", Section.FORMAT),
          Map.entry("M", Manifests.FORMAT),
          Map.entry("D", RAW),
          Map.entry(
              "G",
              newest(
                  ObjectRow.FORMAT,
                  Section.FORMAT,
                  Garbage.Stray.FORMAT,
                  Garbage.Remains.FORMAT,
                  Garbage.Uploads.FORMAT)),
          Map.entry("E", TokenLease.FORMAT),
          Map.entry("R", ReaperLease.FORMAT),
          Map.entry("W", Pending.FORMAT));

  /// The rows that hold contents of objects, for a store that keeps such rows apart.
  public static final KeyRange CONTENTS = IndexKeys.all('D');

  private IndexRows() {}

  private static int newest(int... formats) {
    return IntStream.of(formats).max().orElseThrow();
  }
}
