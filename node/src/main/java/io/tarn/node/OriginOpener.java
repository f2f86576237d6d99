package io.tarn.node;

import io.tarn.cache.NearCache;
import io.tarn.cache.WriteBack;
import io.tarn.store.OriginTraffic;
import io.tarn.store.StoreFailure;
import io.tarn.tree.DirectoryOrigin;
import io.tarn.upstream.OriginCredentials;
import io.tarn.upstream.OriginMetrics;
import io.tarn.upstream.OriginSettings;
import io.tarn.upstream.S3Origin;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Makes origins of their settings, with what stands before them.
final class OriginOpener {
  private final TarnConfig config;
  private final NamedCredentials credentials;
  private final List<Path> reserved;
  private final SharedCache cache;
  private final OriginMetrics metrics;
  private final InstantSource clock;

  /// - `metadata`: the directory of the node's metadata; null where there is none
  /// - `credentials`: the keys for them
  OriginOpener(
      TarnConfig config,
      @Nullable Path metadata,
      NamedCredentials credentials,
      SharedCache cache,
      OriginMetrics metrics) {
    this.config = config;
    this.credentials = credentials;
    this.cache = cache;
    this.metrics = metrics;
    this.clock = credentials.clock();
    var directories = new ArrayList<>(config.volumes());
    if (metadata != null) directories.add(metadata);
    directories.addAll(cache.directories());
    Path queued = cache.queue().directory();
    if (queued != null) directories.add(queued);
    this.reserved = List.copyOf(directories);
  }

  /// Those that the settings name.
  Map<String, OriginConfig> named() {
    Map<String, OriginConfig> named = new TreeMap<>();
    config.origins().forEach((name, origin) -> named.put(name.text(), origin));
    return named;
  }

  /// One that the settings name, with their keys.
  ///
  /// @throws StoreFailure when it cannot be used; says what to change
  OpenOrigin named(String name, OriginConfig settings) {
    return open(name, settings, settings.s3().credentials());
  }

  /// - `name`: what it is called in failures
  /// - `credentials`: what the settings call its keys; empty for those of the process
  ///
  /// @throws StoreFailure when it cannot be used; says what to change
  OpenOrigin open(String name, OriginConfig settings, String credentials) {
    Path directory = settings.tree().directory();
    if (directory == null) return s3(name, settings, keys(name, settings.s3(), credentials));
    var tree = DirectoryOrigin.open(name, free(directory), settings.tree(), clock);
    boolean done = false;
    try {
      NearCache near = settings.tree().cached() ? cache.before(tree, settings.cache()) : null;
      WriteBack front = cache.queue().before(name, near == null ? tree : near, settings.cache());
      done = true;
      return new OpenOrigin.OfTree(tree, near, front);
    } finally {
      if (!done) tree.close();
    }
  }

  private OpenOrigin s3(String name, OriginConfig settings, OriginCredentials keys) {
    OriginTraffic traffic = cache.traffic(settings.prices());
    var origin = new S3Origin(name, settings.s3(), keys, metrics, clock, traffic);
    boolean done = false;
    try {
      NearCache near = cache.before(origin, settings.cache());
      WriteBack front = cache.queue().before(name, near == null ? origin : near, settings.cache());
      done = true;
      return new OpenOrigin.OfS3(origin, near, front, keys);
    } finally {
      if (!done) origin.close();
    }
  }

  /// `named`: credentials of the settings, or an origin of theirs whose key it is; empty for its
  /// own, or what the chain finds.
  private OriginCredentials keys(String name, OriginSettings settings, String named) {
    if (named.isEmpty()) return credentials.of(name, settings);
    OriginConfig there = named().get(named);
    if (there != null && !there.s3().accessKey().isEmpty() && !credentials.has(named)) {
      return credentials.of(named, there.s3());
    }
    return credentials.of(named);
  }

  /// What is in there would be reached, and changed, past the rules of this server.
  private Path free(Path directory) {
    if (!directory.isAbsolute()) {
      throw invalid("%s is not an absolute path of the server's machine".formatted(directory));
    }
    try {
      Path real = directory.toRealPath();
      for (Path own : reserved) {
        Path kept = real(own);
        if (!real.startsWith(kept) && !kept.startsWith(real)) continue;
        throw invalid(
            "%s cannot be an origin: this server keeps its own files in %s; take a directory apart from it"
                .formatted(directory, own));
      }
      return real;
    } catch (IOException e) {
      throw new StoreFailure.Unavailable(
          "%s cannot be an origin: %s; it has to be a directory that this server may read"
              .formatted(directory, e.getClass().getSimpleName()),
          e);
    }
  }

  /// As far as it is there.
  private static Path real(Path path) throws IOException {
    Path absolute = path.toAbsolutePath().normalize();
    for (Path at = absolute; at != null; at = at.getParent()) {
      if (Files.exists(at)) return at.toRealPath().resolve(at.relativize(absolute));
    }
    return absolute;
  }

  private static StoreFailure.Invalid invalid(String message) {
    return new StoreFailure.Invalid(StoreFailure.Reason.ARGUMENT, message);
  }
}
