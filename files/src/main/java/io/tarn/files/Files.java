package io.tarn.files;

import io.tarn.bytes.ChecksumAlgorithm;
import io.tarn.files.FileLocks.Taken;
import io.tarn.store.Conditions;
import io.tarn.store.Incoming;
import io.tarn.store.ObjectHead;
import io.tarn.store.ObjectStore;
import io.tarn.store.OpenObject;
import io.tarn.store.PayloadIncoming;
import io.tarn.store.Span;
import io.tarn.store.StoreFailure;
import io.tarn.store.Wanted;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What may happen to a file. It is put under an id, as often as somebody likes, but never for less
/// than was promised before; and once deleted it stays so.
///
/// A file of level 0 is one write of this node's store, which decides by itself what it may
/// replace. One of level 1 or 2 takes four steps, under the lock of the file: staged here, put at
/// the origin, made the file here, acknowledged. What breaks off in between is settled afterwards
/// ([Settling]): the origin is asked whether it has it.
final class Files {
  private static final Logger LOG = LoggerFactory.getLogger(Files.class);
  private static final int ATTEMPTS = 10;

  private final LocalFiles local;
  private final @Nullable OriginFiles far;
  private final FileLocks locks;
  private final FileClock clock;
  private final FileIds ids;
  private final Settling settling;

  Files(
      LocalFiles local,
      @Nullable OriginFiles far,
      FileLocks locks,
      FileClock clock,
      FileIds ids,
      Settling settling) {
    this.local = local;
    this.far = far;
    this.locks = locks;
    this.clock = clock;
    this.ids = ids;
    this.settling = settling;
  }

  /// A file to put.
  record Offer(FileId id, FileMeta.Said said, FileLevel level) {}

  /// A file that was opened, and whether it was fetched for that. The caller closes `open`.
  record Opened(FileMeta meta, OpenObject open, boolean fetched) {}

  /// A file that was measured.
  record Seen(FileMeta meta, ObjectStore.Measured measured, boolean fetched) {}

  FileId newId() {
    return ids.next();
  }

  /// What is known of it here, also of one that was deleted.
  FileMeta meta(FileId id) {
    return local.find(id).orElseThrow(FileFailure::unknown);
  }

  LocalFiles.Page page(String after, int limit) {
    return local.page(after, limit);
  }

  /// Reads the body to its end and makes it the file.
  FileMeta put(Offer offer, Incoming body) {
    OriginFiles origin = offer.level == FileLevel.LOCAL ? null : origin(offer.level);
    FileMeta meta = over(local.find(offer.id), offer);
    if (meta.metadataBytes() > FileMeta.MOST_METADATA) {
      throw FileFailure.invalid(
          "Name and user metadata are longer than %d bytes together, as they are kept."
              .formatted(FileMeta.MOST_METADATA));
    }
    if (origin != null) return putThere(origin, meta, body);
    try {
      return local.write(meta, body);
    } catch (StoreFailure.NotPermitted _) {
      throw refused(meta);
    }
  }

  /// The file as it would be, behind what is there.
  private FileMeta over(Optional<FileMeta> there, Offer offer) {
    var meta =
        new FileMeta(
            offer.id,
            offer.said,
            FileMeta.UNKNOWN,
            clock.after(there.map(FileMeta::timestamp).orElse(0L)),
            offer.level,
            false);
    if (there.isPresent() && !meta.mayReplace(there.get())) throw refused(meta, there.get());
    return meta;
  }

  private FileFailure refused(FileMeta meta) {
    return local
        .find(meta.id())
        .map(there -> refused(meta, there))
        .orElseGet(() -> FileFailure.busy("The file changed meanwhile; try again."));
  }

  private static FileFailure refused(FileMeta meta, FileMeta there) {
    if (there.deleted()) {
      return FileFailure.conflict("The file was deleted; an id is not used again.", there);
    }
    if (there.level().compareTo(meta.level()) > 0) {
      return FileFailure.conflict(
          "The file is at level %d, which is never lowered.".formatted(there.level().number()),
          there);
    }
    return FileFailure.conflict("Another request put this file meanwhile.", there);
  }

  private OriginFiles origin(FileLevel level) {
    if (far == null) {
      throw new FileFailure(
          501,
          "Level %d needs an origin, and this server has none; files.origin names one."
              .formatted(level.number()));
    }
    return far;
  }

  private FileMeta putThere(OriginFiles origin, FileMeta meta, Incoming body) {
    settling.requireRoom();
    FileId name = ids.next();
    FileMeta staged = local.stage(name, meta, body);
    boolean known = true; // whether it came to the origin: not yet
    try (Taken _ = locks.take(meta.id())) {
      Optional<FileMeta> there = local.find(meta.id());
      if (there.isPresent() && !staged.mayReplace(there.get())) throw refused(staged, there.get());
      send(origin, staged, name);
      known = false;
      local.install(name, staged);
      known = true;
    } catch (StoreFailure.Indeterminate e) {
      known = false;
      throw e;
    } catch (StoreFailure.NotPermitted _) {
      known = true;
      throw refused(staged);
    } finally {
      leave(name, known);
    }
    return staged;
  }

