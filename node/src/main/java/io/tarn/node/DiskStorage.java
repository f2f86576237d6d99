package io.tarn.node;

import io.tarn.catalog.Catalog;
import io.tarn.console.LocalAccess;
import io.tarn.disk.Volume;
import io.tarn.disk.Volumes;
import io.tarn.index.IndexSettings;
import io.tarn.index.IndexedStore;
import io.tarn.meta.MetaStore;
import io.tarn.meta.Tokens;
import io.tarn.store.Blobs;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Directories of this machine: a metadata directory, with the metadata store in it, and volumes.
final class DiskStorage implements Storage {
  private static final Logger LOG = LoggerFactory.getLogger(DiskStorage.class);

  private final TarnConfig config;
  private final Clocks clocks;
  private final int number;
  private final NodeHome home;
  private final List<Volume> opened;
  private final Volumes volumes;
  private final MetaStore meta;
  private final NodeState state;

  private DiskStorage(TarnConfig config, Clocks clocks, NodeMembership membership) {
    this.config = config;
    this.clocks = clocks;
    number = membership.number();
    home = onDisk(() -> NodeHome.enter(config));
    onDisk(() -> OpenFiles.of(config, home.metadata())).shortage().ifPresent(LOG::warn);
    opened = home.open();
    volumes = new Volumes(opened, home::absence, new SecureRandom());
    meta = membership.metadata().open(home.metadata().resolve("db"), config.meta());
    RowFormats.admit(meta);
    state = onDisk(() -> home.settle(opened));
  }

  static DiskStorage open(TarnConfig config, Clocks clocks, NodeMembership membership) {
    return new DiskStorage(config, clocks, membership);
  }

  interface DiskWork<T> {
    T run() throws IOException;
  }

  static <T> T onDisk(DiskWork<T> work) {
    try {
      return work.run();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot use the directories of the node: " + e, e);
    }
  }

  @Override
  public MetaStore meta() {
    return meta;
  }

  @Override
  public Blobs blobs() {
    return volumes;
  }

  @Override
  public int number() {
    return number;
  }

  @Override
  public Identity identity() {
    return new Identity(state.node(), state.secret());
  }

  @Override
  public IndexSettings index() {
    return config.index();
  }

  @Override
  public Catalog catalog(Tokens tokens, LongSupplier nanos) {
    return Catalog.open(meta, tokens, config.catalog(), home.metadata(), nanos);
  }

  @Override
  public Path directory() {
    return home.metadata();
  }

  @Override
  public Care care(IndexedStore objects, BooleanSupplier certificate) {
    var backups = new Backups(home, meta, config.backup(), clocks.wall());
    var check =
        new ConsistencyCheck(opened, () -> !home.missing().isEmpty(), objects, clocks.wall());
    var scrubbing =
        new Scrubbing(
            opened,
            meta,
            home.metadata(),
            blobs -> objects.inspection().owners(blobs),
            config.disk(),
            clocks.wall());
    var space =
        new SpaceWatch(
            opened, config.disk().reserve(), meta, objects.reaper()::hurry, clocks.wall());
    return new NodeUpkeep(
        new NodeUpkeep.Disks(opened, home),
        objects.reaper(),
        space,
        scrubbing,
        backups,
        check,
        certificate);
  }

  @Override
  public void admit(LocalAccess access) {
    access.write(home.metadata());
  }

  @Override
  public void dismiss(LocalAccess access) {
    access.remove(home.metadata());
  }

  @Override
  public String shown() {
    List<String> directories =
        config.volumes().stream()
            .map(path -> path.toAbsolutePath().normalize().toString())
            .toList();
    return "Volumes  " + String.join(", ", directories);
  }

  @Override
  public void close() {
    meta.close();
    volumes.close();
    home.close();
  }
}
