package io.tarn.cache;

import io.tarn.cache.CacheMetrics.Kind;
import io.tarn.cache.CacheMetrics.Trouble;
import io.tarn.store.ByteRange;
import io.tarn.store.OpenObject;
import io.tarn.store.Slice;
import io.tarn.store.SliceSource;
import io.tarn.store.StoreFailure;
import io.tarn.store.StoredBytes;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/// A range of an object, block by block: from the disk where they are there, from the fill where
/// they are being fetched, and what is missing is fetched. Of what is there some blocks that follow
/// each other are open at a time, and are one slice, at first one and then more and more: between
/// two slices threads have to be woken.
///
/// Where there is no room for blocks it reads on from the origin itself.
final class BlockSource implements SliceSource {
  /// How often it looks again where what it found was gone by the time it wanted to read it.
  private static final int LOOKS = 8;

  /// Most blocks of a slice, and the most of all blocks that there is room for that one reader has
  /// open: what is open cannot go.
  private static final int MOST_OPEN = 8;

  private static final int LARGEST_SHARE = 8;

  private final PinnedObject object;
  private final Fills fills;
  private final CacheMetrics.Counts counts;
  private final List<Block> held; // from the first block of the range on
  private final int heldFrom;
  private final long end;
  private final long condemnations; // before it was opened
  private long position;
  private @Nullable Piece piece;
  private int stretch = 1; // blocks of the next slice
  private @Nullable Fill joined;
  private @Nullable Filling adopted; // until it is looked at: it may have ended by then
  private @Nullable Direct direct;
  private @Nullable Rescue rescue;
  private @Nullable Missed missed; // to be tried once more
  private boolean retried;
  private boolean closed;

  /// Open blocks that follow each other, from number `block` on; one, with its `filling`, while it
  /// is not whole.
  private record Piece(int block, List<BlockFile> files, @Nullable Filling filling) {
    boolean covers(int number) {
      return number >= block && number < block + files.size();
    }

    int last() {
      return block + files.size() - 1;
    }
  }

  /// A fill that failed, and why.
  private record Missed(Filling filling, StoreFailure why) {}

  /// What is read past the cache.
  private record Direct(OpenObject open, PayloadBytes bytes) {}

  /// `held` has the blocks, from the first on and without a gap, that are kept for this reader.
  BlockSource(PinnedObject object, Fills fills, ByteRange range, List<Block> held) {
    this.object = object;
    this.fills = fills;
    this.counts = fills.metrics().of(object.bucket());
    this.held = held;
    this.position = range.first();
    this.end = range.last() + 1;
    this.condemnations = fills.condemnations();
    this.heldFrom = fills.blocks().numberOf(position);
  }

  /// Begins to fetch the first blocks out of what the origin answered already; closes it otherwise.
  void adopt(OpenObject opened) {
    ByteRange has = opened.slice().range();
    long from = has == null ? 0 : has.first();
    long to = from + opened.slice().length();
    int first = blockAt(position);
    int last = blockAt(Math.min(end, to) - 1);
    if (from > fills.blocks().start(first) || to < blockEnd(last)) {
      opened.close();
      return;
    }
    adopted = fills.start(object, first, last, opened);
    if (adopted != null) joined = adopted.fill();
  }

  /// Waits until its first byte can be read. Fails with [Changed] when the object is another by
  /// now.
  void begin() {
    if (position < end && ready() == null) directly();
  }

  /// The object is not what it was any more, found before any byte was given.
  static final class Changed extends RuntimeException {
    private static final long serialVersionUID = 1;

    Changed() {
      super("changed", null, false, false);
    }
  }

  @Override
  public @Nullable Slice next() {
    try {
      return nextPiece();
    } catch (Changed e) {
      throw object.changed();
    }
  }

