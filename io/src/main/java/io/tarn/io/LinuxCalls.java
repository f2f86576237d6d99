package io.tarn.io;

import java.io.ByteArrayOutputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout.PathElement;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// The system calls of Linux that Java has no method for, and those that go with them because a
/// descriptor cannot be had from a channel.
final class LinuxCalls {
  static final int EPERM = 1;
  static final int ENOENT = 2;
  static final int EAGAIN = 11;
  static final int EACCES = 13;
  static final int ENOSYS = 38;
  static final int EOPNOTSUPP = 95;
  private static final int EINTR = 4;

  private static final int O_RDONLY_CLOEXEC = 0x80000;
  private static final int O_NONBLOCK = 0x800;
  private static final int O_NOATIME = 0x40000;
  private static final int AT_FDCWD = -100;
  private static final int SEEK_END = 2;
  private static final int RWF_NOWAIT = 8;

  /// Of `cachestat`, on every kind of processor that is named here.
  private static final long CACHESTAT = 451;

  /// Of `openat2`, likewise.
  private static final long OPENAT2 = 437;

  private static final long HOW_BYTES = 24;
  private static final long RESOLVE_CACHED = 0x20;

  private static final Set<String> PROCESSORS =
      Set.of("amd64", "aarch64", "riscv64", "ppc64le", "s390x");
  private static final long RANGE_BYTES = 16;
  private static final long COUNTS_BYTES = 40;

  private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT;
  private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG;
  private static final StructLayout STATE = Linker.Option.captureStateLayout();
  private static final VarHandle ERRNO = STATE.varHandle(PathElement.groupElement("errno"));
  private static final long VECTOR_BYTES = 16;

  private static final @Nullable LinuxCalls KNOWN = find();

  private final MethodHandle open;
  private final MethodHandle close;
  private final MethodHandle seek;
  private final MethodHandle read;
  private final MethodHandle cached;
  private final MethodHandle openHow;
  private final int pageBytes;

  private LinuxCalls() {
    open = call("open", FunctionDescriptor.of(INT, ValueLayout.ADDRESS, INT));
    close = call("close", FunctionDescriptor.of(INT, INT));
    seek = call("lseek", FunctionDescriptor.of(LONG, INT, LONG, INT));
    read = call("preadv2", FunctionDescriptor.of(LONG, INT, ValueLayout.ADDRESS, INT, LONG, INT));
    // For want of a function in the C libraries of today.
    cached =
        call(
            "syscall",
            FunctionDescriptor.of(LONG, LONG, INT, ValueLayout.ADDRESS, ValueLayout.ADDRESS, INT),
            Linker.Option.firstVariadicArg(1));
    openHow =
        call(
            "syscall",
            FunctionDescriptor.of(LONG, LONG, INT, ValueLayout.ADDRESS, ValueLayout.ADDRESS, LONG),
            Linker.Option.firstVariadicArg(1));
    MethodHandle page = call("getpagesize", FunctionDescriptor.of(INT));
    try (Arena arena = Arena.ofConfined()) {
      pageBytes = (int) invoke(state -> (int) page.invokeExact(state), arena.allocate(STATE));
    }
  }

  /// Restricted, because a wrong signature would end the process: these are the manual's.
  @SuppressWarnings("restricted")
  private static MethodHandle call(
      String name, FunctionDescriptor types, Linker.Option... options) {
    Linker linker = Linker.nativeLinker();
    var all = Stream.concat(Stream.of(Linker.Option.captureCallState("errno")), Stream.of(options));
    return linker.downcallHandle(
        linker.defaultLookup().findOrThrow(name), types, all.toArray(Linker.Option[]::new));
  }

  /// Null where the system or its C library is another.
  static @Nullable LinuxCalls known() {
    return KNOWN;
  }

  private static @Nullable LinuxCalls find() {
    boolean linux = System.getProperty("os.name", "").equals("Linux");
    boolean common = PROCESSORS.contains(System.getProperty("os.arch", ""));
    if (!linux || !common || ValueLayout.ADDRESS.byteSize() != Long.BYTES) return null;
    try {
      return new LinuxCalls();
    } catch (java.util.NoSuchElementException e) {
      return null; // a C library without preadv2
    }
  }

  /// A call that returned -1.
  static final class Failed extends Exception {
    final int error;

    Failed(String call, int error) {
      super("%s failed with error number %d".formatted(call, error), null, false, false);
      this.error = error;
    }
  }

  private interface Call {
    long invoke(MemorySegment state) throws Throwable;
  }

