package io.tarn.disk;

import io.tarn.io.Calls;
import io.tarn.io.Closer;
import io.tarn.io.DirectoryCheck;
import io.tarn.io.Fence;
import io.tarn.io.ReadableFile;
import io.tarn.io.Sizes;
import io.tarn.observe.SystemError;
import io.tarn.store.BlobAt;
import io.tarn.store.BlobId;
import io.tarn.store.BlobLabel;
import io.tarn.store.Blobs;
import io.tarn.store.Receipt;
import io.tarn.store.StoreFailure.Corrupt;
import io.tarn.store.StoreFailure.Missing;
import io.tarn.store.StoreFailure.Unavailable;
import io.tarn.store.StoreFailure.Unresponsive;
import io.tarn.store.VolumeId;
import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// One local directory that stores blobs.
///
/// ```text
/// volume.json           format version and identity
/// lock                  locked by the process that uses the volume
/// staging/<blob id>     blobs being written; whatever is here at start is thrown away
/// blobs/<6>/<blob id>   committed blobs, in directories named by the first 6 characters of the id:
///                       17.5 minutes of time, so that writers of one moment share a directory sync
/// blobs/<6>/<blob>.shared   of a blob whose file is that of another, see [ShareNote]
/// damaged/              what was found damaged, see [DamagedBlobs]
/// scrub.json            how far the scrubber is, see [ScrubState]
/// ```
///
/// After a failed write, rename or sync the volume is read-only until a check finds it well (see
/// [Fence]): what the kernel dropped cannot be synced by trying again, but whoever wrote it was
/// told so. A full disk is no such failure, nor are limits of the process.
///
/// Whatever may have to wait for the disk goes through [Calls], so that a disk that does not answer
/// holds nobody but those who need it, and them not for long.
public final class Volume implements Blobs {
  private static final int SHARD = 6;
  private static final int UNLINKED_AT_ONCE = 16;

  private final Path root;
  private final DiskSettings settings;
  private final VolumeFormat format;
  private final FileStore fileStore;
  private final DirectoryLock lock;
  private final DirectorySyncs syncs = new DirectorySyncs();
  private final Optional<StagedFile.Sink.DirectWrites.Alignment> direct;
  private final Set<Path> durableShards = ConcurrentHashMap.newKeySet();
  private final Space space;
  private final DirectoryCheck check;
  private final Fence fence;
  private final DamagedBlobs damaged;
  private final Calls calls;
  private final Closer closer;
  private final Sizes sizes;
  private final SecondNames secondNames;
  private final BlobFile.Home files;
  private final boolean opensCached;

  private Volume(Path root, Claim claim, DiskSettings settings, DirectoryLock lock)
      throws IOException {
    this.root = root;
    this.settings = settings;
    this.lock = lock;
    format = VolumeFormat.take(root, claim);
    fileStore = Files.getFileStore(root);
    space = new Space(root.toString(), settings.reserve().bytes(), fileStore::getUsableSpace);
    SystemError.learn();
    check = new DirectoryCheck(staging(), root.resolve("blobs"));
    String name = "volume " + format.id();
    fence = new Fence(root, name, this::recheck, settings.checkEvery(), settings.readErrors());
    calls = new Calls(name, settings.calls(), fence);
    closer = new Closer(calls);
    sizes = new Sizes(fileStore, calls);
    files = new BlobFile.Home(calls, closer, fence::readFailed);
    opensCached = ReadableFile.opensCached(fileStore);
    damaged = new DamagedBlobs(this);
    secondNames = new SecondNames(this);
    emptyStaging();
    check.checkIsOneFileSystem();
    boolean wanted = settings.directFrom().bytes() > 0;
    direct = wanted ? StagedFile.Sink.DirectWrites.tryIn(staging(), fileStore) : Optional.empty();
  }

  /// What a node takes a directory for: its volume of that id; without an id a volume of its own or
  /// one that is to be made. Nobody's volume becomes its own, if it holds nothing.
  public record Claim(String node, @Nullable String id) {
    /// For a directory that is a volume already, or becomes one.
    public Claim(String node) {
      this(node, null);
    }
  }

