package io.tarn.cache;

import io.tarn.cache.CacheMetrics.Kind;
import io.tarn.cache.CachePolicy.Freshness;
import io.tarn.cache.Heads.Absent;
import io.tarn.cache.Heads.Entry;
import io.tarn.cache.Heads.Hinted;
import io.tarn.cache.Heads.Joined;
import io.tarn.cache.Heads.Known;
import io.tarn.cache.Heads.Lookup;
import io.tarn.cache.Heads.Name;
import io.tarn.store.Checksum;
import io.tarn.store.Conditions;
import io.tarn.store.Fact;
import io.tarn.store.ObjectHead;
import io.tarn.store.ObjectStore;
import io.tarn.store.OpenObject;
import io.tarn.store.Permit;
import io.tarn.store.Provenance.Verdict;
import io.tarn.store.Read;
import io.tarn.store.Span;
import io.tarn.store.StoreFailure;
import io.tarn.store.Wanted;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.EnumSet;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Finds out which version a read is about: from memory as long as the bucket's policy allows, else
/// from the origin. Many who want to know the same at once ask once.
///
/// The origin is asked without the permit and the conditions of the read, which are decided here on
/// what it says: so what it says is true for the next reader, too.
final class Lookups {
  private static final int SHARED_ATTEMPTS = 3;

  private final ObjectStore origin;
  private final Heads heads;
  private final BlockStore store;
  private final CacheMetrics metrics;
  private final InstantSource clock;

  Lookups(
      ObjectStore origin,
      Heads heads,
      BlockStore store,
      CacheMetrics metrics,
      InstantSource clock) {
    this.origin = origin;
    this.heads = heads;
    this.store = store;
    this.metrics = metrics;
    this.clock = clock;
  }

  /// - `bytes`: where nothing is known yet, bytes are asked for at once
  Found find(Read read, CachePolicy policy, boolean bytes) {
    var name = Name.of(read.bucket(), read.key());
    for (int attempt = 0; ; attempt++) {
      Instant now = clock.instant();
      Entry entry = heads.find(name, read.version());
      boolean exclusive = policy.freshness() == Freshness.EXCLUSIVE && heads.isSettled(name);
      if (entry != null && isFresh(entry, policy, exclusive, now)) {
        if (entry instanceof Absent(var how, _)) {
          metrics.of(read.bucket()).answered(Verdict.HIT, bytes);
          throw how;
        }
        if (entry instanceof Known known && suffices(known, read, exclusive)) {
          return Found.remembered(known, Verdict.HIT, Duration.between(known.asked(), now));
        }
      }
      // To wait for another's answer is to take one that may be of before this request came.
      boolean shared =
          attempt < SHARED_ATTEMPTS && (exclusive || policy.freshness() == Freshness.TTL);
      Joined joined = heads.join(name, read.version(), shared, now);
      if (joined.own()) {
        // Who asked before may have been done between the look and the joining.
        if (Objects.equals(heads.find(name, read.version()), entry)) {
          return ask(new Asking(read, policy, entry, joined.lookup()), bytes);
        }
        joined.lookup().close();
        continue;
      }
      try {
        joined.lookup().await(store.settings().patience());
      } catch (StoreFailure e) {
        if (isAbsence(e)) metrics.of(read.bucket()).answered(Verdict.MISS, bytes);
        return stale(entry, policy, e, now);
      }
    }
  }

  static boolean isFresh(Entry entry, CachePolicy policy, boolean exclusive, Instant now) {
    Duration age = Duration.between(entry.asked(), now);
    if (age.isNegative()) return false; // the clock was set back: nobody knows
    boolean young = age.compareTo(policy.ttl()) <= 0;
    boolean fresh =
        exclusive
            || switch (policy.freshness()) {
              case TTL -> young;
              case REVALIDATE -> false;
              case EXCLUSIVE -> false; // while a write may yet happen
            };
    return switch (entry) {
      case Known _ -> fresh;
      case Absent _ -> fresh && age.compareTo(policy.absent()) <= 0;
      case Hinted _ -> false;
    };
  }

  /// Whether what is remembered is all that the read needs. What does not meet a condition may meet
  /// it by now: a refusal is made of what the origin says.
  private static boolean suffices(Known known, Read read, boolean exclusive) {
    Set<Fact> needed = needed(read);
    // What is told of a range has none of the whole: it is asked for when somebody wants it.
    if (!read.facts().contains(Fact.CHECKSUM)) needed.remove(Fact.CHECKSUM);
    if (!known.told().containsAll(needed)) return false;
    if (exclusive) return true;
    Conditions.Condition unmet = read.conditions().unmetByRead(known.head().content());
    return unmet == null || unmet.asksForNews();
  }

  /// Parts are asked for when they are used, and the checksum always: blocks are compared with it.
  private static Set<Fact> needed(Read read) {
    var facts = EnumSet.of(Fact.CHECKSUM);
    facts.addAll(read.facts());
    facts.remove(Fact.PARTS);
    return facts;
  }

