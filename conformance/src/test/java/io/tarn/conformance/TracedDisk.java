package io.tarn.conformance;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// The files below a directory as the calls of a traced process make them, call by call, with what
/// of them is durable: of a file what it held when its last sync began, of a directory the names it
/// had when its last sync began. No real file system is so strict, which is the point.
///
/// A sync that failed leaves pages that count as clean: nobody writes them any more, and a later
/// sync of the same file succeeds without them.
final class TracedDisk {
  /// Who asks what is left.
  enum After {
    /// The process is killed: everything it did remains.
    A_KILL,
    /// The power fails: what was synced remains, and nothing else.
    A_POWER_CUT
  }

  private static final int PAGE = 4096;

  private sealed interface Node {}

  /// What is durable once a sync that is under way has succeeded.
  private record Sync(Runnable succeed) {}

  private static final class FileNode implements Node {
    private byte[] bytes = {};
    private int length;
    private byte[] synced = {};
    private BitSet dirty = new BitSet();

    private void write(int offset, byte[] written) {
      int end = offset + written.length;
      dirty.set(offset / PAGE, (end + PAGE - 1) / PAGE);
      if (end > bytes.length) bytes = Arrays.copyOf(bytes, Math.max(end, 2 * bytes.length));
      System.arraycopy(written, 0, bytes, offset, written.length);
      length = Math.max(length, end);
    }

    private void resize(int size) {
      if (size < length) Arrays.fill(bytes, size, length, (byte) 0);
      if (size > bytes.length) bytes = Arrays.copyOf(bytes, size);
      dirty.set(Math.min(size, length) / PAGE, (Math.max(size, length) + PAGE - 1) / PAGE);
      length = size;
    }

    /// The pages that are dirty now go to the disk, or nowhere.
    private Sync sync() {
      byte[] content = content();
      BitSet pages = dirty;
      dirty = new BitSet();
      return new Sync(
          () -> {
            byte[] onDisk = Arrays.copyOf(synced, content.length);
            for (int page = pages.nextSetBit(0); page >= 0; page = pages.nextSetBit(page + 1)) {
              int from = page * PAGE;
              int to = Math.min(content.length, from + PAGE);
              if (from < to) System.arraycopy(content, from, onDisk, from, to - from);
            }
            synced = onDisk;
          });
    }

    private byte[] content() {
      return Arrays.copyOf(bytes, length);
    }
  }

  private static final class DirectoryNode implements Node {
    private final Map<String, Node> names = new TreeMap<>();
    private Map<String, Node> synced = Map.of();
  }

  private static final class Open {
    private final Node node;
    private int offset;

    private Open(Node node) {
      this.node = node;
    }
  }

  private final Path root;
  private final DirectoryNode top = new DirectoryNode();
  private final Map<Integer, Open> open = new HashMap<>();
  private final Map<Integer, Sync> syncing = new HashMap<>();

  /// `root` exists, durably, and is empty.
  TracedDisk(Path root) {
    this.root = root;
  }

  /// Returns what of it changes what is left, or null.
  @Nullable After apply(FileCall call) {
    return switch (call) {
      case FileCall.Opened opened -> open(opened);
      case FileCall.Wrote(var file, var offset, var bytes) -> write(file, offset, bytes);
      case FileCall.Resized(var file, var length) -> {
        if (!(node(file) instanceof FileNode node)) yield null;
        node.resize((int) length);
        yield After.A_KILL;
      }
      case FileCall.Made(var directory) -> link(directory, new DirectoryNode());
      case FileCall.Renamed(var from, var to) -> {
        DirectoryNode parent = parent(from);
        Node moved = parent == null ? null : parent.names.remove(name(from));
        yield moved == null ? null : link(to, moved);
      }
      case FileCall.Linked(var from, var to) -> {
        DirectoryNode parent = parent(from);
        Node named = parent == null ? null : parent.names.get(name(from));
        yield named == null ? null : link(to, named);
      }
      case FileCall.Removed(var path) -> {
        DirectoryNode parent = parent(path);
        yield parent == null || parent.names.remove(name(path)) == null ? null : After.A_KILL;
      }
      case FileCall.SyncBegan(var thread, var file) -> {
        Node node = node(file);
        if (node != null) syncing.put(thread, sync(node));
        yield null;
      }
      case FileCall.SyncEnded(var thread) -> {
        Sync sync = syncing.remove(thread);
        if (sync == null) yield null;
        sync.succeed.run();
        yield After.A_POWER_CUT;
      }
      case FileCall.SyncFailed(var thread) -> {
        syncing.remove(thread);
        yield null;
      }
      case FileCall.Closed(var file) -> {
        open.remove(file);
        yield null;
      }
      case FileCall.Said _ -> null;
    };
  }

