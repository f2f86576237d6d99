package io.tarn.testkit;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.BitSet;
import java.util.SplittableRandom;
import java.util.TreeMap;

/// A disk behind a page cache. What was written is read back; what of it was not synced is decided
/// in the next crash, for each block alone: it is there, it is not, or it is half there. A file
/// that grew may be as long as it was, as it is, or in between.
///
/// A sync that fails is as on Linux: pages that could not be written count as clean from then on,
/// so that the next sync says nothing of them, and are lost in a crash.
///
/// Its methods take time, and are for threads of the simulation.
public final class SimulatedDisk {
  /// Small, so that what is written together is torn apart.
  public static final int BLOCK = 32;

  private final Simulation simulation;
  private final String name;
  private final TreeMap<String, File> files = new TreeMap<>();
  private boolean hangs;
  private boolean full;
  private boolean syncsFail;

  /// What readers see, what is on the disk, and which blocks of the one have still to get there.
  private static final class File {
    byte[] seen = {};
    byte[] kept = {};
    final BitSet dirty = new BitSet();
    final BitSet underway = new BitSet();
    boolean syncing;

    BitSet unsynced() {
      var blocks = (BitSet) dirty.clone();
      blocks.or(underway);
      return blocks;
    }
  }

  SimulatedDisk(Simulation simulation, String name) {
    this.simulation = simulation;
    this.name = "disk of " + name;
  }

  public boolean exists(String file) {
    return files.containsKey(file);
  }

  public byte[] read(String file) throws IOException {
    take(50);
    return find(file).seen.clone();
  }

  /// Overwrites or grows a file, which is made if need be. A full disk takes a part of the bytes
  /// and fails.
  public void write(String file, int offset, byte[] bytes) throws IOException {
    take(20);
    File to = files.computeIfAbsent(file, _ -> new File());
    int count = full ? random().nextInt(bytes.length + 1) : bytes.length;
    int end = offset + count;
    if (count > 0) {
      int from = Math.min(offset, to.seen.length); // a gap is zeros, written as well
      if (end > to.seen.length) to.seen = Arrays.copyOf(to.seen, end);
      System.arraycopy(bytes, 0, to.seen, offset, count);
      to.dirty.set(from / BLOCK, (end - 1) / BLOCK + 1);
    }
    if (count < bytes.length) throw new IOException("No space left on device");
  }

  /// Cuts a file off, durably after the next sync.
  public void truncate(String file, int size) throws IOException {
    take(20);
    File cut = find(file);
    cut.seen = Arrays.copyOf(cut.seen, size);
    if (size % BLOCK > 0) cut.dirty.set(size / BLOCK);
  }

  /// Makes durable what was written to the file before this was called. One at a time.
  public void sync(String file) throws IOException {
    File synced = find(file);
    while (synced.syncing) simulation.sleep(Duration.ofNanos(10_000));
    synced.syncing = true;
    byte[] bytes = synced.seen.clone();
    synced.underway.or(synced.dirty);
    synced.dirty.clear();
    take(random().nextInt(20) == 0 ? 20_000 : 2_000);
    var blocks = (BitSet) synced.underway.clone();
    synced.underway.clear();
    synced.syncing = false;
    if (syncsFail) {
      synced.kept = settle(synced.kept, bytes, blocks);
      throw new IOException("Input/output error");
    }
    synced.kept = Arrays.copyOf(synced.kept, bytes.length);
    blocks.stream().forEach(block -> copy(block, bytes, synced.kept, BLOCK));
  }

  /// Up to `most` bytes of a block, as far as there are so many.
  private static void copy(int block, byte[] from, byte[] to, int most) {
    int at = block * BLOCK;
    int count = Math.min(most, Math.min(from.length, to.length) - at);
    if (count > 0) System.arraycopy(from, at, to, at, count);
  }

  private File find(String file) throws IOException {
    File found = files.get(file);
    if (found == null) throw new FileNotFoundException(file);
    return found;
  }

  private SplittableRandom random() {
    return simulation.random(name);
  }

  /// Time passes: up to so many microseconds, and as long as the disk hangs.
  private void take(int micros) {
    simulation.sleep(Duration.ofNanos(1_000L * random().nextInt(1, micros + 1)));
    while (hangs) simulation.sleep(Duration.ofMillis(10));
  }

  /// From now on its methods return late: when it no longer hangs.
  public void hang(boolean on) {
    hangs = on;
  }

  /// From now on writes find no room.
  public void fill(boolean on) {
    full = on;
  }

  /// From now on syncs fail.
  public void failSyncs(boolean on) {
    syncsFail = on;
  }

  /// Who waited for a sync is gone.
  void abandon() {
    for (File file : files.values()) {
      file.dirty.or(file.underway);
      file.underway.clear();
      file.syncing = false;
    }
  }

  void crash() {
    for (File file : files.values()) {
      file.kept = settle(file.kept, file.seen, file.unsynced());
      file.seen = file.kept.clone();
      file.dirty.clear();
      file.underway.clear();
      file.syncing = false;
    }
  }

  /// What is on the disk after some blocks of `written` got there, and some half.
  private byte[] settle(byte[] before, byte[] written, BitSet blocks) {
    SplittableRandom random = random();
    int shorter = Math.min(before.length, written.length);
    int longer = Math.max(before.length, written.length);
    int length =
        switch (random.nextInt(3)) {
          case 0 -> before.length;
          case 1 -> written.length;
          default -> random.nextInt(shorter, longer + 1);
        };
    byte[] after = Arrays.copyOf(before, length);
    blocks.stream().forEach(block -> copy(block, written, after, arrived(random)));
    return after;
  }

  private static int arrived(SplittableRandom random) {
    return switch (random.nextInt(3)) {
      case 0 -> 0;
      case 1 -> BLOCK;
      default -> random.nextInt(BLOCK);
    };
  }
}
