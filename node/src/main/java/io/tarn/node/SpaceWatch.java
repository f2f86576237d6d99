package io.tarn.node;

import io.tarn.disk.Volume;
import io.tarn.meta.MetaStore;
import io.tarn.settings.DataSize;
import io.tarn.store.StoreFailure;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Looks twice a second whether space is short, and tells when that changes.
final class SpaceWatch implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(SpaceWatch.class);
  private static final long LOOK_MILLIS = 500;

  private final List<Volume> volumes;
  private final DataSize reserve;
  private final MetaStore meta;
  private final Told told;
  private final InstantSource clock;
  private final SpacePressure pressure = new SpacePressure();
  private final CountDownLatch closing = new CountDownLatch(1);
  private boolean before;

  /// Who wants to know.
  interface Told {
    void spaceIsShort(boolean now);
  }

  SpaceWatch(
      List<Volume> volumes, DataSize reserve, MetaStore meta, Told told, InstantSource clock) {
    this.volumes = volumes;
    this.reserve = reserve;
    this.meta = meta;
    this.told = told;
    this.clock = clock;
  }

  void start() {
    Thread.ofPlatform().daemon().name("space").start(this::run);
  }

  private void run() {
    try {
      while (!closing.await(LOOK_MILLIS, TimeUnit.MILLISECONDS)) look();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e); // nobody interrupts it
    }
  }

  private void look() {
    try {
      boolean now = pressure.isShort(clock.instant(), meta.health().full(), levels());
      if (now == before) return;
      LOG.info(now ? "space is short: garbage goes at once" : "space is no longer short");
      before = now;
      told.spaceIsShort(now);
    } catch (StoreFailure e) {
      LOG.warn("the free space is not known: {}", e.getMessage());
    }
  }

  private List<SpacePressure.Level> levels() {
    return volumes.stream()
        .map(
            volume ->
                new SpacePressure.Level(volume.freeBytes(), reserve.bytes(), volume.refusals()))
        .toList();
  }

  @Override
  public void close() {
    closing.countDown();
  }
}
