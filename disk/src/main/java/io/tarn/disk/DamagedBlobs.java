package io.tarn.disk;

import io.tarn.bytes.DurableFile;
import io.tarn.bytes.FlatJson;
import io.tarn.store.BelongsTo;
import io.tarn.store.BlobId;
import io.tarn.store.StoreFailure.Unresponsive;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The blobs of a volume that were found damaged, and what there is of them, set aside for whoever
/// wants to look at it or to save what can be saved:
///
/// ```text
/// damaged/<blob>.json   what it belongs to, what is wrong, when that was found
/// damaged/<blob>        a second name of the blob's file
/// ```
///
/// The blob stays where it is: what can be read of it still is, and the rest is the same failure as
/// before. When its object is deleted, the first name goes and the second one stays. Only a person
/// removes it; but when a later round finds the blob whole, and no other file was put in its place,
/// both of them go.
///
/// The note is durable before the second name is made; a crash in between leaves a blob that is
/// listed and found again by the next round. At most [#MOST] are set aside: what is found beyond
/// that is counted, and logged. Thread-safe; [#list] waits for no disk, and who changes the list
/// does so within the patience that there is for the disk (see [Calls]).
public final class DamagedBlobs {
  /// Most that are set aside, and listed.
  public static final int MOST = 1000;

  private static final Logger LOG = LoggerFactory.getLogger(DamagedBlobs.class);
  private static final String NOTE = ".json";
  private static final int FORMAT = 1;

  private final Path directory;
  private final Volume volume;
  private final Map<BlobId, Entry> entries = new LinkedHashMap<>();
  private final Set<BlobId> unnoted = new HashSet<>();
  private volatile List<Entry> list = List.of();

  /// What became of a damaged blob.
  public enum State {
    /// It is where it was, and cannot be read as a whole.
    DAMAGED,
    /// Its object is gone; what is set aside is all there is.
    DELETED,
    /// Another file has been put in its place.
    REPLACED
  }

  /// One of them. `bytes`: of its file.
  public record Entry(
      BlobId blob, BelongsTo owner, String problem, Instant found, State state, long bytes) {
    Entry with(String problem) {
      return new Entry(blob, owner, problem, found, state, bytes);
    }

    Entry with(BelongsTo owner) {
      return new Entry(blob, owner, problem, found, state, bytes);
    }

    Entry with(State state, long bytes) {
      return new Entry(blob, owner, problem, found, state, bytes);
    }
  }

  DamagedBlobs(Volume volume) {
    this.volume = volume;
    this.directory = volume.root().resolve("damaged");
    refresh();
  }

  public Path directory() {
    return directory;
  }

  /// What was found, the first first; as of the last look at the disk.
  public List<Entry> list() {
    return list;
  }

  /// How many are damaged where they are.
  public long count() {
    return list.stream().filter(each -> each.state() == State.DAMAGED).count();
  }

  /// Lists a blob, and sets it aside. What is in the way of that is logged: the next round tries
  /// again.
  synchronized void add(BlobId blob, String problem, Instant now) {
    Entry known = entries.get(blob);
    if (known == null && entries.size() >= MOST) return;
    Entry entry =
        known != null
            ? known.with(problem)
            : new Entry(blob, ownerOf(blob), problem, now, State.DAMAGED, 0);
    entries.put(blob, entry);
    try {
      if (!entry.equals(known) || unnoted.contains(blob)) note(entry);
      setAside(blob);
      look(blob);
    } catch (IOException e) {
      LOG.error("cannot set aside blob {} of {}: {}", blob, volume.root(), e.toString());
    }
    publish();
  }

  private BelongsTo ownerOf(BlobId blob) {
    try {
      return volume.readLabel(blob).owner();
    } catch (IOException e) {
      volume.readFailed(e);
      return BelongsTo.UNKNOWN;
    }
  }

  private void note(Entry entry) throws IOException {
    unnoted.add(entry.blob());
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("format", FORMAT);
    fields.put("found", entry.found().toString());
    fields.put("problem", entry.problem());
    fields.putAll(entry.owner().fields());
    new DurableFile(noteOf(entry.blob()), DurableFile.Readers.AS_USUAL)
        .write(FlatJson.write(fields));
    unnoted.remove(entry.blob());
  }

  private void setAside(BlobId blob) throws IOException {
    try {
      Files.createLink(copyOf(blob), volume.fileOf(blob));
      DurableFile.sync(directory);
    } catch (FileAlreadyExistsException e) {
      LOG.debug("blob {} is set aside already", blob);
    } catch (NoSuchFileException e) {
      LOG.debug("blob {} was deleted meanwhile", blob);
    } catch (UnsupportedOperationException e) {
      throw new IOException("the file system gives no file a second name", e);
    }
  }

  private Path noteOf(BlobId blob) {
    return directory.resolve(blob.text() + NOTE);
  }

  private Path copyOf(BlobId blob) {
    return directory.resolve(blob.text());
  }

