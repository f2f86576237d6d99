package io.tarn.disk;

import io.tarn.io.Calls;
import io.tarn.io.DirectoryCheck;
import io.tarn.store.BlobId;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.concurrent.atomic.AtomicBoolean;

/// The names of the blobs of a volume, in order, some at a time. A directory may have millions of
/// them: each call reads it through once, keeping no more names than are wanted, so whoever goes
/// through all of a volume asks for many at once.
final class BlobNames {
  /// Passes by what is no blob. A directory that cannot be read is a failure.
  static final Met ONLY_BLOBS =
      new Met() {
        @Override
        public void foreign(Path file) {}

        @Override
        public void reserved(Path file) {}

        @Override
        public void unreadable(Path directory, IOException why) throws IOException {
          throw why;
        }
      };

  private final Path blobs;
  private final int prefix;
  private final Calls calls;

  /// Is told of what is met besides blobs.
  interface Met {
    /// A file that is no blob, or a blob's file in the directory of others. Told once by whoever
    /// goes through a volume from its beginning.
    void foreign(Path file);

    /// A file with a [ReservedName]. Told once, as above.
    void reserved(Path file);

    /// Its names are passed by when this returns.
    void unreadable(Path directory, IOException why) throws IOException;
  }

  private interface Visitor {
    void visit(String name);
  }

  /// `prefix` is how many characters of a name are its directory's. Reading a directory is one of
  /// `calls`.
  BlobNames(Path blobs, int prefix, Calls calls) {
    this.blobs = blobs;
    this.prefix = prefix;
    this.calls = calls;
  }

  /// At most `limit` names behind `after`, in order.
  List<BlobId> after(String after, int limit, Met met) throws IOException {
    var found = new ArrayList<BlobId>();
    String first = after.substring(0, Math.min(prefix, after.length()));
    for (String shard : shards(after.isEmpty() ? met : ONLY_BLOBS)) {
      if (found.size() >= limit) break;
      if (shard.compareTo(first) < 0) continue;
      Path directory = blobs.resolve(shard);
      try {
        Met inShard = after.startsWith(shard) ? ONLY_BLOBS : met;
        for (String name : smallest(directory, after, limit - found.size(), inShard)) {
          found.add(new BlobId(name));
        }
      } catch (NoSuchFileException _) {
        // It was empty, and is gone.
      } catch (IOException e) {
        met.unreadable(directory, e);
      }
    }
    return found;
  }

  /// The directories, one for each 17.5 minutes in which a blob was written.
  private List<String> shards(Met met) throws IOException {
    var shards = new ArrayList<String>();
    visit(
        blobs,
        name -> {
          if (name.length() == prefix && BlobId.isInAlphabet(name)) {
            shards.add(name);
          } else if (!name.equals(DirectoryCheck.FOUND)) {
            met.foreign(blobs.resolve(name));
          }
        });
    shards.sort(Comparator.naturalOrder());
    return shards;
  }

  private List<String> smallest(Path directory, String after, int count, Met met)
      throws IOException {
    String shard = directory.getFileName().toString();
    var kept = new PriorityQueue<String>(Comparator.reverseOrder());
    visit(
        directory,
        name -> {
          if (!name.startsWith(shard) || !BlobId.isName(name)) {
            if (ReservedName.is(name)) {
              met.reserved(directory.resolve(name));
            } else if (!name.startsWith(shard) || !ShareNote.isName(name)) {
              met.foreign(directory.resolve(name));
            }
            return;
          }
          if (name.compareTo(after) <= 0) return;
          if (kept.size() == count && name.compareTo(kept.element()) >= 0) return;
          if (kept.size() == count) kept.remove();
          kept.add(name);
        });
    String[] names = kept.toArray(String[]::new);
    Arrays.sort(names);
    return List.of(names);
  }

  private void visit(Path directory, Visitor visitor) throws IOException {
    var over = new AtomicBoolean();
    try {
      int _ = calls.make(() -> visit(directory, visitor, over));
    } finally {
      over.set(true); // a call that nobody waits for any more tells nobody anything
    }
  }

  private static int visit(Path directory, Visitor visitor, AtomicBoolean over) throws IOException {
    int count = 0;
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory)) {
      for (Path entry : entries) {
        if (over.get()) break;
        visitor.visit(entry.getFileName().toString());
        count++;
      }
    } catch (DirectoryIteratorException e) {
      throw e.getCause();
    }
    return count;
  }

  /// How many directories come before the one with this name, and how many there are.
  record Place(int passed, int shards) {
    static final Place NOWHERE = new Place(0, 0);
  }

  Place placeOf(String name) throws IOException {
    List<String> shards = shards(ONLY_BLOBS);
    String shard = name.substring(0, Math.min(prefix, name.length()));
    long passed = shards.stream().filter(each -> each.compareTo(shard) < 0).count();
    return new Place((int) passed, shards.size());
  }
}
