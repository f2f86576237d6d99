package io.tarn.meta;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/// The contract of [MetaStore] in the fewest lines: [SortedRows] under one lock. The model the
/// engines are tested against, and the store of a server that keeps nothing.
///
/// It takes a bounded amount of memory, and beyond that is as full as a disk can be: what ends
/// something is still taken, a sixteenth more, and what leaves it no larger always.
public final class MemoryMetaStore implements MetaStore {
  /// What a row takes beside its bytes: the objects and their place in the map.
  private static final int ROW = 192;

  private static final int RESERVE = 16;

  private final SortedRows rows = new SortedRows(ROW);
  private final ChangeFeed feed = new ChangeFeed();
  private final long most;
  private final boolean telling;
  private long sequence;
  private boolean full;
  private boolean closed;

  /// As large as it grows.
  public MemoryMetaStore() {
    this(Long.MAX_VALUE, true);
  }

  private MemoryMetaStore(long most, boolean telling) {
    this.most = most;
    this.telling = telling;
  }

  /// A store whose rows take so many bytes at most.
  public static MemoryMetaStore bounded(long most) {
    return new MemoryMetaStore(most, true);
  }

  /// A store whose subscribers never hear of anything, as those of one that is cut off.
  public static MemoryMetaStore withoutFeed() {
    return new MemoryMetaStore(Long.MAX_VALUE, false);
  }

  @Override
  public Limits limits() {
    return Limits.USUAL;
  }

  @Override
  public synchronized CompletionStage<Optional<Entry>> get(MetaKey key) {
    return BatchLimits.completed(() -> find(key));
  }

  @Override
  public synchronized CompletionStage<List<Optional<Entry>>> getAll(List<MetaKey> keys) {
    return BatchLimits.completed(() -> keys.stream().map(this::find).toList());
  }

  @Override
  public synchronized CompletionStage<Page> scan(Scan scan) {
    return BatchLimits.completed(
        () -> {
          checkOpen();
          return rows.page(scan);
        });
  }

  @Override
  public synchronized CompletionStage<CommitResult> commit(Batch batch) {
    return BatchLimits.completed(() -> apply(batch));
  }

  @Override
  public Subscription subscribe(List<KeyRange> ranges, ChangeListener listener) {
    return feed.subscribe(ranges, listener);
  }

  @Override
  public CompletionStage<List<Damage>> verify() {
    return CompletableFuture.completedFuture(List.of());
  }

  @Override
  public CompletionStage<Long> backup(Path directory) {
    throw new UnsupportedOperationException("there is nothing on disk to copy");
  }

  @Override
  public synchronized Health health() {
    return new Health(Health.Role.SINGLE, !closed, full, 0, sequence, 0, Optional.empty());
  }

  @Override
  public void close() {
    synchronized (this) {
      closed = true;
    }
    feed.close(); // not under the lock, which a listener may be waiting for
  }

  private Optional<Entry> find(MetaKey key) {
    checkOpen();
    return Optional.ofNullable(rows.find(key));
  }

  private void checkOpen() {
    if (closed) throw new MetaException.Unavailable("the store is closed", null);
  }

  private CommitResult apply(Batch batch) {
    checkOpen();
    BatchLimits.measure(batch, Limits.USUAL);
    CommitResult.Rejected refusal = rows.refusal(batch);
    if (refusal != null) return refusal;
    requireRoom(batch);
    rows.apply(batch);
    sequence++;
    if (telling) feed.publish(sequence, batch);
    return new CommitResult.Committed(sequence);
  }

  private void requireRoom(Batch batch) {
    long growth = rows.growth(batch);
    long free = most - rows.bytes();
    boolean fits =
        growth <= 0
            || switch (batch.need()) {
              case ROOM -> growth <= free;
              case END -> growth - most / RESERVE <= free;
              case NOTHING -> true;
            };
    if (!fits) {
      full = true;
      throw new MetaException.Full("the rows take all of their %d bytes of memory".formatted(most));
    }
    if (batch.need() == Batch.Need.ROOM) full = false;
  }
}
