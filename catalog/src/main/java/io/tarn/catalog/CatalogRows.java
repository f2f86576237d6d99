package io.tarn.catalog;

import java.util.HashMap;
import java.util.Map;

/// The kinds of row that the catalog has, by the first byte of their key, and the newest format of
/// each that this program writes. All formats up to it are read.
///
/// A row whose meaning changes gets a new number, a new kind gets its line in [CatalogKeys], and
/// with that every older program refuses the store (docs/design/006-formats.md).
public final class CatalogRows {
  public static final Map<String, Integer> FORMATS = formats();

  private CatalogRows() {}

  private static Map<String, Integer> formats() {
    var formats = new HashMap<String, Integer>();
    for (char kind : CatalogKeys.KINDS) formats.put(Character.toString(kind), CatalogValues.FORMAT);
    formats.put("I", CatalogValues.USER_FORMAT);
    formats.put("B", BucketRow.FORMAT);
    formats.put("H", Holdings.FORMAT);
    formats.put("S", BucketDocuments.FORMAT);
    return Map.copyOf(formats);
  }
}
