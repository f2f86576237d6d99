package io.tarn.meta;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// What was submitted to a committer and what it answered, over all lives of a store; held against
/// what the store finds at each start.
final class CommitLedger {
  /// A batch on its way, or what came of it. Moments are counted, not measured.
  final class Submission {
    final Batch batch;
    final int life;
    private final long called = moment++;
    private long answered = Long.MAX_VALUE;
    private @Nullable CommitResult result;
    private @Nullable MetaException failure;
    private long answeredNanos;

    Submission(Batch batch, int life) {
      this.batch = batch;
      this.life = life;
    }

    void answer(@Nullable CommitResult got, @Nullable MetaException thrown, long nanos) {
      answered = moment++;
      answeredNanos = nanos;
      result = got;
      failure = thrown;
      if (thrown instanceof MetaException.Indeterminate lost && !lost.full()) troubled = life;
      require(got == null || troubled != life, "an answer after a failed sync", this);
      if (!(got instanceof CommitResult.Committed(var sequence))) return;
      require(lastLife != life || sequence > lastSequence, "answered out of order", this);
      lastLife = life;
      lastSequence = sequence;
      acknowledged.add(this);
    }

    boolean isSynced() {
      return batch.durability() == Durability.SYNC;
    }

    @Override
    public String toString() {
      return "%d %s %s -> %s"
          .formatted(
              batch.token(),
              batch.durability(),
              batch.guards(),
              result != null ? result : failure != null ? failure : "no answer");
    }
  }

  private final List<Submission> submissions = new ArrayList<>();
  private final List<Submission> acknowledged = new ArrayList<>();
  private List<Long> durable = List.of();

  /// The lives of which a power cut took relaxed batches, as it may: what was refused because of
  /// them was refused truly.
  private final Set<Integer> forgetful = new HashSet<>();

  private long moment;
  private int troubled = -1;
  private int lastLife = -1;
  private long lastSequence;

  Submission submit(Batch batch, int life) {
    var submission = new Submission(batch, life);
    submissions.add(submission);
    return submission;
  }

  private static void require(boolean holds, String otherwise, Object about) {
    if (!holds) throw new AssertionError(otherwise + ": " + about);
  }

  /// A start found these batches in its log, and made of them these rows. What was acknowledged by
  /// `relaxedUntil` must be there although it was not synced.
  void found(List<Long> log, Map<MetaKey, Entry> rows, long relaxedUntil) {
    require(startsWith(log, durable), "what was served was undone", log + " after " + durable);
    durable = log;
    Set<Long> there = new HashSet<>(log);
    acknowledgedIsThere(there, relaxedUntil);
    for (Submission each : submissions) {
      if (each.answered < Long.MAX_VALUE && !mayBeThere(each)) {
        require(!there.contains(each.batch.token()), "there in spite of its answer", each);
      }
    }
    replay(log, rows);
  }

  private static boolean startsWith(List<Long> log, List<Long> start) {
    return log.size() >= start.size() && log.subList(0, start.size()).equals(start);
  }

  private static boolean mayBeThere(Submission submission) {
    return submission.result instanceof CommitResult.Committed
        || submission.failure instanceof MetaException.Indeterminate;
  }

  /// A sync carries all that was written before it.
  private void acknowledgedIsThere(Set<Long> there, long relaxedUntil) {
    boolean later = false;
    for (Submission each : acknowledged.reversed()) {
      later |= each.isSynced() || each.answeredNanos <= relaxedUntil;
      if (later) require(there.contains(each.batch.token()), "acknowledged and lost", each);
    }
    for (Submission each : acknowledged) {
      if (!there.contains(each.batch.token())) forgetful.add(each.life);
    }
    acknowledged.removeIf(each -> !there.contains(each.batch.token()));
  }

  /// Decides all of the log again, in its order: each guard must have held where it stands, each
  /// rejection been right somewhere between call and answer.
  private void replay(List<Long> log, Map<MetaKey, Entry> rows) {
    Map<Long, Batch> batches = new HashMap<>();
    submissions.forEach(each -> batches.put(each.batch.token(), each.batch));
    var history = new History();
    for (Submission each : submissions) {
      for (Guard guard : each.batch.guards()) history.watch(guard.key());
    }
    history.add(null);
    try (var model = new MemoryMetaStore()) {
      for (long token : log) {
        Batch batch = batches.get(token);
        if (batch == null) throw new AssertionError("nobody submitted " + token);
        CommitResult again = MetaStore.await(model.commit(batch));
        require(again instanceof CommitResult.Committed, "a guard did not hold", batch);
        history.add(model);
      }
      var all = Scan.of(new KeyRange(MetaKey.of("A"), MetaKey.of("z")), 10_000);
      Set<Entry> expected = new HashSet<>();
      for (Item item : MetaStore.await(model.scan(all)).items()) {
        if (item instanceof Item.Row(var entry)) expected.add(entry);
      }
      require(expected.equals(Set.copyOf(rows.values())), "other rows than the log says", rows);
    }
    for (Submission each : submissions) {
      if (each.result instanceof CommitResult.Rejected(var guard, var actual)
          && !forgetful.contains(each.life)) {
        rejectionIsTrue(each, each.batch.guards().get(guard), actual, history, log);
      }
    }
  }

  private void rejectionIsTrue(
      Submission submission, Guard guard, Optional<Entry> actual, History history, List<Long> log) {
    require(
        !guard.holds(actual.orElse(null), submission.batch.token()),
        "rejected for a guard that holds",
        submission);
    int least = 0;
    int most = log.size();
    for (Submission other : submissions) {
      int at = log.indexOf(other.batch.token());
      if (at < 0) continue;
      boolean before = other.result instanceof CommitResult.Committed;
      if (before && other.answered < submission.called) least = Math.max(least, at + 1);
      if (other.called > submission.answered) most = Math.min(most, at);
    }
    require(
        history.was(guard.key(), actual, least, most),
        "rejected for a row that was not there then, between %d and %d".formatted(least, most),
        submission);
  }

  /// The rows that guards ask for, after each batch of the log.
  private static final class History {
    private final Map<MetaKey, List<Optional<Entry>>> rows = new HashMap<>();

    void watch(MetaKey key) {
      rows.putIfAbsent(key, new ArrayList<>());
    }

    void add(@Nullable MetaStore after) {
      rows.forEach(
          (key, versions) ->
              versions.add(after == null ? Optional.empty() : MetaStore.await(after.get(key))));
    }

    boolean was(MetaKey key, Optional<Entry> row, int from, int to) {
      return rows.getOrDefault(key, List.of()).subList(from, to + 1).contains(row);
    }
  }
}
