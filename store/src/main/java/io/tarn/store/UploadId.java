package io.tarn.store;

/// Names a multipart upload. Opaque; text order within one key is the order of initiation.
public record UploadId(String text) {
  public UploadId {
    if (text.isEmpty() || text.length() > 256) {
      throw new IllegalArgumentException("upload id of " + text.length() + " characters");
    }
  }

  @Override
  public String toString() {
    return text;
  }
}