  private @Nullable After open(FileCall.Opened opened) {
    open.remove(opened.file());
    DirectoryNode parent = parent(opened.path());
    if (parent == null && !Path.of(opened.path()).equals(root)) return null;
    Node there = parent == null ? top : parent.names.get(name(opened.path()));
    if (there == null && opened.creates()) {
      var created = new FileNode();
      open.put(opened.file(), new Open(created));
      return link(opened.path(), created);
    }
    if (there == null) return null; // a file of the process that is no file of ours
    open.put(opened.file(), new Open(there));
    if (!opened.empties() || !(there instanceof FileNode file)) return null;
    file.resize(0);
    return After.A_KILL;
  }

  private @Nullable After write(int file, long offset, byte[] bytes) {
    Open opened = open.get(file);
    if (opened == null || !(opened.node instanceof FileNode node)) return null;
    int at = offset == FileCall.NEXT ? opened.offset : (int) offset;
    node.write(at, bytes);
    if (offset == FileCall.NEXT) opened.offset += bytes.length;
    return After.A_KILL;
  }

  private static Sync sync(Node node) {
    return switch (node) {
      case FileNode file -> file.sync();
      case DirectoryNode directory -> {
        var names = new TreeMap<>(directory.names);
        yield new Sync(() -> directory.synced = names);
      }
    };
  }

  private @Nullable Node node(int file) {
    Open opened = open.get(file);
    return opened == null ? null : opened.node;
  }

  private @Nullable After link(String path, Node node) {
    DirectoryNode parent = parent(path);
    if (parent == null) return null;
    parent.names.put(name(path), node);
    return After.A_KILL;
  }

  private static String name(String path) {
    return String.valueOf(Path.of(path).getFileName());
  }

  /// The directory a path of ours lies in; null for one that is not ours.
  private @Nullable DirectoryNode parent(String path) {
    Path absolute = Path.of(path).normalize();
    if (!absolute.startsWith(root) || absolute.equals(root)) return null;
    DirectoryNode at = top;
    Path below = root.relativize(absolute);
    for (int i = 0; i < below.getNameCount() - 1; i++) {
      if (!(at.names.get(below.getName(i).toString()) instanceof DirectoryNode next)) return null;
      at = next;
    }
    return at;
  }

  /// The process is gone; the next one finds what it did, and what of that was not synced still is
  /// not.
  void processEnds() {
    open.clear();
    syncing.clear();
  }

  /// Writes what is left into `target`, which exists and is empty.
  void restore(Path target, After after) throws IOException {
    restore(top, target, after);
  }

  private static void restore(DirectoryNode directory, Path target, After after)
      throws IOException {
    Map<String, TracedDisk.Node> names = after == After.A_KILL ? directory.names : directory.synced;
    for (var entry : names.entrySet()) {
      Path path = target.resolve(entry.getKey());
      switch (entry.getValue()) {
        case FileNode file ->
            Files.write(path, after == After.A_KILL ? file.content() : file.synced);
        case DirectoryNode below -> restore(below, Files.createDirectory(path), after);
      }
    }
  }
}
