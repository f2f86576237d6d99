package io.tarn.tree;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout.PathElement;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.util.Set;

/// The calls of Linux that work on descriptors, for which Java has paths: a path can become another
/// file's between two calls, a descriptor cannot.
///
/// Names are the bytes of one component. Every call may have to wait for the disk, and holds its
/// thread ([DiskThreads]).
final class PosixCalls {
  /// Whether they are known for this system; nothing else here works where they are not.
  static final boolean KNOWN =
      System.getProperty("os.name", "").equals("Linux")
          && Set.of("amd64", "aarch64", "riscv64", "s390x", "ppc64le")
              .contains(System.getProperty("os.arch", ""))
          && ValueLayout.ADDRESS.byteSize() == Long.BYTES;

  /// These two are others on some processors.
  private static final boolean SWAPPED =
      Set.of("aarch64", "ppc64le").contains(System.getProperty("os.arch", ""));

  static final int O_DIRECTORY = SWAPPED ? 0x4000 : 0x10000;
  static final int O_NOFOLLOW = SWAPPED ? 0x8000 : 0x20000;
  static final int O_RDONLY = 0;
  static final int O_WRONLY = 1;
  static final int O_CREAT = 0x40;
  static final int O_EXCL = 0x80;
  static final int O_NOCTTY = 0x100;
  static final int O_NONBLOCK = 0x800;
  static final int O_CLOEXEC = 0x80000;
  static final int RENAME_NOREPLACE = 1;
  static final int AT_REMOVEDIR = 0x200;

  private static final int AT_FDCWD = -100;
  private static final int AT_SYMLINK_NOFOLLOW = 0x100;
  private static final int AT_EMPTY_PATH = 0x1000;
  private static final int STATX_BASIC_AND_BIRTH = 0xfff;
  private static final long STATX_BYTES = 256;
  private static final long TIMES_BYTES = 32;

  private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT;
  private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG;
  private static final ValueLayout PATH = ValueLayout.ADDRESS;

  private static final StructLayout STATE = Linker.Option.captureStateLayout();
  private static final VarHandle ERRNO = STATE.varHandle(PathElement.groupElement("errno"));

  private static final MethodHandle OPENAT =
      call("openat", FunctionDescriptor.of(INT, INT, PATH, INT, INT), 3);
  private static final MethodHandle CLOSE = call("close", FunctionDescriptor.of(INT, INT), 0);
  private static final MethodHandle STATX =
      call("statx", FunctionDescriptor.of(INT, INT, PATH, INT, INT, PATH), 0);
  private static final MethodHandle FGETXATTR =
      call("fgetxattr", FunctionDescriptor.of(LONG, INT, PATH, PATH, LONG), 0);
  private static final MethodHandle FSETXATTR =
      call("fsetxattr", FunctionDescriptor.of(INT, INT, PATH, PATH, LONG, INT), 0);
  private static final MethodHandle FREMOVEXATTR =
      call("fremovexattr", FunctionDescriptor.of(INT, INT, PATH), 0);
  private static final MethodHandle RENAMEAT2 =
      call("renameat2", FunctionDescriptor.of(INT, INT, PATH, INT, PATH, INT), 0);
  private static final MethodHandle MKDIRAT =
      call("mkdirat", FunctionDescriptor.of(INT, INT, PATH, INT), 0);
  private static final MethodHandle UNLINKAT =
      call("unlinkat", FunctionDescriptor.of(INT, INT, PATH, INT), 0);
  private static final MethodHandle PREAD =
      call("pread", FunctionDescriptor.of(LONG, INT, PATH, LONG, LONG), 0);
  private static final MethodHandle WRITE =
      call("write", FunctionDescriptor.of(LONG, INT, PATH, LONG), 0);
  private static final MethodHandle FSYNC = call("fsync", FunctionDescriptor.of(INT, INT), 0);
  private static final MethodHandle SYNCFS = call("syncfs", FunctionDescriptor.of(INT, INT), 0);
  private static final MethodHandle FUTIMENS =
      call("futimens", FunctionDescriptor.of(INT, INT, PATH), 0);
  private static final MethodHandle COPY =
      call("copy_file_range", FunctionDescriptor.of(LONG, INT, PATH, INT, PATH, LONG, INT), 0);

