package io.tarn.catalog;

import io.tarn.meta.Batch;
import io.tarn.meta.CommitResult;
import io.tarn.meta.Entry;
import io.tarn.meta.Guard;
import io.tarn.meta.MetaKey;
import io.tarn.meta.Scan;
import io.tarn.meta.Tokens;
import io.tarn.rows.BlockingRows;
import io.tarn.rows.Plan;
import io.tarn.rows.RowCursor;
import io.tarn.rows.RowReader;
import io.tarn.rows.RowWriter;
import io.tarn.store.DocumentKind;
import io.tarn.store.StoreFailure;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// The `S` rows: the documents of buckets, each under the bucket and the code of its kind.
///
/// In format 1 a row was the bare text, under the name of its kind instead of a code, so that no
/// constant could be renamed. A start moves such rows.
final class BucketDocuments {
  static final int FORMAT = 20;

  /// Of at most 64 KiB each, so that a batch is not too large.
  private static final int AT_ONCE = 64;

  private BucketDocuments() {}

  static byte[] toRow(String document) {
    byte[] utf8 = document.getBytes(StandardCharsets.UTF_8);
    return new RowWriter(FORMAT, 1 + utf8.length).raw(utf8).done();
  }

  static String ofRow(byte[] row) {
    return RowReader.read(
        row, FORMAT, in -> new String(in.raw(row.length - 1), StandardCharsets.UTF_8));
  }

  /// Moves the rows of format 1. At a start, before anybody else writes; one that is cut off is
  /// gone on with at the next.
  static void move(BlockingRows rows, Tokens tokens) {
    var cursor = new RowCursor(rows, Scan.of(BucketKeys.DOCUMENTS, 1_000).keysOnly());
    List<MetaKey> old = new ArrayList<>();
    for (Entry row = cursor.next(); row != null; row = cursor.next()) {
      if (!BucketKeys.isNamedDocument(row.key())) continue;
      old.add(row.key());
      if (old.size() < AT_ONCE) continue;
      move(read(old, rows), rows, tokens);
      old.clear();
    }
    if (!old.isEmpty()) move(read(old, rows), rows, tokens);
  }

  private static List<Entry> read(List<MetaKey> keys, BlockingRows rows) {
    return rows.getAll(keys).stream().flatMap(Optional::stream).toList();
  }

  private static void move(List<Entry> old, BlockingRows rows, Tokens tokens) {
    for (Entry row : old) tokens.passed(row.version());
    Plan plan = new Plan(tokens.next()).needs(Batch.Need.NOTHING);
    for (Entry row : old) {
      MetaKey key = BucketKeys.document(BucketKeys.bucketId(row.key()), kind(row.key()));
      plan.guard(new Guard.VersionIs(row.key(), row.version()))
          .put(key, toRow(new String(row.value(), StandardCharsets.UTF_8)))
          .delete(row.key());
    }
    if (!(rows.commit(plan) instanceof CommitResult.Committed)) {
      throw new StoreFailure.Conflict("documents of buckets change while the node starts");
    }
  }

  /// What the kinds were called when rows had their names.
  private static DocumentKind kind(MetaKey key) {
    String name = BucketKeys.documentName(key);
    return switch (name) {
      case "POLICY" -> DocumentKind.POLICY;
      case "TAGGING" -> DocumentKind.TAGGING;
      case "CORS" -> DocumentKind.CORS;
      case "LIFECYCLE" -> DocumentKind.LIFECYCLE;
      case "ENCRYPTION" -> DocumentKind.ENCRYPTION;
      case "NOTIFICATION" -> DocumentKind.NOTIFICATION;
      case "OBJECT_LOCK" -> DocumentKind.OBJECT_LOCK;
      case "ACL" -> DocumentKind.ACL;
      case "OWNERSHIP" -> DocumentKind.OWNERSHIP;
      case "PUBLIC_ACCESS_BLOCK" -> DocumentKind.PUBLIC_ACCESS_BLOCK;
      case "WEBSITE" -> DocumentKind.WEBSITE;
      case "LOGGING" -> DocumentKind.LOGGING;
      default ->
          throw new StoreFailure.Corrupt(
              "row %s holds a document of the unknown kind %s".formatted(key, name), null);
    };
  }
}
