package io.tarn.index;

import io.tarn.store.BlobAt;
import io.tarn.store.BlobId;
import io.tarn.store.BlobLabel;
import io.tarn.store.Blobs;
import io.tarn.store.Receipt;
import io.tarn.testkit.MemoryBlobs;
import io.tarn.testkit.Simulation;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Consumer;

/// Blobs that several machines share: everything takes a while, and whoever crashes meanwhile has
/// done it or not.
final class SharedBlobs implements Blobs {
  private final Simulation simulation;
  private final Consumer<BlobId> onDelete;
  private final MemoryBlobs there = new MemoryBlobs();
  private boolean refusing = true;

  /// `onDelete` is told of each blob that is about to go.
  SharedBlobs(Simulation simulation, Consumer<BlobId> onDelete) {
    this.simulation = simulation;
    this.onDelete = onDelete;
  }

  /// From now on everything that is to be deleted is.
  void obey() {
    refusing = false;
  }

  private SplittableRandom random() {
    return simulation.random("blobs");
  }

  private void take(int micros) {
    simulation.sleep(Duration.ofNanos(1_000L * random().nextInt(1, micros)));
  }

  @Override
  public Staged stage(BlobId id, long expectedLength) {
    Staged staged = there.stage(id, expectedLength);
    return new Staged() {
      @Override
      public BlobAt blob() {
        return staged.blob();
      }

      @Override
      public void write(ByteBuffer bytes) {
        take(500);
        staged.write(bytes);
      }

      @Override
      public Receipt commit(BlobLabel label) {
        take(3_000);
        Receipt receipt = staged.commit(label);
        take(3_000);
        return receipt;
      }

      @Override
      public void close() {
        staged.close();
      }
    };
  }

  @Override
  public OpenBlob open(BlobAt blob) {
    take(500);
    return there.open(blob);
  }

  @Override
  public List<Undeleted> delete(Collection<BlobAt> blobs) {
    List<Undeleted> stuck = new ArrayList<>();
    for (BlobAt blob : blobs) {
      take(500);
      if (refusing && random().nextInt(10) == 0) {
        stuck.add(new Undeleted(blob, "it is away"));
      } else if (there.holds(blob)) {
        onDelete.accept(blob.id());
        stuck.addAll(there.delete(List.of(blob)));
      }
    }
    take(3_000);
    return stuck;
  }

  @Override
  public boolean holds(BlobAt blob) {
    return there.holds(blob);
  }

  @Override
  public List<BlobId> list(String after, int limit) {
    return there.list(after, limit);
  }

  @Override
  public void close() {
    there.close();
  }
}
