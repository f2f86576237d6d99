package io.tarn.cache;

import io.tarn.cache.CacheMetrics.Kind;
import io.tarn.io.CheckBuffers;
import io.tarn.store.Bucket;
import io.tarn.store.ByteRange;
import io.tarn.store.ContentRange;
import io.tarn.store.ObjectHead;
import io.tarn.store.ObjectStore;
import io.tarn.store.ObjectStore.Measured;
import io.tarn.store.OpenObject;
import io.tarn.store.Part;
import io.tarn.store.Payload;
import io.tarn.store.Provenance;
import io.tarn.store.Provenance.Verdict;
import io.tarn.store.Read;
import io.tarn.store.Slice;
import io.tarn.store.Span;
import io.tarn.store.StoreFailure;
import io.tarn.store.StoredBytes;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Reads objects through the cache.
final class CachedReads {
  /// An object that changes between the look at it and the read of it is looked at again.
  private static final int ATTEMPTS = 4;

  /// So many blocks are kept for a reader that opened them; what is replaced or deleted later he
  /// still reads.
  private static final int HELD = 64;

  /// So many are looked for to tell how much of an answer is here.
  private static final int COUNTED = 4096;

  private final ObjectStore origin;
  private final Function<Bucket, CachePolicy> policies;
  private final Heads heads;
  private final Lookups lookups;
  private final Fills fills;
  private final ReadAhead ahead;
  private final SmallBlocks smallBlocks;
  private final CacheMetrics metrics;

  CachedReads(
      ObjectStore origin,
      Function<Bucket, CachePolicy> policies,
      Heads heads,
      Lookups lookups,
      Fills fills) {
    this.origin = origin;
    this.policies = policies;
    this.heads = heads;
    this.lookups = lookups;
    this.fills = fills;
    this.ahead = new ReadAhead(fills);
    this.smallBlocks = new SmallBlocks(fills.store().settings().small().bytes());
    this.metrics = fills.metrics();
  }

  Measured measure(Read read) {
    if (isPast(read)) {
      metrics.of(read.bucket()).asked(Kind.HEAD);
      metrics.of(read.bucket()).answered(Verdict.BYPASS, false);
      Measured found = origin.measure(read);
      return new Measured(found.head(), found.slice(), PastObject.PROVENANCE);
    }
    Found found = lookups.find(read, policies.apply(read.bucket()), false);
    // Also where the answer is that a condition does not hold, or there is no such range.
    metrics.of(read.bucket()).answered(found.verdict(), false);
    read.decide(found.head());
    ContentRange slice = ContentRange.of(read.wanted(), found.head().content(), List::of);
    return new Measured(found.head(), slice, new Provenance(found.verdict(), found.age()));
  }

  /// Which bytes a part has only the origin knows.
  private static boolean isPast(Read read) {
    return read.wanted().span() instanceof Span.OfPart;
  }

  OpenObject open(Read read) {
    if (isPast(read)) {
      CacheMetrics.Counts counts = metrics.of(read.bucket());
      counts.asked(Kind.GET);
      OpenObject open = origin.open(read);
      counts.answered(Verdict.BYPASS, true);
      counts.sentFetched.add(open.slice().length());
      counts.fetchedBytes.add(open.slice().length());
      return new PastObject(open);
    }
    for (int attempt = 1; ; attempt++) {
      try (Found found = lookups.find(read, policies.apply(read.bucket()), true)) {
        return open(read, found);
      } catch (BlockSource.Changed e) {
        heads.forget(Heads.Name.of(read.bucket(), read.key()));
        if (attempt == ATTEMPTS) throw PinnedObject.changed(read.bucket(), read.key());
      }
    }
  }

