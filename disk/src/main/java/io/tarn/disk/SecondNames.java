package io.tarn.disk;

import io.tarn.observe.SystemError;
import io.tarn.store.BlobAt;
import io.tarn.store.BlobId;
import io.tarn.store.BlobLabel;
import io.tarn.store.Receipt;
import io.tarn.store.StoreFailure.Corrupt;
import io.tarn.store.StoreFailure.OutOfSpace;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Makes blobs of the bytes of others: the file gets one more name, and a note beside that (see
/// [ShareNote]). The bytes go with the last of the names, so nobody has to count them.
///
/// The note comes first: a name without it would be a file under another's name. Whatever a crash
/// leaves of the two is named by the blob's `W` row, and deleted like any other blob.
///
/// Where it cannot be done, nothing is left and nobody fails: a file has as many names as it can
/// (65,000 in ext4), the file system knows no second names, the volume takes no writes, the bytes
/// are damaged.
final class SecondNames {
  private static final Logger LOG = LoggerFactory.getLogger(SecondNames.class);

  /// EPERM, EOPNOTSUPP, ENOSYS: of every file here.
  private static final int[] NEVER = {1, 95, 38};

  private final Volume volume;
  private volatile boolean unknown;

  SecondNames(Volume volume) {
    this.volume = volume;
  }

  /// See [io.tarn.store.Blobs#share].
  Optional<Receipt> share(BlobId other, BlobId id, BlobLabel label) {
    if (unknown || !volume.takesShared() || volume.problem() != null) return Optional.empty();
    if (volume.damaged().has(other)) return Optional.empty(); // who reads it finds out
    var attempt = new Attempt(other, id, volume.takesLabels() ? label : BlobLabel.NONE);
    try {
      return volume.calls().make(attempt::make, _ -> attempt.undo());
    } catch (IOException e) {
      var _ = volume.writeFailed(e);
    } catch (Corrupt | OutOfSpace e) {
      LOG.debug("blob {} is not shared", other, e);
    }
    return Optional.empty();
  }

  /// The number of a blob's file if that has other names, too; else 0, and where that is not known.
  long inodeOf(BlobId id) {
    try {
      return volume
          .calls()
          .make(
              () -> {
                Map<String, Object> file =
                    Files.readAttributes(volume.fileOf(id), "unix:ino,nlink");
                boolean shared = file.get("nlink") instanceof Integer names && names > 1;
                return shared && file.get("ino") instanceof Long number ? number : 0L;
              });
    } catch (IOException | UnsupportedOperationException | IllegalArgumentException e) {
      return 0;
    }
  }

  /// One more name of a file. Undone unless all of it is done, and somebody still waits for it.
  private final class Attempt {
    private final BlobId other;
    private final BlobId id;
    private final BlobLabel label;

    Attempt(BlobId other, BlobId id, BlobLabel label) {
      this.other = other;
      this.id = id;
      this.label = label;
    }

    Optional<Receipt> make() throws IOException {
      boolean whole = false;
      try {
        Optional<Receipt> receipt = linked();
        if (receipt.isPresent()) volume.syncShard(id);
        whole = receipt.isPresent();
        return receipt;
      } finally {
        if (!whole) undo();
      }
    }

    private Optional<Receipt> linked() throws IOException {
      BlobId written;
      long length;
      try (BlobFile open = volume.openFile(other)) {
        written = open.written();
        length = open.length();
      } catch (IOException e) {
        volume.readFailed(e);
        return Optional.empty();
      }
      write(new ShareNote(id, written, label).toBytes());
      volume.makeShard(id);
      Path file = volume.fileOf(id);
      Files.move(staged(), ShareNote.beside(file), StandardCopyOption.ATOMIC_MOVE);
      if (!link(file)) return Optional.empty();
      return Optional.of(new Receipt(new BlobAt(id, volume.volumeId()), length));
    }

    private void write(ByteBuffer note) throws IOException {
      try (Space.Promise promise = volume.space().promise(note.remaining());
          FileChannel channel = FileChannel.open(staged(), NEW)) {
        promise.require(note.remaining());
        while (note.hasRemaining()) channel.write(note);
        channel.force(true);
      }
    }

    /// That it cannot be done says nothing about the disk: who then writes the bytes finds out.
    private boolean link(Path file) {
      try {
        Files.createLink(file, volume.fileOf(other));
        return true;
      } catch (UnsupportedOperationException e) {
        never(e);
      } catch (IOException e) {
        if (isForever(e)) {
          never(e);
        } else {
          LOG.info("{} gets no further name: {}", other, e.toString());
        }
      }
      return false;
    }

    private void never(Exception why) {
      unknown = true;
      LOG.warn(
          "{}: files get no second names, so copies move bytes: {}", volume.root(), why.toString());
    }

    private Path staged() {
      return volume.staging().resolve(id.text());
    }

    /// The name before the note.
    private void undo() {
      try {
        Path file = volume.fileOf(id);
        Files.deleteIfExists(file);
        Files.deleteIfExists(ShareNote.beside(file));
        Files.deleteIfExists(staged());
      } catch (IOException e) {
        LOG.warn("what was made of blob {} could not be deleted", id, volume.writeFailed(e));
      }
    }
  }

  private static final Set<StandardOpenOption> NEW =
      Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);

  private static boolean isForever(IOException e) {
    String reason = e instanceof FileSystemException at ? at.getReason() : null;
    if (reason == null) return false;
    for (int number : NEVER) {
      if (reason.contains(SystemError.text(number))) return true;
    }
    return false;
  }
}