  /// As [#next]; fails with [Changed].
  @Nullable Slice nextPiece() {
    if (closed || position >= end) return null;
    Ready ready = direct == null ? ready() : null;
    if (ready == null) {
      Slice slice = nextDirect(direct == null ? directly() : direct);
      position += slice.length();
      return slice;
    }
    long length = ready.slice.length();
    (ready.local ? counts.sentLocal : counts.sentFetched).add(length);
    position += length;
    return ready.slice;
  }

  private int blockAt(long at) {
    return fills.blocks().numberOf(at);
  }

  private long blockEnd(int number) {
    return fills.blocks().start(number) + fills.blocks().length(number, object.size());
  }

  /// What can be read from the position on, or null when there is no way but past the cache.
  private @Nullable Ready ready() {
    int number = blockAt(position);
    int at = (int) (position - fills.blocks().start(number));
    for (int look = 0; look < LOOKS; look++) {
      fills.requireSound(object, condemnations);
      Piece open = piece != null && piece.covers(number) ? piece : openWhole(number);
      if (open != null && open.filling == null) return slice(open, blockEnd(open.last()));
      Filling filling = open != null ? open.filling : fetching(number);
      if (filling == null) continue;
      Filling.Progress progress = filling.await(at, fills.patience());
      if (progress.readable() > at) {
        byte[] all = filling.all();
        if (all != null) return given(all, at, number);
        if (open == null) open = openFilling(number, filling);
        if (open != null) return slice(open, fills.blocks().start(number) + progress.readable());
        // Its file is gone before it has ended, which it will in a moment.
        progress = filling.await(Integer.MAX_VALUE, fills.patience());
      }
      closePiece();
      if (!goesOn(filling, progress.ended())) return null;
    }
    return null;
  }

  /// - `local`: it was here before
  private record Ready(Slice slice, boolean local) {}

  private Ready given(byte[] all, int at, int number) {
    int stop = (int) Math.min(all.length, end - fills.blocks().start(number));
    return new Ready(
        new Slice.Memory(ByteBuffer.wrap(all, at, stop - at).asReadOnlyBuffer()), false);
  }

  private Ready slice(Piece open, long readable) {
    long start = fills.blocks().start(open.block);
    long stop = Math.min(end, readable);
    boolean local = open.filling == null && (joined == null || !joined.covers(open.block));
    var bytes = new Bytes(open, (int) (stop - start));
    return new Ready(new Slice.Stored(bytes, position - start, stop - position), local);
  }

  /// Opens the block, if all of it is there.
  private @Nullable Piece openWhole(int number) {
    closePiece();
    if (joined != null) joined.reach(number);
    BlockFile whole = openHeld(number);
    if (whole == null) whole = openFound(number);
    if (whole == null) return null;
    List<BlockFile> files = new ArrayList<>(stretch);
    Piece open = new Piece(number, files, null);
    piece = open;
    files.add(whole);
    openMore(number + 1, files);
    return open;
  }

  /// Opens what follows of the range, as far as it was here before.
  private void openMore(int from, List<BlockFile> files) {
    int last = blockAt(end - 1);
    for (int number = from; number <= last && files.size() < stretch; number++) {
      if (joined != null && joined.covers(number)) return;
      BlockFile more = openHeld(number);
      if (more == null) more = openFound(number);
      if (more == null) return;
      files.add(more);
    }
    long share = fills.store().settings().size().bytes() / fills.blocks().size() / LARGEST_SHARE;
    stretch = Math.clamp(share, 1, Math.min(MOST_OPEN, 2 * stretch));
  }

  private @Nullable BlockFile openHeld(int number) {
    int place = number - heldFrom;
    return place < held.size() ? fills.store().open(held.get(place)) : null;
  }

  private @Nullable BlockFile openFound(int number) {
    BlockId id = object.identity().block(number);
    // What was fetched for this reader is no more wanted for being read by it.
    boolean own = joined != null && joined.covers(number);
    Block block = own ? fills.store().peek(id) : fills.store().find(id);
    return block == null ? null : fills.store().open(block);
  }

