package io.tarn.tree;

import java.nio.ByteBuffer;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// A file that is being written where nobody looks. It is renamed to where it is to be, or gone
/// when it is closed.
final class Staged implements AutoCloseable {
  private final Descriptor directory;
  private final byte[] name;
  private final Descriptor file;
  private boolean renamed;
  private @Nullable Discard discard;

  Staged(Descriptor directory, byte[] name, Descriptor file) {
    this.directory = directory;
    this.name = name;
    this.file = file;
  }

  /// Removes what is kept beside a file.
  interface Discard {
    void run() throws CallFailed;
  }

  /// What has to go as well when the file is not installed.
  void onDiscard(Discard beside) {
    discard = beside;
  }

  Descriptor file() {
    return file;
  }

  void write(ByteBuffer bytes) throws CallFailed {
    file.write(bytes);
  }

  /// Sets when it was written. A time of whole milliseconds is one that the system gives nothing
  /// else, so a later change is always noticed.
  FileState written(Instant at) throws CallFailed {
    file.setTimes(at.toEpochMilli());
    return file.state();
  }

  /// From now on it is what has this name. Its bytes have to be synced before, and the directory
  /// after.
  void rename(Descriptor to, byte[] target) throws CallFailed {
    directory.rename(name, to, target);
    renamed = true;
  }

  /// As [#rename]; fails with `EEXIST` when there is something.
  void renameOverNothing(Descriptor to, byte[] target) throws CallFailed {
    directory.renameOverNothing(name, to, target);
    renamed = true;
  }

  /// What cannot be deleted now goes at the next start.
  @Override
  public void close() throws CallFailed {
    try {
      if (renamed) return;
      directory.unlink(name);
      if (discard != null) discard.run();
    } finally {
      file.close();
    }
  }
}
