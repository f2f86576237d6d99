package io.tarn.observe;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import org.slf4j.LoggerFactory;

/// The access log: request records are queued by whoever serves and written by one thread. A full
/// queue drops and counts; serving never waits. Lines that waited together go to the logger
/// `io.tarn.access` as one event, one line each.
///
/// Ask [#isOn] before making a record: when off, that is all a request pays.
public final class RequestLog implements AutoCloseable {
  public static final String LOGGER = "io.tarn.access";

  private static final int MOST_TOGETHER = 256;
  private static final int WAIT_MILLIS = 100;

  /// After a quiet time the first record wakes the writer; then it waits for more, as a wake-up
  /// costs the server more than a record.
  private static final int GATHER_MILLIS = 5;

  private static final int CLOSE_MILLIS = 5_000;

  private final boolean on;
  private final boolean json;
  private final BlockingQueue<RequestRecord> queue;
  private final Consumer<String> sink;
  private final LongAdder dropped = new LongAdder();
  private final Thread writer;
  private volatile boolean closing;

  RequestLog(LogSettings settings, Consumer<String> sink) {
    this.on = settings.access();
    this.json = settings.json();
    this.queue = new ArrayBlockingQueue<>(on ? settings.accessQueue() : 1);
    this.sink = sink;
    // A platform thread: writing to a slow console would hold a carrier of the virtual ones.
    this.writer = Thread.ofPlatform().daemon().name("access-log").unstarted(this::run);
  }

  /// Starts the writer if the settings switch the log on.
  public static RequestLog start(LogSettings settings) {
    var log = new RequestLog(settings, LoggerFactory.getLogger(LOGGER)::info);
    log.startWriting();
    return log;
  }

  void startWriting() {
    if (on) writer.start();
  }

  public boolean isOn() {
    return on;
  }

  /// Never waits. Does nothing when off.
  public void add(RequestRecord record) {
    if (on && (closing || !queue.offer(record))) dropped.increment();
  }

  /// Records that were not written because the queue was full, the log closed or the writing
  /// failed.
  public long dropped() {
    return dropped.sum();
  }

  /// Writes what is queued, for at most five seconds.
  @Override
  public void close() {
    closing = true;
    if (!writer.isAlive()) return;
    try {
      writer.join(CLOSE_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void run() {
    var together = new ArrayList<RequestRecord>(MOST_TOGETHER);
    try {
      while (!closing || !queue.isEmpty()) {
        if (queue.drainTo(together, MOST_TOGETHER) == 0) {
          RequestRecord first = queue.poll(WAIT_MILLIS, TimeUnit.MILLISECONDS);
          if (first == null) continue;
          together.add(first);
          if (!closing) Thread.sleep(GATHER_MILLIS);
          queue.drainTo(together, MOST_TOGETHER - 1);
        }
        write(together);
        together.clear();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void write(List<RequestRecord> records) {
    var lines = new StringBuilder(256 * records.size());
    for (var record : records) {
      if (!lines.isEmpty()) lines.append('\n');
      lines.append(json ? record.json() : record.human());
    }
    try {
      sink.accept(lines.toString());
    } catch (RuntimeException e) {
      dropped.add(records.size());
      LoggerFactory.getLogger(RequestLog.class)
          .warn("{} request records were not written", records.size(), e);
    }
  }
}