  /// Whoever fetches the block, from now on if need be; null when it is there by now.
  private @Nullable Filling fetching(int number) {
    Missed before = missed;
    missed = null;
    BlockId id = object.identity().block(number);
    Filling filling = fills.find(id);
    if (filling == null && adopted != null && adopted.id().equals(id)) filling = adopted;
    adopted = null;
    if (before != null) filling = before.filling.successor(() -> again(number, before.why));
    if (filling == null) filling = begin(number);
    if (filling == null) return null;
    if (joined != filling.fill()) {
      leave();
      filling.fill().join();
      joined = filling.fill();
    }
    filling.fill().reach(number);
    return filling;
  }

  private @Nullable Filling begin(int number) {
    Filling filling = fills.start(object, number, blockAt(end - 1), null);
    if (filling == null) return null;
    leave();
    joined = filling.fill(); // who begins one is its first reader
    return filling;
  }

  private @Nullable Filling again(int number, StoreFailure why) {
    if (!fills.mayTryAgain()) throw why;
    return begin(number);
  }

  /// Opens what is there of it; null when it is whole by now, or gone.
  private @Nullable Piece openFilling(int number, Filling filling) {
    try {
      piece = new Piece(number, List.of(filling.open()), filling);
      return piece;
    } catch (IOException e) {
      return null;
    }
  }

  /// Whether to look again after a fill ended without the byte at hand; false where there is no
  /// room. A failed fill is tried once more by each reader, and by all of them together.
  private boolean goesOn(Filling filling, Filling.@Nullable Ending ended) {
    return switch (ended) {
      case null -> true;
      case Filling.Whole(), Filling.Dropped() -> true;
      case Filling.Crowded() -> false;
      case Filling.Failed(var why) -> {
        if (PinnedObject.isChange(why)) throw new Changed();
        if (retried || !isWorthRetrying(why)) throw why;
        retried = true;
        missed = new Missed(filling, why);
        yield true;
      }
    };
  }

  private static boolean isWorthRetrying(StoreFailure why) {
    return why instanceof StoreFailure.Unavailable
        || why instanceof StoreFailure.OriginUnreachable
        || why instanceof StoreFailure.Unresponsive;
  }

  private Direct directly() {
    leave();
    fills.requireSound(object, condemnations);
    counts.asked(Kind.GET);
    try {
      OpenObject open = object.open(new ByteRange(position, end - 1));
      direct = new Direct(open, new PayloadBytes(open.payload()));
      return direct;
    } catch (StoreFailure e) {
      if (PinnedObject.isChange(e)) throw new Changed();
      throw e;
    }
  }

  boolean isDirect() {
    return direct != null;
  }

  private Slice nextDirect(Direct from) {
    ByteBuffer bytes = from.bytes.next(end - position);
    if (bytes == null) throw new StoreFailure.Unavailable("the origin ended an object early", null);
    counts.fetchedBytes.add(bytes.remaining());
    counts.sentFetched.add(bytes.remaining());
    return new Slice.Memory(copy(bytes));
  }

  /// Memory must stay what it is until the source is closed.
  private static ByteBuffer copy(ByteBuffer bytes) {
    return ByteBuffer.allocate(bytes.remaining()).put(bytes).flip().asReadOnlyBuffer();
  }

  private void leave() {
    Fill before = joined;
    joined = null;
    if (before != null) before.leave();
  }

  private void closePiece() {
    Piece before = piece;
    piece = null;
    if (before != null) before.files.forEach(BlockFile::close);
    endRescue();
  }

  @Override
  public void close() {
    if (closed) return;
    closed = true;
    closePiece();
    leave();
    for (Block block : held) fills.store().release(block);
    Direct past = direct;
    if (past != null) past.open.close();
  }

  /// The bytes of open blocks, up to `stop`. What the disk does not give of a block, the origin
  /// does, from there to its end: the first read that fails is the last one of it.
  private final class Bytes implements StoredBytes {
    private final Piece open;
    private final int stop;
    private final AtomicReferenceArray<@Nullable IOException> broken;
    private final BitSet told = new BitSet(MOST_OPEN);

