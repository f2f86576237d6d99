package io.tarn.disk;

import io.tarn.io.CheckBuffers;
import io.tarn.observe.SystemError;
import io.tarn.store.BlobAt;
import io.tarn.store.BlobId;
import io.tarn.store.Slice;
import io.tarn.store.SliceSource;
import io.tarn.store.StoreFailure.Corrupt;
import io.tarn.store.StoreFailure.Missing;
import io.tarn.store.StoreFailure.Unavailable;
import io.tarn.store.StoreFailure.Unresponsive;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Reads every blob of a volume and checks every byte, in the order of their names. It repairs
/// nothing: it tells, and sets aside (see [DamagedBlobs]). A file that several blobs share is read
/// once, and what it came to counts for each of them.
///
/// How far it is, is kept in the volume, at most once a minute: a round that was interrupted goes
/// on from there. Nothing is written into a volume that takes no writes, nor is it read.
public final class Scrubber {
  private static final Logger LOG = LoggerFactory.getLogger(Scrubber.class);
  private static final Duration KEEP_EVERY = Duration.ofMinutes(1);

  /// Names taken from a directory in one pass through it: some megabytes.
  private static final int NAMES = 32_768;
  private static final int FOREIGN_NAMED = 10;
  private static final int ATTEMPTS = 3;

  /// Files with more than one name of which it is remembered in a round what they came to: some
  /// megabytes. Those beyond are read once for each name.
  private static final int REMEMBERED = 16_384;

  private final Volume volume;
  private final Work work;
  private final InstantSource clock;
  private final int names;
  private volatile ScrubState state;
  private volatile BlobNames.Place place = BlobNames.Place.NOWHERE;

  // Of the thread that runs it.
  private Instant kept = Instant.EPOCH;
  private final Map<SharedFile, String> read = new HashMap<>();
  private String refused = "";
  private int refusals;

  /// What a scrubber needs of who runs it.
  public interface Work {
    /// So much was read; returns when more may be, or false when it should stop.
    boolean mayGoOn(long bytes);

    /// Something cannot be served any more.
    void found(Finding finding);
  }

  /// A blob, a directory of blobs, or a file beside them, that cannot be served, and why.
  public record Finding(Volume volume, String name, String problem) {
    public boolean isBlob() {
      return BlobId.isName(name);
    }
  }

  /// How a run came to its end.
  public enum Outcome {
    /// The round is over.
    ENDED,
    /// [Work#mayGoOn] said so.
    STOPPED,
    /// The volume takes no writes, or does not answer: it is left alone.
    FENCED
  }

  public Scrubber(Volume volume, Work work, InstantSource clock) {
    this(volume, work, clock, NAMES);
  }

  Scrubber(Volume volume, Work work, InstantSource clock, int names) {
    this.volume = volume;
    this.work = work;
    this.clock = clock;
    this.names = names;
    this.state = kept(volume);
  }

  private static ScrubState kept(Volume volume) {
    try {
      return volume.calls().make(() -> ScrubState.read(volume.root()));
    } catch (IOException | Unresponsive e) {
      LOG.warn("how far the scrub of {} was is not known: {}", volume.root(), e.getMessage());
      return ScrubState.NEVER;
    }
  }

  public Volume volume() {
    return volume;
  }

  public ScrubState state() {
    return state;
  }

  /// How many of the directories of blobs are behind it.
  public int passed() {
    return place.passed();
  }

  /// How many directories of blobs there are.
  public int shards() {
    return place.shards();
  }

  /// The next run begins at the beginning. Not while one runs.
  public void restart() {
    read.clear();
    state = state.begun(clock.instant());
  }

  /// Goes on with the round underway, or begins one, until its end or until it is to stop. Fails
  /// with [Unavailable] when something stands in the way; the next run tries again.
  public Outcome run() {
    if (volume.problem() != null) return Outcome.FENCED;
    if (!state.isUnderway()) restart();
    kept = clock.instant();
    try {
      Outcome outcome = pages();
      if (outcome == Outcome.ENDED) {
        place = new BlobNames.Place(place.shards(), place.shards());
        state = state.ended(clock.instant());
      }
      return outcome;
    } catch (Unresponsive e) {
      return Outcome.FENCED;
    } finally {
      keep();
    }
  }

