package io.tarn.disk;

import io.tarn.io.Calls;
import io.tarn.store.BlobAt;
import io.tarn.store.BlobLabel;
import io.tarn.store.Blobs;
import io.tarn.store.Receipt;
import io.tarn.store.StoreFailure.Unresponsive;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A blob on its way to disk. Once committed the file is under its name and durable; closed before
/// that, the file is gone. A crash leaves it in `staging`, which is emptied at start.
///
/// A call that the disk did not answer in time still has the file: what comes of it is thrown away
/// when it ends, by the thread that made it. Until then nobody else touches the file.
final class StagedFile implements Blobs.Staged {
  private static final Logger LOG = LoggerFactory.getLogger(StagedFile.class);

  /// A sync has to write what is in the page cache: so many bytes are allowed the usual time.
  private static final long SYNCED_IN_TIME = 64 << 20;

  private static final int MOST_TIMES = 10;

  private final Volume volume;
  private final BlobAt blob;
  private final BlobSink sink;
  private final BlobFooter.Builder footer;
  private final Space.Promise promise;
  private volatile boolean abandoned;
  private volatile boolean published;
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
    // Of its own, as the caller uses his again when he was told that the disk does not answer.
    ByteBuffer taken = bytes.duplicate();
    make(
        1,
        () -> {
          int count = taken.remaining();
          promise.require(count);
          sink.write(taken);
          promise.used(count);
        });
    bytes.position(bytes.limit());
  }

  @Override
  public Receipt commit(BlobLabel label) {
    BlobLabel written = volume.takesLabels() ? label : BlobLabel.NONE;
    long times = 1 + sink.throughCacheBytes() / SYNCED_IN_TIME;
    make(
        (int) Math.min(times, MOST_TIMES),
        () -> {
          sink.finish(footer.finish(written));
          sink.close();
          if (abandoned) return;
          published = true;
          volume.publish(sink.path(), blob.id());
        });
    committed = true;
    return new Receipt(blob, footer.length());
  }

  private interface Work {
    void run() throws IOException;
  }

  /// What becomes of the file when a call ends that nobody waits for any more.
  private final class ThrownAway implements Calls.Late<Boolean> {
    private boolean begun;

    @Override
    public void begun() {
      begun = true;
    }

    @Override
    public void undo(@Nullable Boolean done) {
      discard();
    }
  }

  private void make(int times, Work work) {
    var late = new ThrownAway();
    try {
      var _ =
          volume
              .calls()
              .make(
                  times,
                  () -> {
                    work.run();
                    return true;
                  },
                  late);
    } catch (IOException e) {
      throw volume.writeFailed(e);
    } catch (Unresponsive e) {
      abandoned = late.begun;
      throw e;
    }
  }

  /// Nothing is left of it, neither staged nor under its name. Waits for the disk.
  void discard() {
    try (promise) {
      sink.close();
      Files.deleteIfExists(sink.path());
      // Whether it got there is not known; nobody was told that it did.
      if (published && !committed) Files.deleteIfExists(volume.fileOf(blob.id()));
    } catch (IOException e) {
      LOG.warn("what was staged of {} could not be deleted", blob, volume.writeFailed(e));
    }
  }

  @Override
  public void close() {
    if (committed) {
      promise.close();
    } else if (!abandoned) {
      throwAway();
    }
  }

  private void throwAway() {
    var begun = new AtomicBoolean();
    try {
      var _ =
          volume
              .calls()
              .make(
                  () -> {
                    begun.set(true);
                    discard();
                    return true;
                  });
    } catch (IOException e) {
      throw volume.writeFailed(e);
    } catch (Unresponsive e) {
      if (!begun.get()) volume.closer().add(this::discard);
    }
  }
}
