package io.tarn.disk;

import io.tarn.store.BlobAt;
import io.tarn.store.BlobLabel;
import io.tarn.store.Blobs;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;

/// A blob on its way to disk. Once committed the file is under its name and durable; closed before
/// that, the file is gone. A crash leaves it in `staging`, which is emptied at start.
final class StagedFile implements Blobs.Staged {
  private final Volume volume;
  private final BlobAt blob;
  private final BlobSink sink;
  private final BlobFooter.Builder footer;
  private final Space.Promise promise;
  private boolean committed;

  StagedFile(Volume volume, BlobAt blob, Space.Promise promise, BlobSink sink) {
    this.volume = volume;
    this.blob = blob;
    this.promise = promise;
    this.sink = sink;
    footer = new BlobFooter.Builder(blob.id());
  }

  @Override
  public BlobAt blob() {
    return blob;
  }

  @Override
  public void write(ByteBuffer bytes) {
    footer.add(bytes);
    int count = bytes.remaining();
    try {
      promise.require(count);
      sink.write(bytes);
      promise.used(count);
    } catch (IOException e) {
      throw volume.writeFailed(e);
    }
  }

  @Override
  public long commit(BlobLabel label) {
    try {
      sink.finish(footer.finish(volume.takesLabels() ? label : BlobLabel.NONE));
      sink.close();
      volume.publish(sink.path(), blob.id());
      committed = true;
      return footer.length();
    } catch (IOException e) {
      throw volume.writeFailed(e);
    }
  }

  @Override
  public void close() {
    try (promise) {
      sink.close();
      if (!committed) Files.deleteIfExists(sink.path());
    } catch (IOException e) {
      throw volume.writeFailed(e);
    }
  }
}
