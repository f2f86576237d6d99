package io.tarn.io;

import io.tarn.io.LinuxFile.SystemCalls.Failed;
import io.tarn.observe.SystemError;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
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
import java.nio.channels.ClosedChannelException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.NoSuchElementException;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// A file by the calls of Linux, for the one thing that Java's channels do not do: to read what is
/// in the page cache and nothing else, so that an event loop may read.
///
/// `RWF_NOWAIT` alone would not do: where a page is missing, it waits for nothing, but begins to
/// read ahead, and to hand requests to a disk whose queue is full is to wait for the disk. So it is
/// used only on what `cachestat` (Linux 6.5) says is there.
public final class LinuxFile implements ReadableFile {
  private final SystemCalls calls;
  private final Path path;
  private final int descriptor;
  private final Closer closer;
  private volatile boolean canTry;

  /// Reads under way, and one until it is closed: the descriptor must not become another file's
  /// while somebody reads.
  private final AtomicInteger holds = new AtomicInteger(1);

  private final AtomicBoolean closed = new AtomicBoolean();

  private LinuxFile(SystemCalls calls, Path path, int descriptor, boolean canTry, Closer closer) {
    this.calls = calls;
    this.path = path;
    this.descriptor = descriptor;
    this.canTry = canTry;
    this.closer = closer;
  }

  /// Null where the calls are not known. Where reading must leave a time of access, a loop must not
  /// read: to note it down can be to wait for the disk.
  static @Nullable LinuxFile open(Path path, Closer closer) throws IOException {
    SystemCalls calls = SystemCalls.KNOWN;
    if (calls == null) return null;
    try {
      return new LinuxFile(calls, path, calls.openForReading(path, true), true, closer);
    } catch (Failed e) {
      if (e.error != SystemCalls.EPERM) throw failure(path, e);
    }
    try {
      return new LinuxFile(calls, path, calls.openForReading(path, false), false, closer);
    } catch (Failed e) {
      throw failure(path, e);
    }
  }

  /// Without waiting for the disk; null when that cannot be done, for whatever reason.
  public static @Nullable LinuxFile openCached(Path path, Closer closer) {
    SystemCalls calls = SystemCalls.KNOWN;
    if (calls == null) return null;
    try {
      return new LinuxFile(calls, path, calls.openCached(path), true, closer);
    } catch (Failed e) {
      return null;
    }
  }

  private interface Use {
    long of(int descriptor) throws Failed;
  }

  private long use(Use use) throws IOException, Failed {
    if (holds.getAndUpdate(held -> held == 0 ? 0 : held + 1) == 0) {
      throw new ClosedChannelException();
    }
    try {
      return use.of(descriptor);
    } finally {
      release();
    }
  }

  private void release() {
    if (holds.decrementAndGet() == 0) closer.add(() -> calls.close(descriptor));
  }

  @Override
  public long size() throws IOException {
    try {
      return use(calls::size);
    } catch (Failed e) {
      throw failure(path, e);
    }
  }

  @Override
  public int read(ByteBuffer into, long at) throws IOException {
    if (!into.hasRemaining()) return 0;
    try {
      int count = (int) use(open -> calls.read(open, into, at, false));
      return count == 0 ? -1 : count;
    } catch (Failed e) {
      throw failure(path, e);
    }
  }

  @Override
  public int tryRead(ByteBuffer into, long at) throws IOException {
    if (!canTry) return 0;
    try {
      return (int)
          use(
              open ->
                  calls.isCached(open, at, into.remaining())
                      ? calls.read(open, into, at, true)
                      : 0);
    } catch (Failed e) {
      return switch (e.error) {
        case SystemCalls.EAGAIN -> 0; // it left in between
        case SystemCalls.EOPNOTSUPP, SystemCalls.ENOSYS, SystemCalls.EPERM -> {
          canTry = false;
          yield 0;
        }
        default -> throw failure(path, e);
      };
    }
  }

  /// Not with every kernel and not on all file systems, which only a first try can tell.
  @Override
  public boolean canTry() {
    return canTry;
  }

  @Override
  public void close() {
    if (closed.compareAndSet(false, true)) release();
  }

  private static IOException failure(Path path, Failed e) {
    return switch (e.error) {
      case SystemCalls.ENOENT -> new NoSuchFileException(path.toString());
      case SystemCalls.EACCES -> new AccessDeniedException(path.toString());
      default -> new FileSystemException(path.toString(), null, SystemError.text(e.error));
    };
  }

  /// Another's bytes as far as they are in memory. Reading others fails with [NotCached].
  public record Cached(ReadableFile file) implements ReadableFile {
    @Override
    public long size() throws IOException {
      return file.size();
    }

    @Override
    public int read(ByteBuffer into, long at) throws IOException {
      int count = file.tryRead(into, at);
      if (count == 0 && into.hasRemaining()) throw new NotCached();
      return count;
    }

    @Override
    public int tryRead(ByteBuffer into, long at) throws IOException {
      return file.tryRead(into, at);
    }

    @Override
    public boolean canTry() {
      return file.canTry();
    }

    @Override
    public void close() {
      file.close();
    }
  }

  /// The system calls of Linux that Java has no method for, and those that go with them because a
  /// descriptor cannot be had from a channel.
  static final class SystemCalls {
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

    /// Null where the system or its C library is another.
    static final @Nullable SystemCalls KNOWN = find();

    private final MethodHandle open;
    private final MethodHandle close;
    private final MethodHandle seek;
    private final MethodHandle read;
    private final MethodHandle cached;
    private final MethodHandle openHow;
    private final int pageBytes;

    private SystemCalls() {
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
              FunctionDescriptor.of(
                  LONG, LONG, INT, ValueLayout.ADDRESS, ValueLayout.ADDRESS, LONG),
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
      var all =
          Stream.concat(Stream.of(Linker.Option.captureCallState("errno")), Stream.of(options));
      return linker.downcallHandle(
          linker.defaultLookup().findOrThrow(name), types, all.toArray(Linker.Option[]::new));
    }

    private static @Nullable SystemCalls find() {
      boolean linux = System.getProperty("os.name", "").equals("Linux");
      boolean common = PROCESSORS.contains(System.getProperty("os.arch", ""));
      if (!linux || !common || ValueLayout.ADDRESS.byteSize() != Long.BYTES) return null;
      try {
        return new SystemCalls();
      } catch (NoSuchElementException e) {
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
                state ->
                    (long) openHow.invokeExact(state, OPENAT2, AT_FDCWD, name, how, HOW_BYTES));
      }
    }

    private static MemorySegment nameIn(Arena arena, Path path) {
      byte[] bytes = nameOf(path);
      MemorySegment name = arena.allocate(bytes.length + 1L); // with a zero at the end
      MemorySegment.copy(bytes, 0, name, ValueLayout.JAVA_BYTE, 0, bytes.length);
      return name;
    }

    /// The bytes of the name. Where the locale could make others of it, the URI has them as they
    /// are.
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
    /// `now` it takes what is in the page cache, and fails with [#EAGAIN] when that is nothing,
    /// with [#EOPNOTSUPP] where the file system cannot tell.
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

    /// Whether every page of the bytes is in the page cache. It costs half a microsecond for 256
    /// KiB and touches no disk.
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
}
