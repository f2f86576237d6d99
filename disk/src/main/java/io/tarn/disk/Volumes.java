package io.tarn.disk;

import io.tarn.store.BlobId;
import io.tarn.store.Blobs;
import io.tarn.store.StoreFailure.Corrupt;
import io.tarn.store.StoreFailure.OutOfSpace;
import io.tarn.store.StoreFailure.Unavailable;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/// Several volumes as one. A new blob goes to a volume drawn with odds in proportion to free space,
/// so directories of any size fill evenly; a volume that takes no writes is passed over.
///
/// Some volumes may be absent. What is on them is out of reach, which is not the same as lost.
public final class Volumes implements Blobs {
  private final List<Volume> volumes;
  private final Supplier<Absence> absence;
  private final RandomGenerator random;

  /// The ids of volumes that are not here: those that are to come back, and those that are not
  /// waited for any more.
  public record Absence(Set<String> missing, Set<String> forgotten) {
    public static final Absence NONE = new Absence(Set.of(), Set.of());

    public Absence {
      missing = Set.copyOf(missing);
      forgotten = Set.copyOf(forgotten);
    }
  }

  public Volumes(List<Volume> volumes, RandomGenerator random) {
    this(volumes, () -> Absence.NONE, random);
  }

  public Volumes(List<Volume> volumes, Supplier<Absence> absence, RandomGenerator random) {
    if (volumes.isEmpty()) throw new IllegalArgumentException("no volume");
    this.volumes = List.copyOf(volumes);
    this.absence = absence;
    this.random = random;
    long distinct = volumes.stream().map(Volume::id).distinct().count();
    if (distinct < volumes.size())
      throw new Unavailable("two of the directories are the same volume; name each once", null);
  }

  public List<Volume> volumes() {
    return volumes;
  }

  @Override
  public Staged stage(BlobId id, long expectedLength) {
    var candidates = new ArrayList<>(volumes);
    OutOfSpace full = null;
    while (!candidates.isEmpty()) {
      Volume chosen = candidates.size() == 1 ? candidates.getFirst() : draw(candidates);
      candidates.remove(chosen);
      if (chosen.problem() != null) continue;
      try {
        return chosen.stage(id, expectedLength);
      } catch (OutOfSpace e) {
        full = e;
      }
    }
    if (full != null) throw full;
    throw new Unavailable("no volume takes writes: " + volumes.getFirst().problem(), null);
  }

  private Volume draw(List<Volume> candidates) {
    long[] free = candidates.stream().mapToLong(Volume::freeBytes).toArray();
    double point = random.nextDouble() * java.util.Arrays.stream(free).sum();
    for (int i = 0; i < free.length; i++) if ((point -= free[i]) < 0) return candidates.get(i);
    return candidates.getLast();
  }

  @Override
  public OpenBlob open(BlobId id) {
    if (volumes.size() == 1 && isComplete()) return volumes.getFirst().open(id);
    for (Volume volume : volumes) if (volume.holds(id)) return volume.open(id);
    if (!isComplete())
      throw new Unavailable(
          "blob %s is on none of the %d volumes that are here".formatted(id, volumes.size()), null);
    throw new Corrupt("blob %s is on none of the %d volumes".formatted(id, volumes.size()), null);
  }

  private boolean isComplete() {
    return absence.get().equals(Absence.NONE);
  }

  /// What may be on a volume that is to come back waits for it.
  @Override
  public void delete(Collection<BlobId> ids) {
    var elsewhere = new ArrayList<BlobId>();
    if (!absence.get().missing().isEmpty())
      for (BlobId id : ids)
        if (volumes.stream().noneMatch(volume -> volume.holds(id))) elsewhere.add(id);
    for (Volume volume : volumes) volume.delete(ids);
    if (!elsewhere.isEmpty())
      throw new Unavailable(
          "blob %s may be on a volume that is missing".formatted(elsewhere.getFirst()), null);
  }

  @Override
  public List<BlobId> list(String after, int limit) {
    return volumes.stream()
        .flatMap(volume -> volume.list(after, limit).stream())
        .sorted()
        .distinct()
        .limit(limit)
        .toList();
  }

  @Override
  public void close() {
    for (Volume volume : volumes) volume.close();
  }
}
