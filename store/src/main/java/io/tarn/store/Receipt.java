package io.tarn.store;

/// What came of a blob that was made durable: its name with the holders that said they have all of
/// it, and how many bytes it has. Rows that refer to the blob name these holders.
public record Receipt(BlobAt blob, long length) {
  public Receipt {
    if (length < 0) throw new IllegalArgumentException(length + " bytes");
  }
}
