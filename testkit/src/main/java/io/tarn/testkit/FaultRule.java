package io.tarn.testkit;

import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/// Which requests a [WireFault] befalls. Immutable but for its count: a rule that was used up lets
/// everything through. Thread-safe.
///
/// - `which`: the requests that it is about
/// - `first`: which of those is the first, counted from 1
/// - `most`: how many of them, from there on
public final class FaultRule {
  private final WireFault fault;
  private final Predicate<WireRequest> which;
  private final int first;
  private final int most;
  private final AtomicInteger matched = new AtomicInteger();

  private FaultRule(WireFault fault, Predicate<WireRequest> which, int first, int most) {
    this.fault = fault;
    this.which = which;
    this.first = first;
    this.most = most;
  }

  /// Befalls every request.
  public static FaultRule always(WireFault fault) {
    return new FaultRule(fault, _ -> true, 1, Integer.MAX_VALUE);
  }

  /// Of those only the ones that also fulfil this.
  public FaultRule where(Predicate<WireRequest> further) {
    return new FaultRule(fault, which.and(further), first, most);
  }

  public FaultRule method(String method) {
    return where(request -> request.method().equals(method));
  }

  /// Whose path and query match all of the pattern.
  public FaultRule target(String pattern) {
    Pattern compiled = Pattern.compile(pattern);
    return where(request -> compiled.matcher(request.target()).matches());
  }

  /// Only the `number`th of the requests that the rule is about so far.
  public FaultRule nth(int number) {
    return from(number).times(1);
  }

  public FaultRule from(int number) {
    return new FaultRule(fault, which, number, most);
  }

  public FaultRule times(int count) {
    return new FaultRule(fault, which, first, count);
  }

  /// Only about so many of a hundred, the same ones for a seed as long as requests come one after
  /// the other.
  public FaultRule percent(int share, long seed) {
    var random = new Random(seed);
    return where(_ -> chosen(random, share));
  }

  private static boolean chosen(Random random, int share) {
    synchronized (random) {
      return random.nextInt(100) < share;
    }
  }

  WireFault fault() {
    return fault;
  }

  /// Whether it befalls this request, which is counted.
  boolean befalls(WireRequest request) {
    if (!which.test(request)) return false;
    int number = matched.incrementAndGet();
    return number >= first && number - first < most;
  }
}
