package io.tarn.node;

import io.tarn.bytes.DurableFile;
import io.tarn.disk.DirectoryLock;
import io.tarn.meta.MetaStore;
import io.tarn.store.StoreFailure.Corrupt;
import io.tarn.store.StoreFailure.Unavailable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.FileStore;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/// A copy of a node's metadata as it was at one moment, in a directory of its own:
///
/// ```text
/// backup.json    format, whose it is, and every other file with its length and CRC32C; written
///                last: a directory without it is no backup
/// node.json      the metadata directory's files
/// master.key     only if it is there
/// db/            the metadata store, such that it can be opened
/// ```
///
/// It holds the secrets the metadata directory holds, and is made for its owner only.
record MetadataBackup(Path directory, Index index) {
  static final String NAME = "backup.json";
  private static final int FORMAT = 1;
  private static final String MASTER_KEY = "master.key";

  /// A target with this file is one that a restore has begun to fill.
  static final String BEGUN = NodeState.NAME + ".restored";

  /// What a target may hold and still count as empty.
  private static final Set<String> NOTHING = Set.of("lock", "lost+found");

  /// The file `backup.json`.
  record Index(int format, String node, Instant made, long sequence, List<Copied> files) {
    Index {
      files = List.copyOf(files);
    }

    long bytes() {
      return files.stream().mapToLong(Copied::bytes).sum();
    }
  }

  /// A file of the backup; its path is relative.
  record Copied(String path, long bytes, String crc32c) {}

  /// Copies what is in a metadata directory while a server runs on it. Durable when it returns; a
  /// backup that fails leaves nothing.
  static MetadataBackup make(
      Path metadata, MetaStore meta, String node, Path directory, Instant now) throws IOException {
    Path to = directory.toAbsolutePath().normalize();
    makeOwn(to);
    try {
      long sequence = MetaStore.await(meta.backup(to.resolve("db")));
      copyText(metadata, to, NodeState.NAME);
      if (DurableFile.isThere(metadata.resolve(MASTER_KEY))) copyText(metadata, to, MASTER_KEY);
      List<Copied> files = new ArrayList<>();
      for (Path file : filesIn(to)) {
        // What RocksDB copied it has synced; that it has is not worth trusting.
        DurableFile.sync(file);
        files.add(copied(to, file));
      }
      syncDirectories(to);
      var index = new Index(FORMAT, node, now, sequence, files);
      new DurableFile(to.resolve(NAME), DurableFile.Readers.OWNER)
          .write(StateJson.STRICT.writeValueAsString(index) + "\n");
      return new MetadataBackup(to, index);
    } catch (IOException | RuntimeException e) {
      delete(to);
      throw e;
    }
  }

  /// Makes it, for its owner only, or takes it empty.
  private static void makeOwn(Path directory) throws IOException {
    Path parent = directory.getParent();
    if (parent != null) Files.createDirectories(parent);
    var ownerOnly = PosixFilePermissions.fromString("rwx------");
    if (!Files.isDirectory(directory)) {
      Files.createDirectory(directory, PosixFilePermissions.asFileAttribute(ownerOnly));
    }
    try (Stream<Path> there = Files.list(directory)) {
      if (there.findAny().isPresent()) {
        throw new Unavailable(
            "%s is not empty; a backup needs a directory of its own".formatted(directory), null);
      }
    }
    Files.setPosixFilePermissions(directory, ownerOnly);
  }

  private static void copyText(Path from, Path to, String name) throws IOException {
    new DurableFile(to.resolve(name), DurableFile.Readers.OWNER)
        .write(Files.readString(from.resolve(name)));
  }