  /// What is staged goes, or is settled: also where it could not be made to go.
  private void leave(FileId name, boolean known) {
    try {
      if (known) local.dropStaged(name);
    } catch (StoreFailure e) {
      LOG.warn("a file that was staged stays until it is settled: {}", e.getMessage());
      settling.add(name);
    }
    if (!known) settling.add(name);
  }

  private void send(OriginFiles origin, FileMeta meta, FileId staged) {
    try (OpenObject open = local.openStaged(staged)) {
      origin.put(meta, again(open));
    }
  }

  /// Promises more of a file that is here.
  FileMeta raise(FileId id, FileLevel level) {
    OriginFiles origin = level == FileLevel.LOCAL ? null : origin(level);
    try (Taken _ = locks.take(id)) {
      FileMeta there = meta(id);
      if (there.deleted()) throw FileFailure.deleted(there);
      FileMeta raised = there.at(level, clock.after(there.timestamp()));
      if (there.level().compareTo(level) > 0) throw refused(raised, there);
      if (there.level() == level || origin == null) return there;
      try (OpenObject open =
          local.open(id, Conditions.NONE, Wanted.of(new Span.Whole(), Set.of()))) {
        if (FileMeta.of(id, open.head()).timestamp() != there.timestamp()) {
          throw refused(there); // the lock does not keep out what is one step
        }
        origin.put(raised, again(open));
      }
      local.describe(raised, there);
      return raised;
    } catch (StoreFailure.NotPermitted _) {
      throw FileFailure.conflict("Another request changed this file meanwhile.", meta(id));
    }
  }

  /// Deletes a file; deleting it again says the same. What is at the origin stays there.
  FileMeta delete(FileId id) {
    try (Taken _ = locks.take(id)) {
      for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
        FileMeta there = meta(id);
        if (there.deleted()) return there;
        FileMeta deleted = there.deletedAt(clock.after(there.timestamp()));
        try {
          local.bury(deleted);
          return deleted;
        } catch (StoreFailure.NotPermitted _) {
          // Put anew in between.
        }
      }
    }
    throw FileFailure.busy("The file is put faster than it can be deleted; try again.");
  }

  /// Opens a file that is here; with `fetch`, one that is not is fetched first.
  Opened open(FileId id, Conditions conditions, Wanted wanted, boolean fetch) {
    try {
      return opened(id, conditions, wanted, false);
    } catch (StoreFailure.NoSuchKey _) {
      if (!fetch) throw FileFailure.unknown();
      fetch(id);
      return opened(id, conditions, wanted, true);
    }
  }

  private Opened opened(FileId id, Conditions conditions, Wanted wanted, boolean fetched) {
    try {
      OpenObject open = local.open(id, conditions, wanted);
      return new Opened(FileMeta.of(id, open.head()), open, fetched);
    } catch (StoreFailure.NotPermitted _) {
      throw FileFailure.deleted(meta(id));
    }
  }

  /// What [#open] would give; fetches nothing.
  Seen measure(FileId id, Conditions conditions, Wanted wanted, boolean fetch) {
    try {
      ObjectStore.Measured here = local.measure(id, conditions, wanted);
      return new Seen(FileMeta.of(id, here.head()), here, false);
    } catch (StoreFailure.NotPermitted _) {
      throw FileFailure.deleted(meta(id));
    } catch (StoreFailure.NoSuchKey _) {
      if (!fetch || far == null) throw FileFailure.unknown();
      return far.measure(id, conditions, wanted)
          .map(there -> new Seen(OriginFiles.meta(id, there.head()), there, true))
          .orElseThrow(FileFailure::unknown);
    }
  }

  /// The bytes on their way to another place.
  private static PayloadIncoming again(OpenObject open) {
    @Nullable ChecksumAlgorithm none = null;
    return new PayloadIncoming(open.payload(), none);
  }

  /// For as many as ask at once, one does it.
  private void fetch(FileId id) {
    if (far == null) throw FileFailure.unknown();
    try (Taken _ = locks.take(id)) {
      if (local.find(id).isPresent()) return;
      try (OpenObject open = far.open(id).orElseThrow(FileFailure::unknown)) {
        ObjectHead head = open.head();
        FileMeta _ = local.writeNew(OriginFiles.meta(id, head), again(open));
      }
    } catch (StoreFailure.NotPermitted _) {
      // Put meanwhile: then that is the file.
    }
  }
}
