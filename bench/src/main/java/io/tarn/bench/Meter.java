package io.tarn.bench;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;

/// Measures what a round costs this client and the server.
final class Meter {
  private static final long SAMPLE_MILLIS = 50;

  private Meter() {}

  static Round measure(Endpoint endpoint, Supplier<Tally> round) {
    Usage before = Usage.of(endpoint.pids());
    long clientBefore = clientCpuNanos();
    var peak = new AtomicLong(before.residentBytes());
    var over = new CountDownLatch(1);
    Thread sampler =
        Thread.ofPlatform().daemon().name("rss").start(() -> sample(endpoint, peak, over));
    Tally tally;
    try {
      tally = round.get();
    } finally {
      over.countDown();
    }
    long client = clientCpuNanos() - clientBefore;
    Usage after = Usage.of(endpoint.pids());
    join(sampler);
    long highest = Math.max(peak.get(), after.residentBytes());
    long server = after.cpuNanos() - before.cpuNanos();
    return new Round(
        tally, new Cost(client, server, before.residentBytes(), after.residentBytes(), highest));
  }

  private static void sample(Endpoint endpoint, AtomicLong peak, CountDownLatch over) {
    try {
      while (!endpoint.pids().isEmpty() && !over.await(SAMPLE_MILLIS, TimeUnit.MILLISECONDS)) {
        peak.accumulateAndGet(Usage.of(endpoint.pids()).residentBytes(), Math::max);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void join(Thread sampler) {
    try {
      sampler.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static long clientCpuNanos() {
    return ((OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean())
        .getProcessCpuTime();
  }
}
