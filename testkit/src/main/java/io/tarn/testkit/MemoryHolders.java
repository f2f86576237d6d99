package io.tarn.testkit;

import io.tarn.store.BlobAt;
import io.tarn.store.BlobId;
import io.tarn.store.BlobLabel;
import io.tarn.store.Blobs;
import io.tarn.store.Receipt;
import io.tarn.store.Slice;
import io.tarn.store.SliceSource;
import io.tarn.store.StoreFailure;
import io.tarn.store.VolumeId;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/// Blobs that three memories hold, each all the bytes: the model of replicated bytes below [Blobs].
///
/// What a majority did is done. A commit that a majority acknowledged is a blob, and its receipt
/// names those that did; whoever did not is told to forget it. A deletion that a majority noted is
/// one; whoever missed it hears of it before it does anything else. A reader goes on to the next
/// holder where one has nothing, has it damaged, refuses or does not answer, and notes what it
/// found, for whoever repairs. What a majority knows nothing of, or knows to be deleted, is
/// missing; what was acknowledged and nobody can give is unavailable while one of them cannot be
/// asked.
///
/// So any one of the three may fail, for each blob another one, in any of the ways of [Failing].
public final class MemoryHolders implements Blobs {
  private static final int COUNT = 3;
  private static final int MAJORITY = COUNT / 2 + 1;

  private final List<MemoryHolder> holders =
      IntStream.range(0, COUNT).mapToObj(MemoryHolder::new).toList();
  private final Failures failures;
  private final List<Found> found = new ArrayList<>();
  private final ReentrantLock turn = new ReentrantLock();

  /// How a holder fails.
  public enum Failing {
    /// It does not.
    NOT,
    /// It acknowledges a blob, and has it no more.
    LOSES,
    /// It acknowledges a blob, and a byte of it changes.
    DAMAGES,
    /// It does nothing.
    REFUSES,
    /// It does what it is told to, when nobody waits for it any more.
    ANSWERS_LATE
  }

  /// How each of the holders, numbered from 0, fails with a blob at this moment.
  @FunctionalInterface
  public interface Failures {
    Failing of(int holder, BlobId blob);
  }

  /// What a reader met at a holder: [StoreFailure.Missing], whose bytes are to be fetched from
  /// another, [StoreFailure.Corrupt], whose bytes are to be replaced, or that it could not be
  /// asked.
  public record Found(BlobId blob, VolumeId holder, StoreFailure what) {}

  public MemoryHolders(Failures failures) {
    this.failures = failures;
  }

  /// What readers met so far.
  public List<Found> found() {
    turn.lock();
    try {
      return List.copyOf(found);
    } finally {
      turn.unlock();
    }
  }

  /// Who has bytes of the blob, damaged ones too, once all have done what they were told.
  public List<VolumeId> keep(BlobId blob) {
    turn.lock();
    try {
      holders.forEach(MemoryHolder::catchUp);
      return holders.stream().filter(holder -> holder.has(blob)).map(MemoryHolder::volume).toList();
    } finally {
      turn.unlock();
    }
  }

  private Failing failing(MemoryHolder holder, BlobId blob) {
    return failures.of(holder.number(), blob);
  }

  @Override
  public Staged stage(BlobId id, long expectedLength) {
    return new StagedBytes(new BlobAt(id, volumes().getFirst(), volumes().subList(1, COUNT)));
  }

  private List<VolumeId> volumes() {
    return holders.stream().map(MemoryHolder::volume).toList();
  }

  private final class StagedBytes implements Staged {
    private final BlobAt blob;
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private boolean over;

    StagedBytes(BlobAt blob) {
      this.blob = blob;
    }

    @Override
    public BlobAt blob() {
      return blob;
    }

    @Override
    public void write(ByteBuffer bytes) {
      if (over) throw new IllegalStateException("written after its end");
      byte[] copy = new byte[bytes.remaining()];
      bytes.get(copy);
      out.writeBytes(copy);
    }

    @Override
    public Receipt commit(BlobLabel label) {
      if (over) throw new IllegalStateException("committed twice");
      over = true;
      return put(blob.id(), out.toByteArray(), label);
    }

    @Override
    public void close() {
      over = true;
    }
  }

  private Receipt put(BlobId id, byte[] bytes, BlobLabel label) {
    turn.lock();
    try {
      var acknowledged = new ArrayList<VolumeId>(COUNT);
      var others = new ArrayList<MemoryHolder>(COUNT);
      for (MemoryHolder holder : holders) {
        if (holder.put(id, bytes, label, failing(holder, id))) {
          acknowledged.add(holder.volume());
        } else {
          others.add(holder);
        }
      }
      boolean done = acknowledged.size() >= MAJORITY;
      for (MemoryHolder holder : done ? others : holders) holder.owe(id);
      if (!done) {
        throw new StoreFailure.Unavailable(
            "%d of %d holders took blob %s".formatted(acknowledged.size(), COUNT, id), null);
      }
      List<VolumeId> rest = acknowledged.subList(1, acknowledged.size());
      return new Receipt(new BlobAt(id, acknowledged.getFirst(), rest), bytes.length);
    } finally {
      turn.unlock();
    }
  }

  /// Whoever does not have the bytes gets them, so anybody may come to hold them.
  @Override
  public BlobAt sharing(BlobAt other, BlobId id) {
    return new BlobAt(id, volumes().getFirst(), volumes().subList(1, COUNT));
  }

