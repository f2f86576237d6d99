package io.tarn.conformance;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Reads what `strace -f -xx` wrote. A call counts from its end, for what it did is done by then
/// and nothing that waited for it has begun; a close counts from its beginning, for its number may
/// be given away before it ends.
///
/// Refuses what it does not know to replay, so that a new way of writing a file cannot go unseen.
final class TraceReader {
  /// A call that asks what is in memory, of which not every tracer knows the name.
  private static final String CACHESTAT = "syscall_0x1c3";

  /// The calls to trace. The question marks are for architectures that lack a call.
  static final String CALLS =
      "?open,openat,?openat2,write,pwrite64,writev,pwritev,pwritev2,?sendfile,copy_file_range,?mkdir,mkdirat,"
          + "?rename,?renameat,renameat2,?unlink,unlinkat,?rmdir,?link,linkat,?symlink,symlinkat,"
          + "truncate,ftruncate,fallocate,fsync,fdatasync,close,?fork,?vfork,clone,?clone3";

  private static final int STANDARD_OUTPUT = 1;
  private static final String UNFINISHED = " <unfinished ...>";

  private final Map<Integer, String> unfinished = new HashMap<>();
  private final Set<Integer> strangers = new HashSet<>();
  private final List<FileCall> calls = new ArrayList<>();

  /// Processes that the traced one started are left out: their files are not its files. What they
  /// do may stand before the end of the call that started them, so that the trace is read twice.
  static List<FileCall> read(List<String> lines) {
    var first = new TraceReader();
    for (String line : lines) first.line(line);
    var second = new TraceReader();
    second.strangers.addAll(first.strangers);
    for (String line : lines) second.line(line);
    return List.copyOf(second.calls);
  }

  private void line(String line) {
    int space = line.indexOf(' ');
    int thread = Integer.parseInt(line.substring(0, space));
    String text = line.substring(space).strip();
    if (text.startsWith("---") || text.startsWith("+++")) return; // signals and ends
    if (text.endsWith(UNFINISHED)) {
      String begun = text.substring(0, text.length() - UNFINISHED.length());
      unfinished.put(thread, begun);
      begins(thread, begun);
      return;
    }
    if (text.startsWith("<... ")) {
      String begun = unfinished.remove(thread);
      if (begun == null) throw new IllegalStateException("a call without a beginning: " + line);
      ends(thread, begun + text.substring(text.indexOf("resumed>") + "resumed>".length()));
      return;
    }
    begins(thread, text);
    ends(thread, text);
  }

  private void add(int thread, FileCall call) {
    if (!strangers.contains(thread)) calls.add(call);
  }

  private void begins(int thread, String text) {
    switch (name(text)) {
      case "close" -> add(thread, new FileCall.Closed(number(text)));
      case "fsync", "fdatasync" -> add(thread, new FileCall.SyncBegan(thread, number(text)));
      default -> {}
    }
  }

  private static String name(String text) {
    return text.substring(0, text.indexOf('('));
  }

  /// The first argument, a file number.
  private static int number(String text) {
    int from = text.indexOf('(') + 1;
    int to = text.charAt(from) == '-' ? from + 1 : from; // close(-1) is harmless, and done
    while (to < text.length() && Character.isDigit(text.charAt(to))) to++;
    return Integer.parseInt(text.substring(from, to));
  }

  private void ends(int thread, String text) {
    int equals = text.lastIndexOf(" = ");
    String result = text.substring(equals + 3).strip();
    if (result.startsWith("-1 ") || result.startsWith("?")) {
      if (name(text).endsWith("sync")) add(thread, new FileCall.SyncFailed(thread));
      return; // any other that failed changed nothing
    }
    int returned = Integer.parseInt(result.split(" ", 2)[0]);
    String call = text.substring(0, equals).strip();
    switch (name(call)) {
      case "open", "openat", "openat2" -> add(thread, opened(call, returned));
      case "write" -> add(thread, wrote(call, FileCall.NEXT, returned));
      case "writev" -> add(thread, wrote(call, FileCall.NEXT, returned));
      case "pwrite64" -> add(thread, wrote(call, lastNumber(call), returned));
      case "mkdir", "mkdirat" -> add(thread, new FileCall.Made(path(call, 0)));
      case "rename", "renameat", "renameat2" ->
          add(thread, new FileCall.Renamed(path(call, 0), path(call, 1)));
      case "link", "linkat" -> add(thread, new FileCall.Linked(path(call, 0), path(call, 1)));
      case "unlink", "unlinkat", "rmdir" -> add(thread, new FileCall.Removed(path(call, 0)));
      case "ftruncate" -> add(thread, new FileCall.Resized(number(call), lastNumber(call)));
      case "fallocate" -> {
        if (!call.contains("FALLOC_FL_KEEP_SIZE")) throw unknown(call);
      }
      case "fsync", "fdatasync" -> add(thread, new FileCall.SyncEnded(thread));
      case "fork", "vfork", "clone", "clone3" -> {
        if (strangers.contains(thread) || !call.contains("CLONE_THREAD")) strangers.add(returned);
      }
      case "close", CACHESTAT -> {}
      default -> throw unknown(call);
    }
  }

  private static IllegalStateException unknown(String call) {
    return new IllegalStateException("no rule to replay " + call);
  }

  private static FileCall opened(String call, int returned) {
    boolean creates = call.contains("O_CREAT");
    boolean empties = call.contains("O_TRUNC");
    return new FileCall.Opened(returned, path(call, 0), creates, empties);
  }

  private static FileCall wrote(String call, long offset, int count) {
    int file = number(call);
    byte[] bytes = joined(call);
    if (bytes.length < count) throw new IllegalStateException("the trace cuts off what it shows");
    byte[] written = Arrays.copyOf(bytes, count);
    return file == STANDARD_OUTPUT
        ? new FileCall.Said(new String(written, StandardCharsets.UTF_8))
        : new FileCall.Wrote(file, offset, written);
  }

  private static long lastNumber(String call) {
    String last = call.substring(call.lastIndexOf(", ") + 2, call.lastIndexOf(')'));
    return Long.parseLong(last);
  }

  private static String path(String call, int index) {
    String path = new String(strings(call).get(index), StandardCharsets.UTF_8);
    boolean relative = !path.startsWith("/") && call.contains("at(") && !call.contains("AT_FDCWD");
    if (relative) throw unknown(call);
    return path;
  }

  private static byte[] joined(String call) {
    List<byte[]> pieces = strings(call);
    byte[] all = new byte[pieces.stream().mapToInt(piece -> piece.length).sum()];
    int at = 0;
    for (byte[] piece : pieces) {
      System.arraycopy(piece, 0, all, at, piece.length);
      at += piece.length;
    }
    return all;
  }

  /// The quoted arguments, whose every byte is written as `\xNN`.
  private static List<byte[]> strings(String call) {
    List<byte[]> found = new ArrayList<>();
    int quote = call.indexOf('"');
    while (quote >= 0) {
      int end = call.indexOf('"', quote + 1);
      byte[] bytes = new byte[(end - quote - 1) / 4];
      for (int i = 0; i < bytes.length; i++) {
        int at = quote + 1 + 4 * i + 2;
        bytes[i] = (byte) Integer.parseInt(call, at, at + 2, 16);
      }
      found.add(bytes);
      quote = call.indexOf('"', end + 1);
    }
    return found;
  }
}