  private Outcome pages() {
    List<BlobId> page;
    do {
      place = volume.placeOf(state.position());
      var strangers = new Strangers();
      page = volume.list(state.position(), names, strangers);
      strangers.report();
      for (BlobId id : page) {
        if (volume.problem() != null) return Outcome.FENCED;
        if (!check(id)) return Outcome.STOPPED;
        if (!clock.instant().isBefore(kept.plus(KEEP_EVERY))) keep();
      }
    } while (page.size() == names);
    return Outcome.ENDED;
  }

  /// Counts what is no blob, and names the first of it.
  private final class Strangers implements BlobNames.Met {
    private final StringBuilder named = new StringBuilder();
    private int count;

    @Override
    public void foreign(Path file) {
      state = state.at(state.position(), state.round().withForeign());
      if (count++ < FOREIGN_NAMED) named.append(' ').append(file);
    }

    @Override
    public void reserved(Path file) {
      String name = file.getFileName().toString();
      tell(name, ReservedName.problem(name));
    }

    @Override
    public void unreadable(Path directory, IOException why) throws IOException {
      if (SystemError.isOfProcess(why)) throw why;
      volume.readFailed(why);
      tell(directory.getFileName().toString(), "cannot be listed: " + why);
    }

    void report() {
      if (count > 0) LOG.warn("passed by {} files that are no blobs, among them{}", count, named);
    }
  }

  private void damaged(BlobId id, String problem) {
    Instant now = clock.instant();
    if (volume.problem() == null) volume.patiently(() -> volume.damaged().add(id, problem, now));
    tell(id.text(), problem);
  }

  private void tell(String name, String problem) {
    state = state.withDamage(1);
    work.found(new Finding(volume, name, problem));
  }

  /// A file that several blobs share. An inode's number alone may be another file's by now.
  private record SharedFile(BlobId written, long inode) {}

  /// Null for one that no other blob shares, and where that is not known.
  private @Nullable SharedFile shared(BlobId id, BlobFile blob) {
    long inode = blob.length() < BlobFile.CHUNK ? 0 : volume.secondNames().inodeOf(id);
    return inode == 0 ? null : new SharedFile(blob.written(), inode);
  }

  /// False when it was to stop before its end.
  private boolean check(BlobId id) {
    long length = 0;
    SharedFile file = null;
    try (BlobFile blob = volume.open(new BlobAt(id, volume.volumeId()))) {
      file = shared(id, blob);
      String known = file == null ? null : read.get(file);
      if (known != null) {
        if (!known.isEmpty()) throw new Corrupt(known, null);
      } else {
        if (!check(blob)) return false;
        length = blob.length();
      }
      remember(file, "");
      if (volume.damaged().has(id)) volume.patiently(() -> volume.damaged().passed(id));
    } catch (Missing e) {
      LOG.debug("blob {} was deleted since it was listed", id);
    } catch (Corrupt e) {
      String problem = String.valueOf(e.getMessage());
      remember(file, problem);
      damaged(id, problem);
    } catch (Unavailable e) {
      refusals = id.text().equals(refused) ? refusals + 1 : 1;
      refused = id.text();
      if (refusals < ATTEMPTS) throw e;
      damaged(id, String.valueOf(e.getMessage())); // or it would not come past it, ever
    }
    state = state.at(id.text(), state.round().withBlob(length));
    return true;
  }

  private void remember(@Nullable SharedFile file, String problem) {
    if (file != null && read.size() < REMEMBERED) read.putIfAbsent(file, problem);
  }

  private boolean check(BlobFile blob) {
    try (SliceSource slices = blob.read(0, blob.length())) {
      for (Slice slice = slices.next(); slice != null; slice = slices.next()) {
        if (!check(slice)) return false;
      }
      return true;
    }
  }

  /// Reading it is what checks it.
  private boolean check(Slice slice) {
    if (!(slice instanceof Slice.Stored(var stored, var offset, var length))) return true;
    ByteBuffer buffer = CheckBuffers.take();
    try {
      long end = offset + length;
      for (long next = offset; next < end; next += buffer.remaining()) {
        stored.read(next, buffer);
        if (!work.mayGoOn(buffer.remaining())) return false;
      }
      return true;
    } finally {
      CheckBuffers.give(buffer);
    }
  }

  /// A full disk, or one that fails, costs no more than that the next process begins further back.
  private void keep() {
    kept = clock.instant();
    if (volume.problem() != null) return;
    ScrubState now = state;
    try {
      volume
          .calls()
          .carryOut(
              () -> {
                volume.damaged().refresh();
                now.write(volume.root());
              });
    } catch (IOException | Unresponsive e) {
      LOG.warn("cannot note how far the scrub of {} is: {}", volume.root(), e.toString());
    }
  }
}
