package io.tarn.node;

import io.tarn.catalog.Catalog;
import io.tarn.catalog.CatalogSettings;
import io.tarn.console.LocalAccess;
import io.tarn.console.VolumeMembership;
import io.tarn.health.Vitals.Alarm;
import io.tarn.health.Vitals.DiskCalls;
import io.tarn.health.Vitals.VolumeState;
import io.tarn.index.IndexSettings;
import io.tarn.index.IndexedStore;
import io.tarn.index.ReaperSettings;
import io.tarn.memory.MemoryVolume;
import io.tarn.meta.MemoryMetaStore;
import io.tarn.meta.MetaStore;
import io.tarn.meta.Tokens;
import io.tarn.settings.DataSize;
import io.tarn.settings.Secret;
import io.tarn.store.Blobs;
import io.tarn.store.StoreFailure;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.UUID;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Memory, for a server that keeps nothing: no file is made or read, and what there was ends with
/// the process. Objects have the memory that the settings give them; all rows, with the bytes of
/// the smallest objects among them, an eighth of the heap.
final class MemoryStorage implements Storage {
  static final String WARNING =
      "nothing is kept: all of it is in memory and ends with this process";

  private static final Logger LOG = LoggerFactory.getLogger(MemoryStorage.class);
  private static final int SECRET_BYTES = 32;
  private static final int ROWS = 8;
  private static final int REST = 4;

  /// Smaller ones cost less as rows.
  private static final DataSize INLINE = DataSize.ofKibibytes(4);

  private final TarnConfig config;
  private final MemoryMetaStore meta;
  private final MemoryVolume volume;
  private final Identity identity;

  MemoryStorage(TarnConfig config) {
    this.config = config;
    long heap = Runtime.getRuntime().maxMemory();
    meta = MemoryMetaStore.bounded(heap / ROWS);
    volume = new MemoryVolume(size(config, heap));
    identity = new Identity(UUID.randomUUID().toString(), secret());
    RowFormats.admit(meta);
    LOG.warn("{} (up to {} bytes of objects)", WARNING, volume.totalBytes());
  }

  /// An eighth of the heap is for rows, and a quarter for requests.
  private static long size(TarnConfig config, long heap) {
    long wanted = config.ephemeralSize().bytes();
    if (wanted == 0) return heap / 2;
    long most = heap - heap / ROWS - heap / REST;
    if (wanted <= most) return wanted;
    throw new StoreFailure.Unavailable(
        "ephemeral-size is %d MiB, and of a heap of %d MiB objects can have %d: set it lower, or TARN_HEAP higher"
            .formatted(wanted >> 20, heap >> 20, most >> 20),
        null);
  }

  static byte[] secret() {
    byte[] secret = new byte[SECRET_BYTES];
    new SecureRandom().nextBytes(secret);
    return secret;
  }

  @Override
  public MetaStore meta() {
    return meta;
  }

  @Override
  public Blobs blobs() {
    return volume;
  }

  @Override
  public int number() {
    return 0;
  }

  @Override
  public Identity identity() {
    return identity;
  }

  /// Nobody will look for what was deleted, so its room is free at once.
  @Override
  public IndexSettings index() {
    IndexSettings own = config.index();
    ReaperSettings reaper = own.reaper();
    boolean small = own.inlineLimit().compareTo(INLINE) < 0;
    return new IndexSettings(
        small ? own.inlineLimit() : INLINE,
        own.inlineCache(),
        own.bodyMemory(),
        own.bodyPatience(),
        own.retries(),
        own.smallestPart(),
        new ReaperSettings(
            Duration.ZERO,
            reaper.pace(),
            reaper.perRound(),
            reaper.retry(),
            reaper.alarm(),
            Duration.ZERO));
  }

  @Override
  public Catalog catalog(Tokens tokens, LongSupplier nanos) {
    CatalogSettings own = config.catalog();
    Secret key = Secret.of(HexFormat.of().formatHex(secret()));
    return Catalog.open(meta, tokens, own.sealedBy(key), nanos);
  }

  @Override
  public @Nullable Path directory() {
    return null;
  }

  @Override
  public Care care(IndexedStore objects, BooleanSupplier certificate) {
    return new Upkept(objects, certificate);
  }

  /// There is no place that only the same user can read.
  @Override
  public void admit(LocalAccess access) {}

  @Override
  public void dismiss(LocalAccess access) {}

  @Override
  public String shown() {
    return "Memory   %d MiB of objects; ".formatted(volume.totalBytes() >> 20)
        + WARNING.toUpperCase(java.util.Locale.ROOT);
  }

  @Override
  public void close() {
    meta.close();
    volume.close();
  }

  /// The volume of memory as what is looked after.
  private final class Upkept extends DisklessCare {
    Upkept(IndexedStore objects, BooleanSupplier certificate) {
      super(objects, certificate);
    }

    @Override
    public List<VolumeState> volumes() {
      return List.of(
          new VolumeState(
              "memory", "memory", volume.freeBytes(), volume.totalBytes(), 0, DiskCalls.NONE, ""));
    }

    @Override
    public List<Alarm> alarms() {
      return List.of(new Alarm(WARNING, "it was started with --ephemeral"));
    }

    @Override
    public VolumeMembership membership() {
      return this;
    }
  }
}
