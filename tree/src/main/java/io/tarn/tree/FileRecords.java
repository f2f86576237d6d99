package io.tarn.tree;

import io.tarn.store.StoreFailure;
import io.tarn.store.StoreFailure.Reason;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/// Keeps [Facts] of files: in an extended attribute, and where there is none to be had in a
/// side-car, a file in the reserved directory that is called after the inode. Both belong to the
/// file and not to its name, so bytes and facts get a name in one step, and change it together.
///
/// The number of an inode is given again once its file is gone. So a side-car says of which file it
/// is, and one that a crash or somebody else left is not taken for another's; and who replaces a
/// file keeps it open until its side-cars are gone.
final class FileRecords {
  /// What is recorded.
  enum Kind {
    /// What a file, or the folder that a directory is, came to.
    FACTS("user.tarn"),
    /// That Tarn made a directory, and so may remove it when nothing is left in it.
    MADE("user.tarn.made");

    private final String attribute;

    Kind(String attribute) {
      this.attribute = attribute;
    }

    private byte[] attribute() {
      return Reserved.bytes(attribute);
    }
  }

  private static final int MOST_BYTES = 1 << 20;

  private final @Nullable Reserved reserved;
  private final boolean attributes;

  /// `attributes`: whether extended attributes may be used.
  FileRecords(@Nullable Reserved reserved, boolean attributes) {
    this.reserved = reserved;
    this.attributes = attributes;
  }

  /// What is recorded of a file; [Facts#NONE] where that is nothing.
  Facts facts(Descriptor file, FileState now) throws CallFailed {
    Facts found = find(Kind.FACTS, file, now);
    return found == null ? Facts.NONE : found;
  }

  /// Null where nothing of that kind is recorded of this file.
  @Nullable Facts find(Kind kind, Descriptor file, FileState now) throws CallFailed {
    byte[] attribute = attributes ? file.attribute(kind.attribute()) : null;
    if (attribute != null) return Facts.parse(attribute);
    if (reserved == null) return null;
    byte[] sideCar = read(reserved.sideCars(kind), now);
    if (sideCar == null) return null;
    Facts facts = Facts.parse(sideCar);
    return isOf(facts.of(), now) ? facts : null;
  }

  /// A file that was changed is the same one when it was born at the same time.
  private static boolean isOf(FileState then, FileState now) {
    return then.inode() == now.inode()
        && then.bornNanos() == now.bornNanos()
        && (now.bornNanos() != 0 || then.isSame(now));
  }

  private static byte @Nullable [] read(Descriptor directory, FileState of) throws CallFailed {
    try (Descriptor file = directory.find(name(of))) {
      if (file == null) return null;
      ByteBuffer bytes = ByteBuffer.allocate((int) Math.min(MOST_BYTES, file.state().size()));
      if (!file.read(bytes, 0)) return null; // it is being replaced by somebody else
      return bytes.array();
    }
  }

  private static byte[] name(FileState of) {
    return Reserved.bytes(Long.toHexString(of.inode()));
  }

  /// FileRecords this of a file, in place of what was. An attribute is durable when the file is
  /// synced, a side-car at once.
  void set(Kind kind, Descriptor file, FileState now, Facts facts) throws CallFailed {
    byte[] text = facts.text();
    if (attributes && file.setAttribute(kind.attribute(), text)) {
      writing().sideCars(kind).unlink(name(now));
      return;
    }
    if (now.isDirectory() && now.bornNanos() == 0) {
      if (kind == Kind.MADE) return; // then it is not removed
      throw new StoreFailure.Invalid(
          Reason.REQUEST,
          "The file system of this bucket cannot remember that a directory is a key");
    }
    write(writing().sideCars(kind), name(now), ByteBuffer.wrap(text));
    if (attributes) file.removeAttribute(kind.attribute()); // there may be one that was shorter
  }

  /// Remembers that Tarn made a directory, where that can be remembered.
  void setMade(Descriptor directory) throws CallFailed {
    FileState now = directory.state();
    set(Kind.MADE, directory, now, Facts.of(now));
  }

  /// Takes back what is recorded of a file that stays.
  void remove(Kind kind, Descriptor file, FileState now) throws CallFailed {
    if (attributes) file.removeAttribute(kind.attribute());
    writing().sideCars(kind).unlink(name(now));
  }

  /// Removes what is beside a file that has no name any more, and is still open.
  void forget(FileState gone) throws CallFailed {
    for (Kind kind : Kind.values()) writing().sideCars(kind).unlink(name(gone));
    writing().parts().unlink(name(gone));
  }

  /// The parts that a file came in.
  void setParts(FileState of, ByteBuffer list) throws CallFailed {
    write(writing().parts(), name(of), list);
  }

  /// The list of parts of a file; it stays what it is as long as it is open. Null when there is
  /// none.
  @Nullable Descriptor parts(FileState of) throws CallFailed {
    return reserved == null ? null : reserved.parts().find(name(of));
  }

  private void write(Descriptor directory, byte[] name, ByteBuffer bytes) throws CallFailed {
    try (Staged staged = writing().stage()) {
      staged.write(bytes);
      staged.file().sync();
      staged.rename(directory, name);
      directory.sync();
    }
  }

  private Reserved writing() {
    if (reserved == null) throw new IllegalStateException("nothing can be written here");
    return reserved;
  }
}