  /// Opens the volume in `root`, makes it there if it is claimed without an id and there is none,
  /// and throws away what earlier writes left staged. Fails with [Unavailable] or [Corrupt], saying
  /// what to do; with [Unavailable] also when the disk does not answer in time.
  public static Volume open(Path root, Claim claim, DiskSettings settings) {
    Duration patience = settings.calls().patience();
    try {
      return Bounded.run(root, patience, () -> opened(root, claim, settings), Volume::close);
    } catch (IOException e) {
      throw new Unavailable("cannot open the volume %s: %s".formatted(root, e), e);
    }
  }

  private static Volume opened(Path root, Claim claim, DiskSettings settings) throws IOException {
    Path absolute = root.toAbsolutePath().normalize();
    // First of all: to empty the staging of a volume in use is to break it.
    DirectoryLock lock = DirectoryLock.take(absolute);
    try {
      return new Volume(absolute, claim, settings, lock);
    } catch (IOException | RuntimeException e) {
      lock.close();
      throw e;
    }
  }

  public Path root() {
    return root;
  }

  /// What rows call it.
  public VolumeId volumeId() {
    return VolumeId.of(UUID.fromString(format.id()));
  }

  /// The identity written when the volume was made.
  public String id() {
    return format.id();
  }

  /// The blobs that were found damaged.
  public DamagedBlobs damaged() {
    return damaged;
  }

  /// Why the volume takes no writes any more, or null.
  public @Nullable String problem() {
    return fence.problem();
  }

  /// Fails with [Unresponsive] while the volume does not answer.
  void refuseSilent() {
    fence.refuseSilent();
  }

  /// Finds out now whether the volume can be written to, and takes writes again if so. Fails with
  /// [Unavailable], saying what is wrong.
  public void check() {
    fence.check();
  }

  /// Names that a failed sync left in doubt belong to nobody; directories are synced anew.
  private void recheck() throws IOException {
    calls.check(
        () -> {
          check.run();
          return null;
        });
    syncs.forget();
    durableShards.clear();
  }

  /// Whether calls to the disk do not end, so that it is left alone.
  public boolean isSilent() {
    return fence.isSilent();
  }

  /// Calls to the disk that have begun and not ended.
  public int callsUnderway() {
    return calls.underway() + closer.left();
  }

  /// Calls that did not end in time, and still have not.
  public int callsHung() {
    return calls.hung();
  }

  /// Reads that failed since the volume was opened.
  public long readErrors() {
    return fence.readErrors();
  }

  /// A moment ago; 0 when the disk does not say.
  public long freeBytes() {
    return sizes.free();
  }

  /// A moment ago; 0 when the disk does not say.
  public long totalBytes() {
    return sizes.total();
  }

  /// Writes that found no room, since the volume was opened.
  public long refusals() {
    return space.refusals();
  }

  private void emptyStaging() throws IOException {
    try (Stream<Path> left = Files.list(staging())) {
      for (Path file : (Iterable<Path>) left::iterator) Files.delete(file);
    }
  }

  Path staging() {
    return root.resolve("staging");
  }

  Path shardOf(BlobId id) {
    return root.resolve("blobs").resolve(id.text().substring(0, SHARD));
  }

  Path fileOf(BlobId id) {
    return shardOf(id).resolve(id.text());
  }

  @Override
  public Staged stage(BlobId id, long expectedLength) {
    fence.refuse();
    try {
      return calls.make(
          () -> staged(id, expectedLength),
          late -> {
            if (late != null) late.discard();
          });
    } catch (IOException e) {
      throw writeFailed(e);
    }
  }

  private StagedFile staged(BlobId id, long expectedLength) throws IOException {
    Space.Promise promise = space.promise(expectedLength);
    boolean staged = false;
    try {
      StagedFile.Sink sink = sink(staging().resolve(id.text()), expectedLength);
      staged = true;
      return new StagedFile(this, new BlobAt(id, volumeId()), promise, sink);
    } finally {
      if (!staged) promise.close();
    }
  }

