package io.tarn.observe;

import java.io.IOException;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.charset.Charset;

/// Which error of the operating system made a call fail. Java keeps the words for it and drops the
/// number, and the words are in the language of whoever started the process; so the C library is
/// asked for the words of each number, which are then the same.
public enum SystemError {
  NO_SUCH_FILE(2, "No such file or directory"),
  TOO_MANY_FILES_OPEN(24, "Too many open files"),
  TOO_MANY_FILES_OPEN_IN_ALL(23, "Too many open files in system"),
  NO_MEMORY(12, "Cannot allocate memory"),
  NO_SPACE(28, "No space left on device"),
  QUOTA_EXCEEDED(122, "Disk quota exceeded"),
  FILE_TOO_LARGE(27, "File too large");

  private static final int LONGEST = 1024;

  private final String words;

  SystemError(int number, String english) {
    words = isLinux() ? text(number) : english;
  }

  private static boolean isLinux() {
    return System.getProperty("os.name", "").equals("Linux");
  }

  /// Makes the words known: where there is no descriptor left, not even a class can be loaded.
  public static void learn() {
    var _ = isFull(new IOException("nothing"));
  }

  /// What the C library calls an error, on Linux.
  public static String text(int number) {
    return Words.of(number);
  }

  private boolean explains(IOException failure) {
    return isIn(String.valueOf(failure.getMessage()));
  }

  /// Whether a message, which the C library had a part in, says so.
  public boolean isIn(String message) {
    return message.contains(words);
  }

  /// There is no room: a file system without bytes or inodes, a quota, or a limit of the process.
  public static boolean isFull(IOException failure) {
    return saysFull(String.valueOf(failure.getMessage()));
  }

  /// As [#isFull], of a message.
  public static boolean saysFull(String message) {
    return NO_SPACE.isIn(message) || QUOTA_EXCEEDED.isIn(message) || FILE_TOO_LARGE.isIn(message);
  }

  /// The process or the machine can do no more, which says nothing about the disk.
  public static boolean isOfProcess(IOException failure) {
    return TOO_MANY_FILES_OPEN.explains(failure)
        || TOO_MANY_FILES_OPEN_IN_ALL.explains(failure)
        || NO_MEMORY.explains(failure);
  }

  /// Restricted, because a wrong signature would end the process: this is the manual's.
  private static final class Words {
    private static final MethodHandle STRERROR = find();
    private static final Charset CHARSET =
        Charset.forName(System.getProperty("sun.jnu.encoding", "UTF-8"));

    @SuppressWarnings("restricted")
    private static MethodHandle find() {
      Linker linker = Linker.nativeLinker();
      return linker.downcallHandle(
          linker.defaultLookup().findOrThrow("strerror"),
          FunctionDescriptor.of(ValueLayout.ADDRESS, ValueLayout.JAVA_INT));
    }

    /// One at a time, as the C library may answer from one buffer.
    @SuppressWarnings("restricted")
    private static synchronized String of(int number) {
      try {
        var text = (MemorySegment) STRERROR.invokeExact(number);
        return text.reinterpret(LONGEST).getString(0, CHARSET);
      } catch (Throwable e) {
        throw new IllegalStateException(e);
      }
    }
  }
}
