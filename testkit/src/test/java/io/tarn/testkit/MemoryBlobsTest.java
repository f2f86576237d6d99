package io.tarn.testkit;

import io.tarn.store.Blobs;

class MemoryBlobsTest extends BlobsContract {
  @Override
  protected Blobs blobs() {
    return new MemoryBlobs();
  }
}