  /// Whether the blob is listed.
  boolean has(BlobId blob) {
    return list.stream().anyMatch(each -> each.blob().equals(blob));
  }

  /// A blob was read and is whole: if it was listed, it is no more.
  synchronized void passed(BlobId blob) {
    if (!entries.containsKey(blob)) return;
    Path copy = copyOf(blob);
    try {
      if (Files.exists(copy) && !Files.isSameFile(copy, volume.fileOf(blob))) return;
      Files.deleteIfExists(copy);
      forget(blob);
      LOG.info("blob {} of {} is whole again", blob, volume.root());
    } catch (NoSuchFileException e) {
      LOG.debug("blob {} was deleted meanwhile", blob);
    } catch (IOException e) {
      LOG.warn("cannot take blob {} off the list of damage: {}", blob, e.toString());
    }
    publish();
  }

  private void forget(BlobId blob) throws IOException {
    if (Files.deleteIfExists(noteOf(blob))) DurableFile.sync(directory);
    entries.remove(blob);
    unnoted.remove(blob);
  }

  /// Those of which it is not known what they belong to.
  public Set<BlobId> unnamed() {
    var unnamed = new HashSet<BlobId>();
    for (Entry entry : list) {
      if (entry.state() == State.DAMAGED && entry.owner().version().isEmpty()) {
        unnamed.add(entry.blob());
      }
    }
    return unnamed;
  }

  /// Notes what blobs belong to.
  public void name(Map<BlobId, BelongsTo> owners) {
    try {
      volume.patiently(() -> noteNames(owners));
    } catch (Unresponsive e) {
      LOG.warn("cannot note what damaged blobs belong to: {}", e.getMessage());
    }
  }

  private synchronized void noteNames(Map<BlobId, BelongsTo> owners) {
    owners.forEach(
        (blob, owner) -> {
          Entry known = entries.get(blob);
          if (known == null || known.owner().equals(owner)) return;
          entries.put(blob, known.with(owner));
          try {
            note(known.with(owner));
          } catch (IOException e) {
            LOG.warn("cannot note what blob {} belongs to: {}", blob, e.toString());
          }
        });
    publish();
  }

  /// Looks what is there now: people remove what they have seen, and objects are deleted.
  public synchronized void refresh() {
    try {
      Set<BlobId> noted = noted();
      entries.keySet().removeIf(blob -> !noted.contains(blob) && !unnoted.contains(blob));
      for (BlobId blob : noted) {
        if (!entries.containsKey(blob) && entries.size() < MOST) entries.put(blob, read(blob));
      }
      for (BlobId blob : Set.copyOf(entries.keySet())) look(blob);
    } catch (IOException e) {
      LOG.warn("cannot see what {} has set aside: {}", volume.root(), e.toString());
    }
    publish();
  }

  private Set<BlobId> noted() throws IOException {
    var noted = new HashSet<BlobId>();
    try (DirectoryStream<Path> files = Files.newDirectoryStream(directory, "*" + NOTE)) {
      for (Path file : files) {
        String name = file.getFileName().toString();
        String blob = name.substring(0, name.length() - NOTE.length());
        if (BlobId.isName(blob)) noted.add(new BlobId(blob));
      }
    } catch (NoSuchFileException e) {
      return noted;
    } catch (DirectoryIteratorException e) {
      throw e.getCause();
    }
    return noted;
  }

  private Entry read(BlobId blob) throws IOException {
    Path file = noteOf(blob);
    try {
      Map<String, String> fields = FlatJson.read(Files.readString(file));
      if (fields == null) throw new IllegalArgumentException("it is not what Tarn wrote");
      BelongsTo owner = BelongsTo.of(fields);
      Instant found = Instant.parse(fields.getOrDefault("found", ""));
      return new Entry(blob, owner, fields.getOrDefault("problem", ""), found, State.DAMAGED, 0);
    } catch (IllegalArgumentException | DateTimeException e) {
      LOG.warn("{} cannot be read: {}", file, e.toString());
      Instant found = Files.getLastModifiedTime(file).toInstant();
      return new Entry(blob, BelongsTo.UNKNOWN, "its note is lost", found, State.DAMAGED, 0);
    }
  }

  /// Whether the blob is still in its place. One that is nowhere any more is off the list.
  private void look(BlobId blob) throws IOException {
    Entry entry = entries.get(blob);
    if (entry == null) return;
    Path copy = copyOf(blob);
    Path original = volume.fileOf(blob);
    boolean aside = Files.exists(copy);
    boolean inPlace = Files.exists(original);
    if (!aside && !inPlace) {
      forget(blob);
      return;
    }
    State state =
        !inPlace
            ? State.DELETED
            : !aside || Files.isSameFile(copy, original) ? State.DAMAGED : State.REPLACED;
    entries.put(blob, entry.with(state, Files.size(aside ? copy : original)));
  }

  private void publish() {
    list = entries.values().stream().sorted(Comparator.comparing(Entry::found)).toList();
  }
}
