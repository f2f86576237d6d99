package io.tarn.conformance;

/// One step in the life of a traced process: what a system call did to its files, or a word it
/// said. Files are known by the number the process knows them by.
sealed interface FileCall {
  /// The offset of a write that goes where the one before it ended.
  long NEXT = -1;

  record Made(String directory) implements FileCall {}

  record Opened(int file, String path, boolean creates, boolean empties) implements FileCall {}

  record Wrote(int file, long offset, byte[] bytes) implements FileCall {}

  record Resized(int file, long length) implements FileCall {}

  record Renamed(String from, String to) implements FileCall {}

  /// A file has one more name.
  record Linked(String from, String to) implements FileCall {}

  record Removed(String path) implements FileCall {}

  /// A sync covers what was written before it began, and counts from when it ended; the thread is
  /// what joins the two.
  record SyncBegan(int thread, int file) implements FileCall {}

  record SyncEnded(int thread) implements FileCall {}

  /// The sync that this thread began came to nothing.
  record SyncFailed(int thread) implements FileCall {}

  record Closed(int file) implements FileCall {}

  /// Text to the standard output.
  record Said(String text) implements FileCall {}
}