  private OpenObject open(Read read, Found found) {
    ObjectHead head = found.head();
    ContentRange slice = decided(read, found);
    var object = PinnedObject.of(origin, read, found.known());
    if (slice.length() == 0) {
      Provenance from = answered(object, found, found.verdict());
      return new CachedObject(
          head, slice, from, new Payload.Bytes(new byte[0]), parts(object), null);
    }
    ByteRange whole = ByteRange.at(0, head.content().size());
    ByteRange range = slice.range() == null ? whole : slice.range();
    byte[] known = inMemory(object);
    if (known != null) {
      metrics.of(object.bucket()).sentLocal.add(slice.length());
      var bytes = new Payload.Bytes(known, (int) range.first(), (int) slice.length());
      Provenance from = answered(object, found, verdict(found, Presence.ALL));
      return new CachedObject(head, slice, from, bytes, parts(object), null);
    }
    var held = new ArrayList<Block>();
    Verdict verdict = verdict(found, look(object.identity(), range, held));
    Block only = object.size() <= SmallBlocks.LARGEST && held.size() == 1 ? held.getFirst() : null;
    var source = new BlockSource(object, fills, range, held);
    boolean opened = false;
    try {
      if (found.cold() != null) source.adopt(found.cold().take());
      found.close();
      source.begin();
      if (slice.range() != null) ahead.note(object, range);
      // Then it is read at once, and the answer is memory.
      boolean small = slice.length() <= SmallBlocks.LARGEST;
      Payload payload =
          small
              ? new Payload.Bytes(drained(source, (int) slice.length()))
              : new Payload.Slices(slice.length(), source);
      if (only != null && payload instanceof Payload.Bytes all && all.length() == object.size()) {
        smallBlocks.keep(only, all.array());
      }
      Provenance from = answered(object, found, source.isDirect() ? Verdict.BYPASS : verdict);
      if (small) source.close();
      opened = true;
      return new CachedObject(head, slice, from, payload, parts(object), small ? null : source);
    } finally {
      if (!opened) source.close();
    }
  }

  /// All bytes of a small object that was read lately, or is on its way to the disk: without a lock
  /// that everybody needs where it has come there.
  private byte @Nullable [] inMemory(PinnedObject object) {
    if (object.size() > SmallBlocks.LARGEST) return null;
    long condemnations = fills.condemnations();
    BlockId id = object.identity().block(0);
    Block block = fills.store().peek(id);
    byte[] known = block == null ? onItsWay(id) : smallBlocks.find(block);
    if (known == null) return null;
    fills.requireSound(object, condemnations);
    if (block != null) block.touch();
    return known;
  }

  private byte @Nullable [] onItsWay(BlockId id) {
    Filling filling = fills.find(id);
    return filling == null ? null : filling.all();
  }

  private ContentRange decided(Read read, Found found) {
    try {
      read.decide(found.head());
      return ContentRange.of(read.wanted(), found.head().content(), List::of);
    } catch (StoreFailure e) {
      metrics.of(read.bucket()).answered(found.verdict(), true);
      throw e;
    }
  }

  private Provenance answered(PinnedObject object, Found found, Verdict verdict) {
    metrics.of(object.bucket()).answered(verdict, true);
    return new Provenance(verdict, found.age());
  }

  /// How many of so many blocks are here.
  private record Presence(int there, int of) {
    static final Presence ALL = new Presence(1, 1);
  }

  /// Holds those at the beginning.
  private Presence look(Identity identity, ByteRange range, List<Block> held) {
    int first = fills.blocks().numberOf(range.first());
    int last = Math.min(fills.blocks().numberOf(range.last()), first + COUNTED - 1);
    int there = 0;
    for (int number = first; number <= last; number++) {
      boolean gapless = held.size() == number - first && held.size() < HELD;
      Block block = gapless ? fills.store().find(identity.block(number)) : null;
      if (block != null && fills.store().hold(block)) {
        held.add(block);
        there++;
      } else if (fills.store().has(identity.block(number))) {
        there++;
      }
    }
    return new Presence(there, last - first + 1);
  }

  private static Verdict verdict(Found found, Presence presence) {
    if (found.verdict() == Verdict.STALE) return Verdict.STALE;
    if (presence.there == 0) return Verdict.MISS;
    if (presence.there < presence.of) return Verdict.PARTIAL;
    return found.verdict() == Verdict.HIT ? Verdict.HIT : Verdict.REVALIDATED;
  }

  private static byte[] drained(BlockSource source, int length) {
    var all = ByteBuffer.allocate(length);
    while (all.hasRemaining()) {
      switch (source.nextPiece()) {
        case null -> throw new IllegalStateException("a source ended early");
        case Slice.Memory(var bytes) -> all.put(bytes);
        case Slice.Stored(var bytes, var offset, var count) -> copy(bytes, offset, count, all);
      }
    }
    return all.array();
  }

  private static void copy(StoredBytes bytes, long offset, long count, ByteBuffer into) {
    ByteBuffer room = CheckBuffers.take();
    try {
      for (long copied = 0; copied < count; ) {
        bytes.read(offset + copied, room);
        int some = (int) Math.min(room.remaining(), count - copied);
        into.put(room.slice(room.position(), some));
        copied += some;
      }
    } finally {
      CheckBuffers.give(room);
    }
  }

  private Supplier<List<Part>> parts(PinnedObject object) {
    return () -> {
      metrics.of(object.bucket()).asked(Kind.GET);
      return object.parts();
    };
  }
}