  /// - `entry`: what was known
  private record Asking(Read read, CachePolicy policy, @Nullable Entry entry, Lookup lookup) {
    Read of(Span span, Set<Fact> facts) {
      return new Read(
          read.bucket(),
          read.key(),
          read.version(),
          Conditions.NONE,
          Permit.ANY,
          Wanted.of(span, facts));
    }
  }

  private Found ask(Asking asking, boolean bytes) {
    boolean lookingOn = true;
    try {
      boolean cold = bytes && asking.entry == null && !asking.read.permit().looks();
      Found found = cold ? open(asking) : null;
      if (found == null) return head(asking);
      lookingOn = false; // until what was found is closed
      return found;
    } catch (StoreFailure e) {
      if (isAbsence(e)) {
        metrics.of(asking.read.bucket()).answered(Verdict.MISS, bytes);
        asking.lookup.remember(new Absent(e, asking.lookup.began()));
      }
      asking.lookup.fail(e);
      return stale(asking.entry, asking.policy, e, asking.lookup.began());
    } finally {
      if (lookingOn) asking.lookup.close();
    }
  }

  private Found head(Asking asking) {
    Known before = asking.entry instanceof Known known ? known : null;
    Set<Fact> facts = needed(asking.read);
    if (before != null) facts.addAll(before.told());
    metrics.of(asking.read.bucket()).asked(Kind.HEAD);
    ObjectHead head = origin.head(asking.of(new Span.Whole(), facts));
    Known known = known(asking, head, facts);
    asking.lookup.remember(known);
    boolean same = before != null && before.identity().equals(known.identity());
    return Found.asked(known, same ? Verdict.REVALIDATED : Verdict.MISS);
  }

  private static Known known(Asking asking, ObjectHead head, Set<Fact> facts) {
    Identity identity = Identity.of(asking.read.bucket(), head);
    Set<Fact> told = EnumSet.copyOf(facts);
    if (head.content().checksum().equals(Checksum.UNTOLD)) told.remove(Fact.CHECKSUM);
    return new Known(head, identity, told, asking.lookup.began());
  }

  /// Null when the object has none of these bytes, which says nothing else of it.
  private @Nullable Found open(Asking asking) {
    Set<Fact> facts = needed(asking.read);
    metrics.of(asking.read.bucket()).asked(Kind.GET);
    try {
      OpenObject opened = origin.open(asking.of(aligned(asking.read.wanted().span()), facts));
      try {
        Known known = known(asking, opened.head(), facts);
        return new Found(known, Verdict.MISS, Duration.ZERO, new Found.Cold(asking.lookup, opened));
      } catch (RuntimeException e) {
        opened.close();
        throw e;
      }
    } catch (StoreFailure.NoSuchRange e) {
      return null;
    }
  }

  /// Whole blocks, as far as that can be said without knowing how long the object is.
  private Span aligned(Span span) {
    Blocks blocks = store.blocks();
    return switch (span) {
      case Span.Between(var first, var last) ->
          new Span.Between(
              blocks.floor(first),
              last > Long.MAX_VALUE - blocks.size()
                  ? last
                  : blocks.floor(last) + blocks.size() - 1);
      case Span.From(var first) -> new Span.From(blocks.floor(first));
      case Span.Last(var count) ->
          new Span.Last(count > Long.MAX_VALUE - blocks.size() ? count : count + blocks.size());
      case Span.Whole whole -> whole;
      case Span.OfPart part -> throw new IllegalStateException("not for blocks: " + part);
    };
  }

  static boolean isAbsence(StoreFailure failure) {
    return failure instanceof StoreFailure.NoSuchKey
        || failure instanceof StoreFailure.NoSuchVersion
        || failure instanceof StoreFailure.DeleteMarkerMet;
  }

  /// What is remembered, where the policy takes that while the origin does not answer; else fails
  /// as it did.
  private Found stale(@Nullable Entry entry, CachePolicy policy, StoreFailure why, Instant now) {
    if (!isOutage(why) || !(entry instanceof Known known)) throw why;
    Duration age = Duration.between(known.asked(), now);
    Duration usual = policy.freshness() == Freshness.TTL ? policy.ttl() : Duration.ZERO;
    boolean young = age.compareTo(usual.plus(policy.staleIfError())) <= 0;
    if (policy.staleIfError().isZero() || age.isNegative() || !young) throw why;
    return Found.remembered(known, Verdict.STALE, age);
  }

  static boolean isOutage(StoreFailure failure) {
    return failure instanceof StoreFailure.OriginUnreachable
        || failure instanceof StoreFailure.OriginThrottled
        || failure instanceof StoreFailure.Unavailable
        || failure instanceof StoreFailure.Unresponsive
        || failure instanceof StoreFailure.Overloaded;
  }
}
