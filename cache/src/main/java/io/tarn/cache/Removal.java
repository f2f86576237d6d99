package io.tarn.cache;

/// Why a block went.
public enum Removal {
  /// Others needed the room.
  ROOM,
  /// The disk needed it: less was free than is to be left.
  SPACE,
  /// What it was of was written to or deleted.
  REPLACED,
  /// It could not be read, or was not what was written.
  DAMAGED,
  /// It was asked to.
  ASKED;

  /// Why one goes that nobody asked to; `space` where it is the disk that has too little.
  static Removal wanting(boolean space) {
    return space ? SPACE : ROOM;
  }
}
