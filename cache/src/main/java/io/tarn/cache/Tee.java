package io.tarn.cache;

import io.tarn.bytes.ChecksumAlgorithm;
import io.tarn.store.ChecksumType;
import io.tarn.store.Digests;
import io.tarn.store.Incoming;
import io.tarn.store.Put;
import io.tarn.store.Written;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A body on its way to the origin, whose bytes are kept as they pass. What they are of is known
/// only when the origin has taken them ([#keep]); until then nobody finds them. Where they cannot
/// be kept, or are more than their share, the write goes on without.
final class Tee implements Incoming, AutoCloseable {
  /// Of the bound, what one body may take.
  private static final int SHARE = 4;

  private final Incoming body;
  private final Fills fills;
  private final CacheMetrics.Counts counts;
  private final int labelBytes;
  private final List<StagedBlock> staged = new ArrayList<>();
  private long passed;
  private boolean given;

  Tee(Put put, Incoming body, Fills fills) {
    this.body = body;
    this.fills = fills;
    this.counts = fills.metrics().of(put.bucket());
    this.labelBytes = Identity.LONGEST_LABEL;
    this.given = body.length() > share();
  }

  private long share() {
    return fills.store().settings().size().bytes() / SHARE;
  }

  @Override
  public long length() {
    return body.length();
  }

  @Override
  public List<String> senders() {
    return body.senders();
  }

  @Override
  public void partOf(@Nullable ChecksumAlgorithm algorithm, ChecksumType type) {
    body.partOf(algorithm, type);
  }

  @Override
  public @Nullable ByteBuffer next() {
    ByteBuffer bytes = body.next();
    if (bytes != null && !given) take(bytes.duplicate());
    return bytes;
  }

  @Override
  public Digests digests() {
    return body.digests();
  }

  private void take(ByteBuffer bytes) {
    try {
      while (bytes.hasRemaining()) {
        StagedBlock into = current();
        if (into == null || passed + bytes.remaining() > share()) {
          giveUp();
          return;
        }
        int count = Math.min(bytes.remaining(), into.left());
        into.append(bytes.slice(bytes.position(), count));
        bytes.position(bytes.position() + count);
        passed += count;
      }
    } catch (IOException e) {
      fills.store().failed(staged.getLast().directory(), e);
      giveUp();
    }
  }

  private @Nullable StagedBlock current() {
    int blockSize = fills.blocks().size();
    if (!staged.isEmpty() && staged.getLast().left() > 0) return staged.getLast();
    long left = body.length() < 0 ? blockSize : body.length() - passed;
    int most = Math.clamp(left, 1, blockSize);
    StagedBlock next = fills.store().stage(most, new byte[labelBytes], false);
    if (next != null) staged.add(next);
    return next;
  }

  private void giveUp() {
    counts.failed(CacheMetrics.Trouble.KEEP);
    given = true;
    close();
  }

  /// Makes blocks of what passed, now that the origin says what it is; true if all of them are.
  boolean keep(Put put, Written written) {
    if (given || passed != written.content().size()) return false;
    Identity identity = Identity.of(put.bucket(), written);
    if (identity.label().length > labelBytes) return false;
    boolean pin = fills.pins().covers(put.bucket().id(), put.key());
    boolean all = true;
    for (int number = 0; number < staged.size(); number++) {
      StagedBlock each = staged.get(number);
      each.end();
      all &= fills.store().commit(each, identity.block(number), identity.label(), pin);
    }
    staged.clear();
    return all;
  }

  /// Gives up what was not kept.
  @Override
  public void close() {
    for (StagedBlock each : staged) each.discard();
    staged.clear();
  }
}