  private static Copied copied(Path root, Path file) throws IOException {
    var crc = new CRC32C();
    long bytes = 0;
    byte[] buffer = new byte[1 << 16];
    try (InputStream in = Files.newInputStream(file)) {
      for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
        crc.update(buffer, 0, count);
        bytes += count;
      }
    }
    return new Copied(root.relativize(file).toString(), bytes, text(crc));
  }

  private static String text(CRC32C crc) {
    return HexFormat.of().toHexDigits((int) crc.getValue());
  }

  private static List<Path> filesIn(Path directory) throws IOException {
    try (Stream<Path> all = Files.walk(directory)) {
      return all.filter(path -> !Files.isDirectory(path)).sorted().toList();
    }
  }

  private static void syncDirectories(Path directory) throws IOException {
    try (Stream<Path> all = Files.walk(directory)) {
      for (Path each : (Iterable<Path>) all.filter(Files::isDirectory)::iterator) {
        DurableFile.sync(each);
      }
    }
  }

  static void delete(Path directory) throws IOException {
    // First what makes it a backup: half of one must not look whole.
    Files.deleteIfExists(directory.resolve(NAME));
    remove(directory);
  }

  private static void remove(Path tree) throws IOException {
    Files.walkFileTree(
        tree,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            Files.delete(file);
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult postVisitDirectory(Path emptied, @Nullable IOException failure)
              throws IOException {
            if (failure != null) throw failure;
            Files.delete(emptied);
            return FileVisitResult.CONTINUE;
          }
        });
  }

  /// The backup in a directory; its files are not looked at. Fails with [Corrupt] where there is
  /// none that this program can read.
  static MetadataBackup in(Path directory) throws IOException {
    Path file = directory.resolve(NAME);
    try {
      JsonNode tree = StateJson.STRICT.readTree(Files.readString(file));
      int format = tree.path("format").asInt(0);
      if (format != FORMAT) {
        throw new Corrupt(
            "%s has format %d and this Tarn knows format %d; use a Tarn that knows it"
                .formatted(file, format, FORMAT),
            null);
      }
      return new MetadataBackup(directory, StateJson.STRICT.treeToValue(tree, Index.class));
    } catch (NoSuchFileException e) {
      throw new Corrupt(
          "%s is no backup, or one that was not finished: it has no %s".formatted(directory, NAME),
          e);
    } catch (JacksonException | IllegalArgumentException e) {
      throw new Corrupt("%s is not what Tarn wrote; use another backup".formatted(file), e);
    }
  }

  /// What is wrong with the files, a line each; reads all of them.
  List<String> problems() throws IOException {
    Map<String, Copied> expected = new HashMap<>();
    for (Copied each : index.files) expected.put(each.path, each);
    List<String> problems = new ArrayList<>();
    for (Path file : filesIn(directory)) {
      if (file.equals(directory.resolve(NAME))) continue;
      Copied is = copied(directory, file);
      Copied was = expected.remove(is.path);
      if (was == null) {
        problems.add(is.path + " does not belong to the backup");
      } else if (was.bytes != is.bytes) {
        problems.add("%s has %d bytes and had %d".formatted(is.path, is.bytes, was.bytes));
      } else if (!was.equals(is)) {
        problems.add(is.path + " does not match its checksum");
      }
    }
    for (String gone : expected.keySet()) problems.add(gone + " is missing");
    for (String name : List.of(NodeState.NAME, "db/db/CURRENT")) {
      if (index.files.stream().noneMatch(each -> each.path.equals(name))) {
        problems.add("it never had " + name);
      }
    }
    return problems;
  }

  /// Makes an empty directory, or one that an interrupted restore left, the metadata directory of
  /// the node as it was. Until all is there it has no `node.json`, and no server starts on it.
  void restore(Path directory) throws IOException {
    Path target = directory.toAbsolutePath().normalize();
    List<String> problems = problems();
    if (!problems.isEmpty()) {
      throw new Corrupt(
          "the backup is damaged; nothing was changed: " + String.join("; ", problems), null);
    }
    if (!Files.isDirectory(target)) makeOwn(target);
    try (DirectoryLock _ = DirectoryLock.take(target)) {
      takeEmpty(target);
      put(NodeState.NAME, target.resolve(BEGUN));
      DurableFile.sync(target);
      for (Copied each : index.files) {
        if (!each.path.equals(NodeState.NAME)) put(each, target.resolve(each.path));
      }
      syncDirectories(target);
      Files.move(
          target.resolve(BEGUN), target.resolve(NodeState.NAME), StandardCopyOption.ATOMIC_MOVE);
      DurableFile.sync(target);
      if (target.getParent() != null) DurableFile.sync(target.getParent());
    }
  }

  private static void takeEmpty(Path target) throws IOException {
    List<Path> there;
    try (Stream<Path> all = Files.list(target)) {
      there = all.filter(path -> !NOTHING.contains(path.getFileName().toString())).toList();
    }
    boolean begun = there.contains(target.resolve(BEGUN));
    if (there.isEmpty()) return;
    if (!begun || there.contains(target.resolve(NodeState.NAME))) {
      throw new Unavailable(
          "%s is not empty; nothing was changed. Move what is in it away, it may still be needed"
              .formatted(target),
          null);
    }
    for (Path each : there) {
      if (!each.equals(target.resolve(BEGUN))) remove(each);
    }
    Files.delete(target.resolve(BEGUN));
  }

  private void put(String path, Path to) throws IOException {
    for (Copied each : index.files) {
      if (each.path.equals(path)) put(each, to);
    }
  }

  /// Copies a file and checks what it copies.
  private void put(Copied file, Path to) throws IOException {
    Files.createDirectories(to.getParent());
    var ownerOnly =
        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
    var crc = new CRC32C();
    byte[] buffer = new byte[1 << 16];
    try (InputStream in = Files.newInputStream(directory.resolve(file.path));
        FileChannel channel =
            FileChannel.open(
                to, Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE), ownerOnly);
        OutputStream out = Channels.newOutputStream(channel)) {
      for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
        crc.update(buffer, 0, count);
        out.write(buffer, 0, count);
      }
      channel.force(true);
    }
    if (!text(crc).equals(file.crc32c)) {
      throw new Corrupt("%s changed while it was copied; try again".formatted(file.path), null);
    }
  }

  /// Whether the copy would be lost with the disk of what it is a copy of.
  boolean sharesItsDisk(Path metadata) throws IOException {
    FileStore here = Files.getFileStore(directory);
    return here.equals(Files.getFileStore(metadata));
  }
}
