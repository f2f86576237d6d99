package io.tarn.bytes;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// A small file of text that a node cannot start without. It is written whole: after a power cut at
/// any moment there is the old file or the new one, and once [#write] has returned, the new one.
public record DurableFile(Path path, Readers readers) {
  private static final Set<PosixFilePermission> OWNER_ONLY =
      PosixFilePermissions.fromString("rw-------");

  /// Who may read the file.
  public enum Readers {
    /// Whoever the umask lets.
    AS_USUAL,
    /// For secrets. Nobody else can read it, at no moment.
    OWNER
  }

  public DurableFile {
    path = path.toAbsolutePath();
    if (path.getParent() == null) throw new IllegalArgumentException(path + " is in no directory");
  }

  /// Makes the directory, if need be. After a failure the old file is still there.
  public void write(String text) throws IOException {
    Path directory = directory();
    Files.createDirectories(directory);
    Path fresh = path.resolveSibling(path.getFileName() + ".new");
    Files.deleteIfExists(fresh); // one that an earlier attempt left may be anybody's to read
    var create = Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    try (FileChannel channel = FileChannel.open(fresh, create, attributes())) {
      ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
      while (bytes.hasRemaining()) channel.write(bytes);
      channel.force(true);
    }
    Files.move(fresh, path, StandardCopyOption.ATOMIC_MOVE);
    sync(directory);
    syncAbove(directory);
  }

  /// The text, which outlives the next power cut when this returns: an earlier process may have
  /// ended between the renaming and the sync of the directory. (Had that sync failed, the file
  /// system had given up.) Empty when there is no such file; what cannot be looked at fails.
  public Optional<String> read() throws IOException {
    if (!isThere(path)) return Optional.empty();
    String text = Files.readString(path);
    sync(path);
    sync(directory());
    return Optional.of(text);
  }

  /// Whether there is something of that name. What is not known is a failure: a directory that may
  /// not be looked into, a link to a disk that is not mounted.
  public static boolean isThere(Path path) throws IOException {
    try {
      Files.readAttributes(path, BasicFileAttributes.class);
      return true;
    } catch (NoSuchFileException e) {
      for (@Nullable Path at = path.toAbsolutePath(); at != null; at = at.getParent()) {
        if (Files.isSymbolicLink(at) && Files.notExists(at)) {
          throw new FileSystemException(
              path.toString(), at.toString(), "it is a link to something that is not there");
        }
      }
      return false;
    }
  }

  private Path directory() {
    Path directory = path.getParent();
    if (directory == null) throw new IllegalStateException(path + " is in no directory");
    return directory;
  }

  private FileAttribute<?>[] attributes() {
    return switch (readers) {
      case AS_USUAL -> new FileAttribute<?>[0];
      case OWNER -> new FileAttribute<?>[] {PosixFilePermissions.asFileAttribute(OWNER_ONLY)};
    };
  }

  /// Takes the file from readers that it should not have, durably; true when there were some.
  public boolean tighten() throws IOException {
    if (readers != Readers.OWNER) return false;
    if (OWNER_ONLY.containsAll(Files.getPosixFilePermissions(path))) return false;
    Files.setPosixFilePermissions(path, OWNER_ONLY);
    sync(path);
    return true;
  }

  /// A new directory is durable in its parent, and that one perhaps in its own.
  private static void syncAbove(Path directory) throws IOException {
    for (@Nullable Path at = directory.getParent(); at != null; at = at.getParent()) {
      try {
        sync(at);
      } catch (AccessDeniedException e) {
        return; // above what this user may read nothing was made by this user
      }
    }
  }

  /// Makes the names in a directory durable.
  public static void sync(Path directory) throws IOException {
    try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }
}