  /// With this name since glibc 2.30; musl has the other.
  private static final MethodHandle GETDENTS =
      call(
          Linker.nativeLinker().defaultLookup().find("getdents64").isPresent()
              ? "getdents64"
              : "getdents",
          FunctionDescriptor.of(LONG, INT, PATH, LONG),
          0);

  private PosixCalls() {}

  /// Restricted, because a wrong signature would end the process: these are the manual's.
  /// `variadic` is the first argument that is, 0 for none.
  @SuppressWarnings("restricted")
  private static MethodHandle call(String name, FunctionDescriptor types, int variadic) {
    Linker linker = Linker.nativeLinker();
    SymbolLookup library = linker.defaultLookup();
    Linker.Option errno = Linker.Option.captureCallState("errno");
    return variadic == 0
        ? linker.downcallHandle(library.findOrThrow(name), types, errno)
        : linker.downcallHandle(
            library.findOrThrow(name), types, errno, Linker.Option.firstVariadicArg(variadic));
  }

  private interface Call {
    long make(MemorySegment state) throws Throwable;
  }

  /// Again when a signal came in between.
  private static long checked(String name, Arena arena, Call call) throws CallFailed {
    MemorySegment state = arena.allocate(STATE);
    while (true) {
      long result = made(call, state);
      if (result >= 0) return result;
      int error = (int) ERRNO.get(state, 0L);
      if (error != CallFailed.EINTR) throw new CallFailed(name, error);
    }
  }

  private static long made(Call call, MemorySegment state) {
    try {
      return call.make(state);
    } catch (RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new IllegalStateException("a system call throws nothing else", e);
    }
  }

  /// With a zero at the end.
  private static MemorySegment nameIn(Arena arena, byte[] name) {
    MemorySegment segment = arena.allocate(name.length + 1L);
    MemorySegment.copy(name, 0, segment, ValueLayout.JAVA_BYTE, 0, name.length);
    return segment;
  }

  /// Follows links, as the path is the operator's.
  static int open(byte[] path, int flags) throws CallFailed {
    return open(AT_FDCWD, path, flags, 0);
  }