  @Override
  public Optional<Receipt> share(BlobAt other, BlobId id, BlobLabel label) {
    return secondNames.share(other.id(), id, label);
  }

  SecondNames secondNames() {
    return secondNames;
  }

  Calls calls() {
    return calls;
  }

  Space space() {
    return space;
  }

  Closer closer() {
    return closer;
  }

  /// Large blobs, and those that may become large, leave the page cache to what is read.
  private StagedFile.Sink sink(Path path, long expectedLength) throws IOException {
    boolean large = expectedLength < 0 || expectedLength >= settings.directFrom().bytes();
    return large && direct.isPresent()
        ? StagedFile.Sink.direct(path, direct.get())
        : StagedFile.Sink.cached(path);
  }

  /// A full disk passes, and what the process cannot do says nothing about the disk; anything else
  /// keeps writes away from here.
  RuntimeException writeFailed(IOException e) {
    if (SystemError.isFull(e)) return space.refuse(e);
    if (SystemError.isOfProcess(e)) {
      return new Unavailable("cannot write to %s now: %s".formatted(root, e), e);
    }
    fence.writeFailed(e);
    return new Unavailable("writing to %s failed".formatted(root), e);
  }

  /// The blob's file exists, is synced, and now gets its name, durably.
  void publish(Path staged, BlobId id) throws IOException {
    makeShard(id);
    Files.move(staged, fileOf(id), StandardCopyOption.ATOMIC_MOVE);
    syncShard(id);
  }

  /// The directory that a blob's name will be in.
  void makeShard(BlobId id) throws IOException {
    Path shard = shardOf(id);
    if (durableShards.contains(shard)) return;
    Files.createDirectories(shard);
    if (settings.syncDirectories()) syncs.sync(root.resolve("blobs"));
    durableShards.add(shard); // not before: another writer must not count on a name not yet synced
  }

  void syncShard(BlobId id) throws IOException {
    if (settings.syncDirectories()) syncs.sync(shardOf(id));
  }

  @Override
  public boolean holds(BlobAt blob) {
    try {
      return calls.make(() -> Files.exists(fileOf(blob.id())));
    } catch (IOException e) {
      throw new Unavailable("cannot look for blob %s on %s".formatted(blob, root), e);
    }
  }

  boolean takesLabels() {
    return format.features().incompat().contains(VolumeFormat.LABELS);
  }

  boolean takesShared() {
    return format.features().incompat().contains(VolumeFormat.SHARED);
  }

  /// What a blob says of itself: nothing, if it cannot be read.
  public BlobLabel label(BlobId id) {
    try {
      return calls.make(() -> readLabel(id));
    } catch (IOException e) {
      readFailed(e);
      return BlobLabel.NONE;
    }
  }

  /// As [#label], by whoever may wait for the disk.
  BlobLabel readLabel(BlobId id) throws IOException {
    ShareNote note = ShareNote.find(fileOf(id), id, closer);
    if (note != null) return note.label();
    try (ReadableFile file = ReadableFile.open(fileOf(id), closer)) {
      return BlobFile.Footer.read(file, id).label();
    } catch (Corrupt | NoSuchFileException e) {
      return BlobLabel.NONE;
    }
  }

  /// Opens a blob by whoever may wait for the disk.
  BlobFile openFile(BlobId id) throws IOException {
    return BlobFile.open(fileOf(id), id, files);
  }

