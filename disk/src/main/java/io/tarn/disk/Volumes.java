package io.tarn.disk;

import io.tarn.store.BlobAt;
import io.tarn.store.BlobId;
import io.tarn.store.BlobLabel;
import io.tarn.store.Blobs;
import io.tarn.store.Receipt;
import io.tarn.store.StoreFailure;
import io.tarn.store.StoreFailure.Corrupt;
import io.tarn.store.StoreFailure.Missing;
import io.tarn.store.StoreFailure.OutOfSpace;
import io.tarn.store.StoreFailure.Unavailable;
import io.tarn.store.StoreFailure.Unresponsive;
import io.tarn.store.VolumeId;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// Several volumes as one. A new blob goes to a volume drawn with odds in proportion to free space,
/// so directories of any size fill evenly; a volume that takes no writes is passed over.
///
/// Some volumes may be absent. What is on them is out of reach, which is not the same as lost.
///
/// A new blob has one holder here. One of which a row names several is opened at the first that can
/// give it, and deleted from all.
public final class Volumes implements Blobs {
  private final List<Volume> volumes;
  private final Map<VolumeId, Volume> byId;
  private final Supplier<Absence> absence;
  private final RandomGenerator random;

  /// The volumes that are not here: those that are to come back, and those that are not waited for
  /// any more.
  public record Absence(Set<VolumeId> missing, Set<VolumeId> forgotten) {
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
    this.byId = new HashMap<>();
    for (Volume volume : volumes) {
      if (byId.put(volume.volumeId(), volume) != null) {
        throw new Unavailable("two of the directories are the same volume; name each once", null);
      }
    }
  }

  public List<Volume> volumes() {
    return volumes;
  }

  @Override
  public Staged stage(BlobId id, long expectedLength) {
    var candidates = new ArrayList<>(volumes);
    candidates.removeIf(volume -> volume.problem() != null);
    OutOfSpace full = null;
    StoreFailure failed = null;
    while (!candidates.isEmpty()) {
      Volume chosen = candidates.size() == 1 ? candidates.getFirst() : draw(candidates);
      candidates.remove(chosen);
      try {
        return chosen.stage(id, expectedLength);
      } catch (OutOfSpace e) {
        full = e;
      } catch (Unavailable | Unresponsive e) {
        failed = e;
      }
    }
    if (full != null) throw full;
    if (failed != null) throw failed;
    volumes.getFirst().refuseSilent();
    throw new Unavailable("no volume takes writes: " + volumes.getFirst().problem(), null);
  }

  private Volume draw(List<Volume> candidates) {
    long[] free = candidates.stream().mapToLong(Volume::freeBytes).toArray();
    double point = random.nextDouble() * java.util.Arrays.stream(free).sum();
    for (int i = 0; i < free.length; i++) {
      if ((point -= free[i]) < 0) return candidates.get(i);
    }
    return candidates.getLast();
  }

  @Override
  public Optional<Receipt> share(BlobAt other, BlobId id, BlobLabel label) {
    // A copy of fewer holders would be one that is lost sooner.
    Volume volume = other.others().isEmpty() ? byId.get(other.volume()) : null;
    return volume == null ? Optional.empty() : volume.share(other, id, label);
  }

  @Override
  public OpenBlob open(BlobAt blob) {
    StoreFailure why = null;
    for (VolumeId holder : blob.holders()) {
      try {
        return volumeOf(blob.id(), holder).open(blob);
      } catch (Missing | Corrupt | Unavailable | Unresponsive e) {
        why = graver(why, e);
      }
    }
    throw Objects.requireNonNull(why);
  }

  /// What is to be said of a blob that no holder can give: while one of them may still have it, it
  /// is neither missing nor damaged, and damage tells more than absence.
  private static StoreFailure graver(@Nullable StoreFailure before, StoreFailure now) {
    return before == null || rank(now) > rank(before) ? now : before;
  }

  private static int rank(StoreFailure why) {
    return switch (why) {
      case Missing _ -> 0;
      case Corrupt _ -> 1;
      default -> 2;
    };
  }

  @Override
  public boolean holds(BlobAt blob) {
    StoreFailure why = null;
    for (VolumeId holder : blob.holders()) {
      try {
        if (volumeOf(blob.id(), holder).holds(blob)) return true;
      } catch (Missing e) {
        // not there
      } catch (Unavailable | Unresponsive e) {
        why = e;
      }
    }
    if (why != null) throw why;
    return false;
  }

  /// The one that the row names; what rows of old do not name is looked for.
  private Volume volumeOf(BlobId id, VolumeId holder) {
    if (holder.isKnown()) {
      Volume named = byId.get(holder);
      if (named != null) return named;
      throw new Unavailable(notHere(holder), null);
    }
    var blob = new BlobAt(id, VolumeId.UNKNOWN);
    boolean complete = absence.get().equals(Absence.NONE);
    if (volumes.size() == 1 && complete) return volumes.getFirst();
    StoreFailure silent = null;
    for (Volume volume : volumes) {
      try {
        if (volume.holds(blob)) return volume;
      } catch (Unresponsive e) {
        silent = e;
      }
    }
    if (silent != null) throw silent;
    if (complete) {
      throw new Missing(
          "blob %s is on none of the %d volumes".formatted(blob, volumes.size()), null);
    }
    throw new Unavailable(
        "blob %s is on none of the %d volumes that are here".formatted(blob, volumes.size()), null);
  }

  private static String notHere(VolumeId id) {
    return "volume %s is not here".formatted(id);
  }

  @Override
  public List<Undeleted> delete(Collection<BlobAt> blobs) {
    Map<VolumeId, List<BlobAt>> byVolume = new HashMap<>();
    for (BlobAt blob : blobs) {
      for (VolumeId holder : blob.holders()) {
        byVolume.computeIfAbsent(holder, _ -> new ArrayList<>()).add(blob);
      }
    }
    var stuck = new LinkedHashMap<BlobAt, Undeleted>();
    byVolume.forEach(
        (volume, onIt) -> {
          for (Undeleted each : deleteOn(volume, onIt)) stuck.putIfAbsent(each.blob(), each);
        });
    return List.copyOf(stuck.values());
  }

  /// What is on a volume that is to come back waits for it; nobody waits for a forgotten one.
  private List<Undeleted> deleteOn(VolumeId id, List<BlobAt> blobs) {
    if (!id.isKnown()) return deleteAnywhere(blobs);
    Volume volume = byId.get(id);
    if (volume != null) return volume.delete(blobs);
    if (absence.get().forgotten().contains(id)) return List.of();
    return blobs.stream().map(blob -> new Undeleted(blob, notHere(id))).toList();
  }

  /// Rows of old do not say where. What one volume cannot delete another may have deleted, but that
  /// is not worth knowing: it is tried again.
  private List<Undeleted> deleteAnywhere(List<BlobAt> blobs) {
    var stuck = new LinkedHashMap<BlobAt, Undeleted>();
    if (!absence.get().missing().isEmpty()) {
      for (BlobAt blob : blobs) {
        if (volumes.stream().noneMatch(volume -> mayHold(volume, blob))) {
          stuck.put(blob, new Undeleted(blob, "it may be on a volume that is missing"));
        }
      }
    }
    for (Volume volume : volumes) {
      for (Undeleted each : volume.delete(blobs)) stuck.putIfAbsent(each.blob(), each);
    }
    return List.copyOf(stuck.values());
  }

  /// One that does not answer will not delete it either.
  private static boolean mayHold(Volume volume, BlobAt blob) {
    try {
      return volume.holds(blob);
    } catch (Unresponsive e) {
      return true;
    }
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