  /// Again when a signal came in between.
  private static long checked(String name, Arena arena, Call call) throws Failed {
    MemorySegment state = arena.allocate(STATE);
    while (true) {
      long result = invoke(call, state);
      if (result >= 0) return result;
      int error = (int) ERRNO.get(state, 0L);
      if (error != EINTR) throw new Failed(name, error);
    }
  }

  private static long invoke(Call call, MemorySegment state) {
    try {
      return call.invoke(state);
    } catch (RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new IllegalStateException("a system call throws nothing else", e);
    }
  }

  /// `quietly`: reading leaves no time of access, which only the owner of a file may ask for.
  int openForReading(Path path, boolean quietly) throws Failed {
    int flags = O_RDONLY_CLOEXEC | (quietly ? O_NOATIME : 0);
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment name = nameIn(arena, path);
      return (int) checked("open", arena, state -> (int) open.invokeExact(state, name, flags));
    }
  }

  /// Opens a file, quietly, as far as what leads to it is in memory (Linux 5.12); fails with
  /// [#EAGAIN] where it is not. A file system on a disk of its own then waits for nothing.
  int openCached(Path path) throws Failed {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment name = nameIn(arena, path);
      MemorySegment how = arena.allocate(HOW_BYTES, Long.BYTES);
      how.set(LONG, 0, O_RDONLY_CLOEXEC | O_NONBLOCK | O_NOATIME);
      how.set(LONG, 2 * Long.BYTES, RESOLVE_CACHED);
      return (int)
          checked(
              "openat2",
              arena,
              state -> (long) openHow.invokeExact(state, OPENAT2, AT_FDCWD, name, how, HOW_BYTES));
    }
  }

  private static MemorySegment nameIn(Arena arena, Path path) {
    byte[] bytes = nameOf(path);
    MemorySegment name = arena.allocate(bytes.length + 1L); // with a zero at the end
    MemorySegment.copy(bytes, 0, name, ValueLayout.JAVA_BYTE, 0, bytes.length);
    return name;
  }

  /// The bytes of the name. Where the locale could make others of it, the URI has them as they are.
  private static byte[] nameOf(Path path) {
    String name = path.toString();
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

  /// Once: after a signal, too, the descriptor is gone, and may be another file's by now.
  void close(int descriptor) throws Failed {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment state = arena.allocate(STATE);
      if (invoke(found -> (int) close.invokeExact(found, descriptor), state) >= 0) return;
      int error = (int) ERRNO.get(state, 0L);
      if (error != EINTR) throw new Failed("close", error);
    }
  }

  long size(int descriptor) throws Failed {
    try (Arena arena = Arena.ofConfined()) {
      return checked(
          "lseek", arena, state -> (long) seek.invokeExact(state, descriptor, 0L, SEEK_END));
    }
  }

  /// Reads into what is left of the buffer and moves its position; 0 at the end of the file. With
  /// `now` it takes what is in the page cache, and fails with [#EAGAIN] when that is nothing, with
  /// [#EOPNOTSUPP] where the file system cannot tell.
  int read(int descriptor, ByteBuffer into, long at, boolean now) throws Failed {
    try (Arena arena = Arena.ofConfined()) {
      boolean direct = into.isDirect();
      MemorySegment to =
          direct ? MemorySegment.ofBuffer(into) : arena.allocate(Math.max(1, into.remaining()));
      MemorySegment vector = arena.allocate(VECTOR_BYTES, Long.BYTES);
      vector.set(ValueLayout.ADDRESS, 0, to);
      vector.set(LONG, Long.BYTES, into.remaining());
      int flags = now ? RWF_NOWAIT : 0;
      int count =
          (int)
              checked(
                  "read",
                  arena,
                  state -> (long) read.invokeExact(state, descriptor, vector, 1, at, flags));
      if (direct) {
        into.position(into.position() + count);
      } else {
        into.put(to.asSlice(0, count).asByteBuffer());
      }
      return count;
    }
  }

  /// Whether every page of the bytes is in the page cache. It costs half a microsecond for 256 KiB
  /// and touches no disk.
  boolean isCached(int descriptor, long at, int length) throws Failed {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment range = arena.allocate(RANGE_BYTES, Long.BYTES);
      range.set(LONG, 0, at);
      range.set(LONG, Long.BYTES, length);
      MemorySegment counts = arena.allocate(COUNTS_BYTES, Long.BYTES);
      checked(
          "cachestat",
          arena,
          state -> (long) cached.invokeExact(state, CACHESTAT, descriptor, range, counts, 0));
      long pages = (at + length - 1) / pageBytes - at / pageBytes + 1;
      return counts.get(LONG, 0) >= pages;
    }
  }
}