  /// Does something about files beside the blobs, and waits no longer than for any other call.
  void patiently(Runnable work) {
    try {
      calls.carryOut(work::run);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public BlobFile open(BlobAt blob) {
    BlobId id = blob.id();
    fence.refuseSilent();
    try {
      Path file = fileOf(id);
      BlobFile cached = opensCached ? BlobFile.openCached(file, id, files) : null;
      return cached != null ? cached : calls.make(() -> openFile(id), BlobFile::closeLate);
    } catch (NoSuchFileException e) {
      throw new Missing("blob %s is not on %s".formatted(id, root), e);
    } catch (IOException e) {
      if (SystemError.isOfProcess(e)) {
        throw new Unavailable("cannot open blob %s now: %s".formatted(id, e), e);
      }
      fence.readFailed(e);
      throw new Corrupt("blob %s on %s cannot be read".formatted(id, root), e);
    }
  }

  /// One sync of each shard, also of one in which nothing was left to delete: what a killed process
  /// deleted may not be durable yet. A volume that takes no writes can make nothing durable.
  @Override
  public List<Undeleted> delete(Collection<BlobAt> blobs) {
    var stuck = new ArrayList<Undeleted>();
    blobs.stream()
        .collect(Collectors.groupingBy(blob -> shardOf(blob.id())))
        .forEach((shard, inIt) -> deleteIn(shard, inIt, stuck));
    return stuck;
  }

  private void deleteIn(Path shard, List<BlobAt> blobs, List<Undeleted> stuck) {
    String problem = problem();
    if (problem != null) {
      for (BlobAt blob : blobs) stuck.add(new Undeleted(blob, problem));
      return;
    }
    var unlinked = new ArrayList<BlobAt>(blobs.size());
    try {
      for (int from = 0; from < blobs.size(); from += UNLINKED_AT_ONCE) {
        List<BlobAt> some = blobs.subList(from, Math.min(blobs.size(), from + UNLINKED_AT_ONCE));
        List<Undeleted> left = calls.make(() -> unlink(shard, some));
        stuck.addAll(left);
        Set<BlobAt> there = left.stream().map(Undeleted::blob).collect(Collectors.toSet());
        some.stream().filter(blob -> !there.contains(blob)).forEach(unlinked::add);
      }
      if (settings.syncDirectories()) calls.carryOut(() -> settle(shard));
    } catch (IOException e) {
      String why = String.valueOf(writeFailed(e).getMessage());
      for (BlobAt blob : unlinked) stuck.add(new Undeleted(blob, why));
    } catch (Unresponsive e) {
      // What the disk has done of it by now is not known.
      String why = String.valueOf(e.getMessage());
      Set<BlobAt> told = stuck.stream().map(Undeleted::blob).collect(Collectors.toSet());
      blobs.stream()
          .filter(blob -> !told.contains(blob))
          .forEach(blob -> stuck.add(new Undeleted(blob, why)));
    }
  }

  private static List<Undeleted> unlink(Path shard, List<BlobAt> blobs) {
    var stuck = new ArrayList<Undeleted>();
    for (BlobAt blob : blobs) {
      try {
        Path file = shard.resolve(blob.id().text());
        Files.deleteIfExists(file);
        Files.deleteIfExists(ShareNote.beside(file)); // last: without it the file is another blob's
      } catch (IOException e) {
        stuck.add(new Undeleted(blob, "cannot delete %s: %s".formatted(blob, e)));
      }
    }
    return stuck;
  }

  private void settle(Path shard) throws IOException {
    try {
      syncs.sync(shard);
    } catch (NoSuchFileException e) {
      // Nothing is in it; that it is gone may not be durable either.
      syncs.sync(root.resolve("blobs"));
    }
  }

  @Override
  public List<BlobId> list(String after, int limit) {
    return list(after, limit, BlobNames.ONLY_BLOBS);
  }

  List<BlobId> list(String after, int limit, BlobNames.Met met) {
    try {
      return names().after(after, limit, met);
    } catch (IOException e) {
      throw listingFailed(e);
    }
  }

  BlobNames.Place placeOf(String name) {
    try {
      return names().placeOf(name);
    } catch (IOException e) {
      throw listingFailed(e);
    }
  }

  private BlobNames names() {
    return new BlobNames(root.resolve("blobs"), SHARD, calls);
  }

  private Unavailable listingFailed(IOException e) {
    readFailed(e);
    return new Unavailable("cannot list %s: %s".formatted(root, e), e);
  }

  void readFailed(IOException e) {
    if (!SystemError.isOfProcess(e)) fence.readFailed(e);
  }

  /// Of a disk that does not answer files and lock are left to the end of the process.
  @Override
  public void close() {
    fence.close();
    closer.add(lock::close);
    if (!fence.isSilent()) closer.end();
  }
}
