package io.tarn.tree;

import java.io.ByteArrayOutputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// An open file or directory. Names are looked up in it one component at a time, and a symbolic
/// link is never followed: where there is one, there is nothing ([CallFailed#isAbsent]). So nothing
/// that is reached from a directory lies outside of it, whoever renames what in the meantime.
///
/// Closed once, by who opened it.
final class Descriptor implements AutoCloseable {
  private static final byte[] ITSELF = {'.'};
  private static final int USUAL_FILE = 0666; // less what the umask takes
  private static final int USUAL_DIRECTORY = 0777;
  private static final int PRIVATE_DIRECTORY = 0700;
  private static final int FIRST_ROOM = 4 << 10;
  private static final int MOST_ROOM = 64 << 10; // no attribute is longer
  private static final int ENTRY_ROOM = 64 << 10;

  private final int number;

  private Descriptor(int number) {
    this.number = number;
  }

  /// A directory that the operator named.
  static Descriptor root(Path path) throws CallFailed {
    return new Descriptor(
        PosixCalls.open(bytes(path), PosixCalls.O_RDONLY | PosixCalls.O_DIRECTORY));
  }

  /// The bytes of the path. Where the locale could make others of it, the URI has them as they are.
  private static byte[] bytes(Path path) {
    String name = path.toAbsolutePath().toString();
    if (name.chars().allMatch(c -> c < 0x80)) return name.getBytes(StandardCharsets.US_ASCII);
    String uri = path.toAbsolutePath().toUri().getRawPath();
    var bytes = new ByteArrayOutputStream(uri.length());
    for (int i = 0; i < uri.length(); i++) {
      if (uri.charAt(i) == '%') {
        bytes.write(Integer.parseInt(uri, i + 1, i + 3, 16));
        i += 2;
      } else {
        bytes.write(uri.charAt(i));
      }
    }
    return bytes.toByteArray();
  }

  /// The same directory once more, to be closed or read through on its own.
  Descriptor again() throws CallFailed {
    return directory(ITSELF);
  }

  Descriptor directory(byte[] name) throws CallFailed {
    int flags = PosixCalls.O_RDONLY | PosixCalls.O_DIRECTORY | PosixCalls.O_NOFOLLOW;
    return new Descriptor(PosixCalls.open(number, name, flags, 0));
  }

  /// Opens for reading whatever is there; waits for no writer of a pipe.
  Descriptor open(byte[] name) throws CallFailed {
    int flags = PosixCalls.O_RDONLY | PosixCalls.O_NOFOLLOW | PosixCalls.O_NONBLOCK;
    return new Descriptor(PosixCalls.open(number, name, flags, 0));
  }

  /// As [#open]; null when there is nothing.
  @Nullable Descriptor find(byte[] name) throws CallFailed {
    try {
      return open(name);
    } catch (CallFailed e) {
      if (e.isAbsent()) return null;
      throw e;
    }
  }

  /// Makes a file for writing that was not there.
  Descriptor create(byte[] name) throws CallFailed {
    int flags =
        PosixCalls.O_WRONLY | PosixCalls.O_CREAT | PosixCalls.O_EXCL | PosixCalls.O_NOFOLLOW;
    return new Descriptor(PosixCalls.open(number, name, flags, USUAL_FILE));
  }

  /// False when there is something of that name.
  boolean makeDirectory(byte[] name) throws CallFailed {
    return make(name, USUAL_DIRECTORY);
  }

  /// As [#makeDirectory], for nobody else to look into.
  boolean makePrivateDirectory(byte[] name) throws CallFailed {
    return make(name, PRIVATE_DIRECTORY);
  }

  private boolean make(byte[] name, int mode) throws CallFailed {
    try {
      PosixCalls.makeDirectory(number, name, mode);
      return true;
    } catch (CallFailed e) {
      if (e.is(CallFailed.EEXIST)) return false;
      throw e;
    }
  }

  FileState state() throws CallFailed {
    return PosixCalls.stat(number);
  }

  FileState state(byte[] name) throws CallFailed {
    return PosixCalls.stat(number, name);
  }

  /// Null when there is no such attribute, or the file system has none at all.
  byte @Nullable [] attribute(byte[] name) throws CallFailed {
    for (int room = FIRST_ROOM; ; room = MOST_ROOM) {
      try (Arena arena = Arena.ofConfined()) {
        MemorySegment value = arena.allocate(room);
        int length = PosixCalls.attribute(number, name, value);
        return value.asSlice(0, length).toArray(ValueLayout.JAVA_BYTE);
      } catch (CallFailed e) {
        if (e.is(CallFailed.ENODATA, CallFailed.EOPNOTSUPP)) return null;
        if (!e.is(CallFailed.ERANGE) || room == MOST_ROOM) throw e;
      }
    }
  }

  /// False when the file system has no attributes, or no room for this one.
  boolean setAttribute(byte[] name, byte[] value) throws CallFailed {
    try {
      PosixCalls.setAttribute(number, name, value);
      return true;
    } catch (CallFailed e) {
      if (e.is(CallFailed.EOPNOTSUPP, CallFailed.E2BIG, CallFailed.ENOSPC, CallFailed.ERANGE)) {
        return false; // a full disk will say so again
      }
      throw e;
    }
  }

  void removeAttribute(byte[] name) throws CallFailed {
    try {
      PosixCalls.removeAttribute(number, name);
    } catch (CallFailed e) {
      if (!e.is(CallFailed.ENODATA, CallFailed.EOPNOTSUPP)) throw e;
    }
  }

  void rename(byte[] name, Descriptor to, byte[] target) throws CallFailed {
    PosixCalls.rename(number, name, to.number, target, 0);
  }