    Bytes(Piece open, int stop) {
      this.open = open;
      this.stop = stop;
      this.broken = new AtomicReferenceArray<>(open.files.size());
    }

    /// Where a byte is: in which of the blocks, and where there.
    private record Place(int index, BlockFile file, int at, int stop) {}

    private Place place(long at) {
      int size = fills.blocks().size();
      int index = (int) (at / size);
      int start = index * size;
      return new Place(
          index, open.files.get(index), (int) at - start, Math.min(size, stop - start));
    }

    @Override
    public void read(long at, ByteBuffer into) {
      Place place = place(at);
      if (broken.get(place.index) == null) {
        try {
          place.file.read(place.at, place.stop, into);
          return;
        } catch (IOException e) {
          broken.set(place.index, e);
        }
      }
      rescue(place, into);
    }

    private void rescue(Place place, ByteBuffer into) {
      tell(place);
      into.clear();
      long start = fills.blocks().start(open.block + place.index);
      int count = Math.min(into.remaining(), place.stop - place.at);
      try {
        rescuer(start + place.at, start + place.stop).read(count, into);
      } catch (StoreFailure e) {
        throw PinnedObject.isChange(e) ? object.changed() : e;
      }
    }

    private void tell(Place place) {
      IOException why = broken.get(place.index);
      if (why == null || told.get(place.index)) return;
      told.set(place.index);
      BlockStore.LOG.warn("a cached block cannot be read, its origin is: {}", why.toString());
      counts.failed(Trouble.DISK);
      Block block = fills.store().peek(object.identity().block(open.block + place.index));
      if (block != null && open.filling == null) fills.store().unreadable(block, why);
    }

    @Override
    public boolean tryRead(long at, ByteBuffer into) {
      Place place = place(at);
      if (broken.get(place.index) != null) return false;
      try {
        return place.file.tryRead(place.at, place.stop, into);
      } catch (IOException e) {
        broken.set(place.index, e); // for the request's thread to mend
        return false;
      }
    }

    /// Until one of them is broken.
    @Override
    public boolean canTry() {
      for (int i = 0; i < open.files.size(); i++) {
        if (broken.get(i) != null || !open.files.get(i).canTry()) return false;
      }
      return true;
    }

    @Override
    public void fetch(long at, long length) {
      long until = Math.min(stop, at + length);
      for (long from = at; from < until; ) {
        Place place = place(from);
        int count = (int) Math.min(place.stop - place.at, until - from);
        if (broken.get(place.index) == null) fetch(place, count);
        from += count;
      }
    }

    private void fetch(Place place, int count) {
      try {
        place.file.fetch(place.at, place.at + count);
      } catch (IOException e) {
        broken.set(place.index, e);
      }
    }
  }

  /// The origin, in the place of a block that cannot be read, from here on.
  private final class Rescue {
    private final OpenObject origin;
    private final PayloadBytes bytes;
    private final long end;
    private long position;

    Rescue(long from, long to) {
      counts.asked(Kind.GET);
      origin = object.open(new ByteRange(from, to - 1));
      bytes = new PayloadBytes(origin.payload());
      position = from;
      end = to;
    }

    void read(int count, ByteBuffer into) {
      while (into.position() < count) {
        ByteBuffer some = bytes.next(count - into.position());
        if (some == null) {
          throw new StoreFailure.Unavailable("the origin ended an object early", null);
        }
        counts.fetchedBytes.add(some.remaining());
        position += some.remaining();
        into.put(some);
      }
      into.flip();
    }
  }

  private Rescue rescuer(long from, long to) {
    Rescue known = rescue;
    if (known != null && known.position == from && from < known.end) return known;
    endRescue();
    known = new Rescue(from, to);
    rescue = known;
    return known;
  }

  private void endRescue() {
    Rescue before = rescue;
    rescue = null;
    if (before != null) before.origin.close();
  }
}