  static int open(int directory, byte[] name, int flags, int mode) throws CallFailed {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment path = nameIn(arena, name);
      int all = flags | O_CLOEXEC | O_NOCTTY;
      return (int)
          checked("open", arena, st -> (int) OPENAT.invokeExact(st, directory, path, all, mode));
    }
  }

  /// Once: after a signal, too, the descriptor is gone, and may be another file's by now.
  static void close(int open) {
    try (Arena arena = Arena.ofConfined()) {
      long _ = made(st -> (int) CLOSE.invokeExact(st, open), arena.allocate(STATE));
    }
  }

  static FileState stat(int open) throws CallFailed {
    return stat(open, new byte[0], AT_EMPTY_PATH);
  }

  /// Of a link itself, not of what it leads to.
  static FileState stat(int directory, byte[] name) throws CallFailed {
    return stat(directory, name, AT_SYMLINK_NOFOLLOW);
  }

  private static FileState stat(int at, byte[] name, int flags) throws CallFailed {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment path = nameIn(arena, name);
      MemorySegment found = arena.allocate(STATX_BYTES, Long.BYTES);
      checked(
          "statx",
          arena,
          st -> (int) STATX.invokeExact(st, at, path, flags, STATX_BASIC_AND_BIRTH, found));
      return new FileState(
          found.get(ValueLayout.JAVA_SHORT, 28) & 0xf000,
          found.get(LONG, 32),
          found.get(LONG, 40),
          nanos(found, 112),
          (found.get(INT, 0) & 0x800) == 0 ? 0 : nanos(found, 80));
    }
  }

  /// The nanoseconds since 1970, as far as they fit (to the year 2262).
  private static long nanos(MemorySegment found, long offset) {
    return found.get(LONG, offset) * 1_000_000_000 + found.get(INT, offset + Long.BYTES);
  }

  /// How long the attribute is; into `value` goes what there is room for, and with none nothing.
  static int attribute(int open, byte[] name, MemorySegment value) throws CallFailed {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment called = nameIn(arena, name);
      return (int)
          checked(
              "fgetxattr",
              arena,
              st -> (long) FGETXATTR.invokeExact(st, open, called, value, value.byteSize()));
    }
  }

  static void setAttribute(int open, byte[] name, byte[] value) throws CallFailed {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment called = nameIn(arena, name);
      MemorySegment bytes = nameIn(arena, value);
      long length = value.length;
      checked(
          "fsetxattr",
          arena,
          st -> (int) FSETXATTR.invokeExact(st, open, called, bytes, length, 0));
    }
  }

  static void removeAttribute(int open, byte[] name) throws CallFailed {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment called = nameIn(arena, name);
      checked("fremovexattr", arena, st -> (int) FREMOVEXATTR.invokeExact(st, open, called));
    }
  }

  static void rename(int from, byte[] name, int to, byte[] target, int flags) throws CallFailed {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment there = nameIn(arena, name);
      MemorySegment goal = nameIn(arena, target);
      checked("rename", arena, st -> (int) RENAMEAT2.invokeExact(st, from, there, to, goal, flags));
    }
  }

  static void makeDirectory(int directory, byte[] name, int mode) throws CallFailed {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment path = nameIn(arena, name);
      checked("mkdir", arena, st -> (int) MKDIRAT.invokeExact(st, directory, path, mode));
    }
  }

  static void unlink(int directory, byte[] name, int flags) throws CallFailed {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment path = nameIn(arena, name);
      checked("unlink", arena, st -> (int) UNLINKAT.invokeExact(st, directory, path, flags));
    }
  }

  /// Reads into what is left of the buffer and moves its position; 0 at the end of the file.
  static int read(int open, ByteBuffer into, long at) throws CallFailed {
    try (Arena arena = Arena.ofConfined()) {
      boolean direct = into.isDirect();
      MemorySegment to = direct ? MemorySegment.ofBuffer(into) : arena.allocate(into.remaining());
      long room = into.remaining();
      int count =
          (int) checked("read", arena, st -> (long) PREAD.invokeExact(st, open, to, room, at));
      if (direct) {
        into.position(into.position() + count);
      } else {
        into.put(to.asSlice(0, count).asByteBuffer());
      }
      return count;
    }
  }

  /// Writes what is left of the buffer at the end of what was written, and moves its position.
  static void write(int open, ByteBuffer bytes) throws CallFailed {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment from = MemorySegment.ofBuffer(bytes);
      if (!bytes.isDirect()) {
        MemorySegment heap = from;
        from = arena.allocate(bytes.remaining()).copyFrom(heap);
      }
      long done = 0;
      while (done < from.byteSize()) {
        MemorySegment rest = from.asSlice(done);
        done +=
            checked(
                "write", arena, st -> (long) WRITE.invokeExact(st, open, rest, rest.byteSize()));
      }
      bytes.position(bytes.limit());
    }
  }

  static void sync(int open) throws CallFailed {
    try (Arena arena = Arena.ofConfined()) {
      checked("fsync", arena, st -> (int) FSYNC.invokeExact(st, open));
    }
  }

  /// Syncs all that was written to the file system of the descriptor, by whomever.
  static void syncAll(int open) throws CallFailed {
    try (Arena arena = Arena.ofConfined()) {
      checked("syncfs", arena, st -> (int) SYNCFS.invokeExact(st, open));
    }
  }

  /// Sets both times of a file.
  static void setTimes(int open, long epochMillis) throws CallFailed {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment times = arena.allocate(TIMES_BYTES, Long.BYTES);
      for (int i = 0; i < 2; i++) {
        times.set(LONG, 16L * i, Math.floorDiv(epochMillis, 1000L));
        times.set(LONG, 16L * i + 8, Math.floorMod(epochMillis, 1000L) * 1_000_000);
      }
      checked("futimens", arena, st -> (int) FUTIMENS.invokeExact(st, open, times));
    }
  }

  /// Copies from the beginning of one file to the end of what was written into another; how much,
  /// is the kernel's choice. Moves `offset`.
  static long copy(int from, MemorySegment offset, int to, long length) throws CallFailed {
    try (Arena arena = Arena.ofConfined()) {
      return checked(
          "copy_file_range",
          arena,
          st -> (long) COPY.invokeExact(st, from, offset, to, MemorySegment.NULL, length, 0));
    }
  }

  /// Fills the buffer with entries (`struct linux_dirent64`); 0 at the end.
  static int entries(int directory, MemorySegment into) throws CallFailed {
    try (Arena arena = Arena.ofConfined()) {
      return (int)
          checked(
              "getdents",
              arena,
              st -> (long) GETDENTS.invokeExact(st, directory, into, into.byteSize()));
    }
  }
}