  /// Each holder has the bytes of the other blob, or gets them from one that has.
  @Override
  public Optional<Receipt> share(BlobAt other, BlobId id, BlobLabel label) {
    try (OpenBlob open = open(other)) {
      byte[] bytes = Bodies.bytes(open.read(0, open.length()));
      return Optional.of(put(id, bytes, label));
    } catch (StoreFailure.Missing | StoreFailure.Corrupt e) {
      return Optional.empty();
    }
  }

  @Override
  public OpenBlob open(BlobAt blob) {
    turn.lock();
    try {
      var opened = new ArrayList<Opened>(COUNT);
      int without = 0;
      StoreFailure damaged = null;
      StoreFailure silent = null;
      for (MemoryHolder holder : asked(blob)) {
        try {
          opened.add(
              new Opened(holder.volume(), holder.open(blob.id(), failing(holder, blob.id()))));
        } catch (StoreFailure.Missing e) {
          if (isKnownGone(holder, blob)) without++;
          note(blob.id(), holder.volume(), e);
        } catch (StoreFailure.Corrupt e) {
          damaged = e;
          note(blob.id(), holder.volume(), e);
        } catch (StoreFailure.Unavailable | StoreFailure.Unresponsive e) {
          silent = e;
          note(blob.id(), holder.volume(), e);
        }
      }
      if (!opened.isEmpty()) return new HeldBlob(blob.id(), opened);
      if (silent != null && without < MAJORITY) throw silent;
      if (damaged != null) throw damaged;
      throw new StoreFailure.Missing("no blob " + blob, null);
    } finally {
      turn.unlock();
    }
  }

  /// Those that are named, or else all; and if a majority is not, all.
  private List<MemoryHolder> asked(BlobAt blob) {
    List<VolumeId> named = blob.holders();
    List<MemoryHolder> asked =
        holders.stream().filter(holder -> named.contains(holder.volume())).toList();
    return asked.size() >= MAJORITY ? asked : holders;
  }

  /// Who is named and has nothing, nor knows of a deletion, lost it.
  private static boolean isKnownGone(MemoryHolder holder, BlobAt blob) {
    return holder.forgot(blob.id()) || !blob.holders().contains(holder.volume());
  }

  private void note(BlobId blob, VolumeId holder, StoreFailure what) {
    found.add(new Found(blob, holder, what));
  }

  private record Opened(VolumeId holder, OpenBlob blob) {}

  /// Open at each holder that has it, so that whoever turns out to be damaged is followed by
  /// another, whatever was deleted meanwhile.
  private final class HeldBlob implements OpenBlob {
    private final BlobId id;
    private final List<Opened> opened;

    HeldBlob(BlobId id, List<Opened> opened) {
      this.id = id;
      this.opened = List.copyOf(opened);
    }

    @Override
    public long length() {
      return opened.getFirst().blob.length();
    }

    @Override
    public SliceSource read(long offset, long length) {
      return new HeldSlices(offset, length);
    }

    @Override
    public void close() {
      for (Opened each : opened) each.blob.close();
    }

    private final class HeldSlices implements SliceSource {
      private final long end;
      private long at;
      private int reading;
      private SliceSource source;

      HeldSlices(long offset, long length) {
        at = offset;
        end = offset + length;
        source = opened.getFirst().blob.read(offset, length);
      }

      @Override
      public @Nullable Slice next() {
        while (true) {
          try {
            Slice slice = source.next();
            if (slice != null) at += slice.length();
            return slice;
          } catch (StoreFailure.Corrupt e) {
            goOn(e);
          }
        }
      }

      private void goOn(StoreFailure.Corrupt why) {
        turn.lock();
        try {
          note(id, opened.get(reading).holder, why);
        } finally {
          turn.unlock();
        }
        if (++reading == opened.size()) throw why;
        source.close();
        source = opened.get(reading).blob.read(at, end - at);
      }

      @Override
      public void close() {
        source.close();
      }
    }
  }

  @Override
  public boolean holds(BlobAt blob) {
    turn.lock();
    try {
      int without = 0;
      StoreFailure silent = null;
      for (MemoryHolder holder : asked(blob)) {
        try {
          if (holder.holds(blob.id(), failing(holder, blob.id()))) return true;
          if (isKnownGone(holder, blob)) without++;
        } catch (StoreFailure.Unavailable | StoreFailure.Unresponsive e) {
          silent = e;
        }
      }
      if (silent != null && without < MAJORITY) throw silent;
      return false;
    } finally {
      turn.unlock();
    }
  }

  @Override
  public List<Undeleted> delete(Collection<BlobAt> blobs) {
    turn.lock();
    try {
      var stuck = new ArrayList<Undeleted>();
      for (BlobAt blob : blobs) {
        int noted = 0;
        for (MemoryHolder holder : holders) {
          if (holder.delete(blob.id(), failing(holder, blob.id()))) noted++;
        }
        if (noted < MAJORITY) {
          stuck.add(new Undeleted(blob, "%d of %d holders noted it".formatted(noted, COUNT)));
        }
      }
      return stuck;
    } finally {
      turn.unlock();
    }
  }

  @Override
  public List<BlobId> list(String after, int limit) {
    turn.lock();
    try {
      var names = new TreeSet<BlobId>();
      for (MemoryHolder holder : holders) {
        holder.catchUp();
        for (BlobId id : holder.list(after)) {
          if (holder.isAsked(failing(holder, id))) names.add(id);
        }
      }
      return names.stream().limit(limit).toList();
    } finally {
      turn.unlock();
    }
  }

  @Override
  public void close() {}
}
