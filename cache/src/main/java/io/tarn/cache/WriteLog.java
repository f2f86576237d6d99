package io.tarn.cache;

import io.tarn.bytes.DurableFile;
import io.tarn.cache.PendingAppends.Pending;
import io.tarn.observe.SystemError;
import io.tarn.store.StoreFailure;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Objects;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The log of queued writes: what [#append] returns from is durable, and every start finds it. One
/// thread writes; records that came while it synced go into one frame and one sync.
///
/// It is a row of files ([LogSegment]). When most of them is of writes that went, what the oldest
/// still has is written behind the newest, and the oldest deleted; so nobody waits for a log that
/// is written anew.
///
/// When a frame cannot be written or synced, the file is cut where it was good, and the records in
/// it failed: they did not happen. As long as it cannot be cut nothing more is appended.
///
/// Where the disk does not answer the writer waits for it, and nobody for the writer: what it has
/// not begun with is taken back, and what becomes of the rest is told to [PendingAppends.Late] when
/// the disk answers again, before anything else is written.
final class WriteLog implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(WriteLog.class);

  private static final int MOST_FRAME = 4 << 20;

  private final QueueDirectory disk;
  private final Path directory;
  private final long segmentBytes;
  private final TreeMap<Long, Segment> segments = new TreeMap<>(); // in the writer's hands
  private final Map<Long, Live> live = new HashMap<>(); // likewise
  private final PendingAppends appends;
  private final LogReserve reserve;
  private final Thread writer;
  private FileChannel out;
  private long outNumber;
  private long outLength;
  private long nextFrame;
  private boolean torn;

  private WriteLog(QueueDirectory disk, long segmentBytes, FileChannel out) {
    this.disk = disk;
    this.directory = disk.log();
    this.appends = new PendingAppends(disk);
    this.reserve = new LogReserve(disk.path());
    this.segmentBytes = segmentBytes;
    this.out = out;
    this.writer = Thread.ofPlatform().daemon().name("back-log").unstarted(this::run);
  }

  /// Where a record is. It moves when its file is given up.
  record Place(long segment, long at, int length) {}

  /// A write that the log has, and did not go yet.
  static final class Live {
    final QueuedWrite write;
    volatile Place place;
    private volatile String upload = ""; // written by the writer alone

    Live(QueuedWrite write, Place place) {
      this.write = write;
      this.place = place;
    }

    /// The id of its upload in parts at the origin; empty where there is none.
    String upload() {
      return upload;
    }
  }

  private static final class Segment {
    long bytes;
    int live;
  }

  /// Opens the log in a directory, or makes one. Fails with [LogSegment.DamagedLog] rather than go
  /// on without something that was acknowledged.
  static WriteLog open(QueueDirectory disk, long segmentBytes) throws IOException {
    Path directory = disk.log();
    NavigableSet<Long> numbers = disk.atStart(() -> begun(directory));
    if (numbers.isEmpty()) {
      Path first = directory.resolve(LogSegment.name(1));
      var log = new WriteLog(disk, segmentBytes, disk.atStart(() -> LogSegment.create(first, 1)));
      log.begin(1, LogSegment.HEADER);
      log.writer.start();
      return log;
    }
    Path newest = directory.resolve(LogSegment.name(numbers.last()));
    FileChannel out = disk.atStart(() -> FileChannel.open(newest, StandardOpenOption.WRITE));
    boolean opened = false;
    try {
      var log = new WriteLog(disk, segmentBytes, out);
      log.read(numbers);
      long end = log.outLength;
      disk.atStart(
          () -> {
            out.truncate(end);
            out.force(true);
            return true;
          });
      log.writer.start();
      opened = true;
      return log;
    } finally {
      if (!opened) disk.closer().add(out::close);
    }
  }

  /// The numbers of the files, without one that was being made.
  private static NavigableSet<Long> begun(Path directory) throws IOException {
    NavigableSet<Long> numbers = numbers(directory);
    if (numbers.isEmpty()) return numbers;
    Path newest = directory.resolve(LogSegment.name(numbers.last()));
    if (!LogSegment.isBegun(newest, numbers.last())) {
      Files.delete(newest);
      numbers.pollLast();
    }
    return numbers;
  }

  private static NavigableSet<Long> numbers(Path directory) throws IOException {
    NavigableSet<Long> numbers = new TreeSet<>();
    try (DirectoryStream<Path> files = Files.newDirectoryStream(directory)) {
      for (Path file : files) {
        String name = String.valueOf(file.getFileName());
        if (name.matches("[0-9a-f]{16}")) numbers.add(Long.parseUnsignedLong(name, 16));
      }
    }
    return numbers;
  }

  private void begin(long number, long length) {
    outNumber = number;
    outLength = length;
    segments.computeIfAbsent(number, _ -> new Segment()).bytes = length;
  }

  private void read(NavigableSet<Long> numbers) throws IOException {
    long expected = numbers.first();
    long frame = -1;
    for (long number : numbers) {
      Path file = directory.resolve(LogSegment.name(number));
      if (number != expected++) {
        throw new LogSegment.DamagedLog(
            directory.resolve(LogSegment.name(number - 1)), 0, "the file is missing");
      }
      long first = frame;
      LogSegment.Contents contents =
          disk.atStart(() -> LogSegment.read(file, number, first, number == numbers.last()));
      begin(number, contents.end());
      frame = contents.next();
      for (LogSegment.Placed placed : contents.records()) {
        try {
          apply(
              LogRecord.decode(placed.bytes()),
              new Place(number, placed.at(), placed.bytes().length));
        } catch (IllegalArgumentException e) {
          throw new LogSegment.DamagedLog(
              file, placed.at(), "a record is not understood (" + e.getMessage() + ")");
        }
      }
    }
    nextFrame = Math.max(0, frame);
  }

  private @Nullable Live apply(LogRecord record, Place place) {
    return switch (record) {
      case LogRecord.Came(var write) -> {
        Live known = live.get(write.serial());
        if (known != null) {
          segment(known.place).live--;
          known.place = place;
        } else {
          known = new Live(write, place);
          live.put(write.serial(), known);
        }
        segment(place).live++;
        yield known;
      }
      case LogRecord.Went(var serial) -> {
        Live known = live.remove(serial);
        if (known != null) segment(known.place).live--;
        yield null;
      }
      case LogRecord.Began(var serial, var upload) -> {
        Live known = live.get(serial);
        if (known != null) known.upload = upload;
        yield null;
      }
    };
  }

  private Segment segment(Place place) {
    return Objects.requireNonNull(segments.get(place.segment()));
  }

  /// What was found at the start, in the order of serials; before anything is appended.
  List<Live> found() {
    return live.values().stream()
        .sorted((a, b) -> Long.compare(a.write.serial(), b.write.serial()))
        .toList();
  }

  /// The bytes of an object that the log has, checked. Fails with
  /// [java.nio.file.NoSuchFileException] when it moved meanwhile: look at the place again.
  byte[] bytes(Place place, int size) throws IOException {
    Path file = directory.resolve(LogSegment.name(place.segment()));
    byte[] record = disk.calls().make(() -> LogSegment.read(file, place.at(), place.length()));
    return java.util.Arrays.copyOfRange(record, record.length - size, record.length);
  }

  /// Appends what belongs together, and waits until it is durable. Returns the write that came, if
  /// one did. Fails with [StoreFailure.OutOfSpace], `Unavailable` or `Unresponsive` when nothing of
  /// it happened, and with [StoreFailure.Indeterminate] when that is not known.
  ///
  /// - `inline`: the bytes of the object that came, where the log is to have them
  /// - `late`: told what became of it, if that is not known and will be
  @Nullable Live append(List<LogRecord> records, byte[] inline, PendingAppends.Late late) {
    return appends.append(records, inline, late);
  }

  /// Likewise, and waits for as long as it takes the disk.
  void record(LogRecord what) {
    appends.record(what);
  }

  /// Fails while a call of the writer has not returned.
  void requireAnswers() throws IOException {
    if (appends.isStuck()) throw new IOException("a write to the log has not returned");
  }

  private void run() {
    while (true) {
      List<Pending> group = appends.next(MOST_FRAME);
      if (group.isEmpty()) return;
      try {
        commit(group);
      } catch (RuntimeException e) {
        LOG.error("a bug in the log of queued writes", e);
        PendingAppends.fail(
            group, new StoreFailure.Indeterminate("the write-back queue failed", e));
      }
      for (Pending each : group) each.decide();
      tidy();
    }
  }

  private void commit(List<Pending> group) {
    try {
      if (bringsSomething(group) && !reserve.isThere()) appends.call(reserve::require);
      commit(group, write(encoded(group)));
    } catch (IOException e) {
      if (isFull(e) && cut()) {
        commitWithout(group, e);
      } else {
        fail(group, e);
      }
    }
  }

  /// On a full disk: only what makes room happens, at the cost of what is kept for it.
  private void commitWithout(List<Pending> group, IOException full) {
    List<Pending> coming = group.stream().filter(WriteLog::comes).toList();
    List<Pending> going = group.stream().filter(each -> !comes(each)).toList();
    fail(coming, full);
    if (going.isEmpty()) return;
    try {
      appends.call(() -> reserve.giveUp(full));
      commit(going, write(encoded(going)));
    } catch (IOException e) {
      fail(going, e);
    }
  }

  private static boolean comes(Pending pending) {
    return pending.records.stream().anyMatch(LogRecord.Came.class::isInstance);
  }

  private static boolean bringsSomething(List<Pending> group) {
    return group.stream().anyMatch(WriteLog::comes);
  }

  private static List<byte[]> encoded(List<Pending> group) {
    List<byte[]> records = new ArrayList<>();
    for (Pending each : group) records.addAll(each.encoded);
    return records;
  }

  private void fail(List<Pending> group, IOException e) {
    if (group.isEmpty()) return;
    LOG.warn("queued writes could not be logged: {}", e.toString());
    PendingAppends.fail(
        group,
        cut()
            ? failure(e)
            : new StoreFailure.Indeterminate(
                "whether the write was queued is not known", e, isFull(e)));
  }

  private void commit(List<Pending> group, List<Place> places) {
    int at = 0;
    for (Pending each : group) {
      for (LogRecord record : each.records) {
        Live came = apply(record, places.get(at++));
        if (came != null) each.came = came;
      }
    }
  }

  private static StoreFailure failure(IOException e) {
    return isFull(e)
        ? new StoreFailure.OutOfSpace("no room for writes on their way to the origin", e)
        : new StoreFailure.Unavailable("a write on its way to the origin cannot be kept here", e);
  }

  static boolean isFull(IOException e) {
    return SystemError.isFull(e);
  }

  private List<Place> write(List<byte[]> records) throws IOException {
    if (torn && !cut()) throw new IOException("the end of the log of queued writes is torn");
    if (outLength >= segmentBytes) roll();
    ByteBuffer frame = LogSegment.frame(nextFrame, records);
    int length = frame.remaining();
    torn = true;
    appends.call(
        () -> {
          LogSegment.write(out, frame, outLength);
          out.force(false);
        });
    torn = false;
    nextFrame++;
    List<Place> places = new ArrayList<>();
    long at = outLength + LogSegment.FRAME_HEAD;
    for (byte[] record : records) {
      places.add(new Place(outNumber, at, record.length));
      at += LogSegment.RECORD_HEAD + record.length;
    }
    outLength += length;
    Objects.requireNonNull(segments.get(outNumber)).bytes = outLength;
    return places;
  }

  /// Cuts the file where it is good; false when that fails.
  private boolean cut() {
    if (!torn) return true;
    try {
      appends.call(
          () -> {
            out.truncate(outLength);
            out.force(true);
          });
      torn = false;
      return true;
    } catch (IOException e) {
      LOG.warn("the log of queued writes cannot be cut where it is whole", e);
      return false;
    }
  }

  private void roll() throws IOException {
    long number = outNumber + 1;
    Path file = directory.resolve(LogSegment.name(number));
    appends.call(
        () -> {
          Files.deleteIfExists(file); // one whose making failed
          FileChannel fresh = LogSegment.create(file, number);
          out.close();
          out = fresh;
        });
    begin(number, LogSegment.HEADER);
  }

  /// Gives up the oldest files while there are many of little use.
  private void tidy() {
    try {
      while (segments.size() > 1 && oldestIsOfLittleUse()) giveUpOldest();
    } catch (IOException e) {
      LOG.warn("an old file of the log of queued writes stays", e);
      boolean whole = cut();
      if (!whole) LOG.warn("nothing is queued until the log can be cut");
    }
  }

  /// Either nothing of it is left, or so much of the log is of no use that half of it could go.
  private boolean oldestIsOfLittleUse() {
    if (segments.firstEntry().getValue().live == 0) return true;
    long all = 0;
    for (Segment each : segments.values()) all += each.bytes;
    long used = 0;
    for (Live each : live.values()) used += each.place.length() + LogSegment.RECORD_HEAD;
    return all > 2 * used + 4 * segmentBytes;
  }

  private void giveUpOldest() throws IOException {
    long oldest = segments.firstKey();
    Path file = directory.resolve(LogSegment.name(oldest));
    List<Live> moved = new ArrayList<>();
    List<byte[]> records = new ArrayList<>();
    int bytes = 0;
    for (Live each : live.values()) {
      if (each.place.segment() != oldest) continue;
      Place place = each.place;
      appends.call(() -> records.add(LogSegment.read(file, place.at(), place.length())));
      moved.add(each);
      bytes += place.length();
      if (bytes >= MOST_FRAME) {
        move(moved, records);
        bytes = 0;
      }
    }
    move(moved, records);
    appends.call(
        () -> {
          Files.delete(file);
          DurableFile.sync(directory);
        });
    segments.remove(oldest);
  }

  private void move(List<Live> moved, List<byte[]> records) throws IOException {
    if (moved.isEmpty()) return;
    List<byte[]> all = new ArrayList<>(records);
    for (Live each : moved) {
      if (each.upload.isEmpty()) continue;
      all.add(new LogRecord.Began(each.write.serial(), each.upload).encode(new byte[0]));
    }
    List<Place> places = write(all);
    for (int i = 0; i < moved.size(); i++) {
      Live each = moved.get(i);
      segment(each.place).live--;
      each.place = places.get(i);
      segment(each.place).live++;
    }
    moved.clear();
    records.clear();
  }

  /// What has been appended is written before it is over; where the disk does not answer, what of
  /// it the writer had not begun with has failed.
  @Override
  public void close() {
    appends.close(writer);
    if (!writer.isAlive()) disk.closer().add(out::close);
  }
}