  /// Fails with `EEXIST` when there is something, whoever made it, where the file system can do
  /// that in one step.
  void renameOverNothing(byte[] name, Descriptor to, byte[] target) throws CallFailed {
    try {
      PosixCalls.rename(number, name, to.number, target, PosixCalls.RENAME_NOREPLACE);
    } catch (CallFailed e) {
      if (!e.is(CallFailed.EINVAL, CallFailed.ENOSYS)) throw e;
      rename(name, to, target);
    }
  }

  /// False when there was nothing.
  boolean unlink(byte[] name) throws CallFailed {
    return unlink(name, 0);
  }

  /// False when there was nothing. Fails with `ENOTEMPTY` when it is not empty.
  boolean removeDirectory(byte[] name) throws CallFailed {
    return unlink(name, PosixCalls.AT_REMOVEDIR);
  }

  private boolean unlink(byte[] name, int flags) throws CallFailed {
    try {
      PosixCalls.unlink(number, name, flags);
      return true;
    } catch (CallFailed e) {
      if (e.is(CallFailed.ENOENT)) return false;
      throw e;
    }
  }

  /// Reads until `into` is full or the file ends; false when it ends before.
  boolean read(ByteBuffer into, long at) throws CallFailed {
    int from = into.position();
    while (into.hasRemaining()) {
      if (PosixCalls.read(number, into, at + into.position() - from) == 0) return false;
    }
    return true;
  }

  void write(ByteBuffer bytes) throws CallFailed {
    PosixCalls.write(number, bytes);
  }

  /// Appends the first `length` bytes of another file, in the kernel where the file system can, and
  /// with shared extents where it can do that; false when the file ends before.
  boolean append(Descriptor from, long length) throws CallFailed {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment offset = arena.allocate(ValueLayout.JAVA_LONG);
      for (long at = 0; at < length; at = offset.get(ValueLayout.JAVA_LONG, 0)) {
        try {
          if (PosixCalls.copy(from.number, offset, number, length - at) == 0) return false;
        } catch (CallFailed e) {
          if (!e.is(
              CallFailed.ENOSYS, CallFailed.EOPNOTSUPP, CallFailed.EXDEV, CallFailed.EINVAL)) {
            throw e;
          }
          return appendByHand(from, at, length);
        }
      }
      return true;
    }
  }

  private boolean appendByHand(Descriptor from, long start, long length) throws CallFailed {
    ByteBuffer buffer = ByteBuffer.allocateDirect(256 << 10);
    for (long at = start; at < length; at += buffer.limit()) {
      buffer.clear().limit((int) Math.min(buffer.capacity(), length - at));
      if (!from.read(buffer, at)) return false;
      write(buffer.flip());
    }
    return true;
  }

  void setTimes(long epochMillis) throws CallFailed {
    PosixCalls.setTimes(number, epochMillis);
  }

  void sync() throws CallFailed {
    PosixCalls.sync(number);
  }

  /// All of its file system, whoever wrote it.
  void syncAll() throws CallFailed {
    PosixCalls.syncAll(number);
  }

  /// What a directory has, in no order.
  interface Entries {
    /// `name` is this call's own. False for enough.
    boolean see(byte[] name, boolean directory) throws CallFailed;
  }

  /// Shows what is in the directory that is a plain file or a directory; true when nobody had
  /// enough. What is added or removed meanwhile is shown or not.
  boolean list(Entries entries) throws CallFailed {
    try (Descriptor fresh = again();
        Arena arena = Arena.ofConfined()) {
      MemorySegment room = arena.allocate(ENTRY_ROOM, Long.BYTES);
      for (int end = PosixCalls.entries(fresh.number, room);
          end > 0;
          end = PosixCalls.entries(fresh.number, room)) {
        if (!show(room.asSlice(0, end), entries)) return false;
      }
      return true;
    }
  }

  private static final long LENGTH_AT = 16;
  private static final long TYPE_AT = 18;
  private static final long NAME_AT = 19;
  private static final byte UNKNOWN = 0;
  private static final byte DIRECTORY = 4;
  private static final byte REGULAR = 8;

  private boolean show(MemorySegment entries, Entries to) throws CallFailed {
    for (long at = 0; at < entries.byteSize(); ) {
      int length = entries.get(ValueLayout.JAVA_SHORT, at + LENGTH_AT) & 0xffff;
      byte type = entries.get(ValueLayout.JAVA_BYTE, at + TYPE_AT);
      byte[] name = name(entries.asSlice(at + NAME_AT, length - NAME_AT));
      at += length;
      if (isItselfOrAbove(name)) continue;
      if (type == UNKNOWN) type = typeOf(name);
      if (type != DIRECTORY && type != REGULAR) continue;
      if (!to.see(name, type == DIRECTORY)) return false;
    }
    return true;
  }

  private static byte[] name(MemorySegment padded) {
    int length = 0;
    while (padded.get(ValueLayout.JAVA_BYTE, length) != 0) length++;
    return padded.asSlice(0, length).toArray(ValueLayout.JAVA_BYTE);
  }

  private static boolean isItselfOrAbove(byte[] name) {
    return name[0] == '.' && (name.length == 1 || (name.length == 2 && name[1] == '.'));
  }

  /// For file systems that do not say it with the name.
  private byte typeOf(byte[] name) throws CallFailed {
    try {
      FileState state = state(name);
      if (state.isDirectory()) return DIRECTORY;
      return state.isRegular() ? REGULAR : UNKNOWN;
    } catch (CallFailed e) {
      if (e.isAbsent()) return UNKNOWN; // it went
      throw e;
    }
  }

  @Override
  public void close() {
    PosixCalls.close(number);
  }
}
