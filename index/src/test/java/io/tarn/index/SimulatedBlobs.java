package io.tarn.index;

import io.tarn.store.BlobAt;
import io.tarn.store.BlobId;
import io.tarn.store.BlobLabel;
import io.tarn.store.Blobs;
import io.tarn.store.Receipt;
import io.tarn.testkit.Machine;
import io.tarn.testkit.MemoryBlobs;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.function.Consumer;

/// The model of [Blobs] with time: a blob is there for sure when its commit returns, and gone for
/// sure when its deletion does. In between a crash decides.
class SimulatedBlobs implements Blobs {
  private final Machine machine;
  private final Consumer<BlobId> onDelete;
  private final MemoryBlobs there = new MemoryBlobs();
  private final Map<BlobId, byte[]> arriving = new TreeMap<>();
  private final Map<BlobId, byte[]> leaving = new TreeMap<>();
  private boolean refusing = true;

  /// `onDelete` is told of each blob that is about to go.
  SimulatedBlobs(Machine machine, Consumer<BlobId> onDelete) {
    this.machine = machine;
    this.onDelete = onDelete;
  }

  /// After a crash.
  void settle() {
    SplittableRandom random = random();
    for (Map<BlobId, byte[]> each : List.of(arriving, leaving)) {
      each.forEach(
          (id, bytes) -> {
            if (random.nextBoolean()) put(id, bytes);
          });
      each.clear();
    }
  }

  /// From now on everything that is to be deleted is.
  void obey() {
    refusing = false;
  }

  private void put(BlobId id, byte[] bytes) {
    try (Staged staged = there.stage(id, bytes.length)) {
      staged.write(ByteBuffer.wrap(bytes));
      staged.commit();
    }
  }

  private SplittableRandom random() {
    return machine.simulation().random("blobs");
  }

  private void take(int micros) {
    machine.simulation().sleep(Duration.ofNanos(1_000L * random().nextInt(1, micros)));
  }

  @Override
  public Staged stage(BlobId id, long expectedLength) {
    Staged model = there.stage(id, expectedLength); // for its name and place
    var bytes = new ByteArrayOutputStream();
    return new Staged() {
      @Override
      public BlobAt blob() {
        return model.blob();
      }

      @Override
      public void write(ByteBuffer more) {
        take(500);
        byte[] copy = new byte[more.remaining()];
        more.get(copy);
        bytes.writeBytes(copy);
      }

      @Override
      public Receipt commit(BlobLabel label) {
        arriving.put(id, bytes.toByteArray());
        take(5_000);
        arriving.remove(id);
        put(id, bytes.toByteArray());
        return new Receipt(model.blob(), bytes.size());
      }

      @Override
      public void close() {
        model.close();
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
      take(300);
      if (refusing && random().nextInt(10) == 0) {
        stuck.add(new Undeleted(blob, "it is away"));
      } else {
        unlink(blob);
      }
    }
    take(3_000);
    blobs.forEach(blob -> leaving.remove(blob.id()));
    return stuck;
  }

  private void unlink(BlobAt blob) {
    if (!there.list("", Integer.MAX_VALUE).contains(blob.id())) return;
    onDelete.accept(blob.id());
    try (OpenBlob open = there.open(blob)) {
      leaving.put(blob.id(), io.tarn.testkit.Bodies.bytes(open.read(0, open.length())));
    }
    there.delete(List.of(blob));
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
