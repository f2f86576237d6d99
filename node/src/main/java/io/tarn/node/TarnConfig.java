package io.tarn.node;

import io.tarn.cache.BackSettings;
import io.tarn.cache.CacheSettings;
import io.tarn.catalog.CatalogSettings;
import io.tarn.console.ConsoleSettings;
import io.tarn.credentials.CredentialSettings;
import io.tarn.disk.DiskSettings;
import io.tarn.files.FilesSettings;
import io.tarn.gateway.GatewaySettings;
import io.tarn.http.HttpSettings;
import io.tarn.index.IndexSettings;
import io.tarn.meta.ImageSettings;
import io.tarn.meta.MetaSettings;
import io.tarn.observe.LogSettings;
import io.tarn.observe.MetricsSettings;
import io.tarn.settings.Address;
import io.tarn.settings.DataSize;
import io.tarn.settings.Name;
import io.tarn.settings.Setting;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Everything that can be said about a server, in one tree. Each module describes its own part.
public record TarnConfig(
    @Setting(
            value =
                "Directories that store objects, one per disk. Also the words after `tarn server`.",
            fallback = "data",
            alias = {"MINIO_VOLUMES"})
        List<Path> volumes,
    @Setting(
            value =
                "Directory of the metadata; a fast disk pays. Default: `.tarn` in whichever volume"
                    + " has it, at a first start in the first.",
            fallback = "")
        @Nullable Path metadata,
    @Setting(
            value =
                "Whether a server may begin anew where it finds no node. With false a start on"
                    + " directories whose disks are not mounted is refused, whatever they are.",
            fallback = "true")
        boolean newNode,
    @Setting(
            value =
                "Start although volumes of this node are missing: what is on them answers 503 until"
                    + " they are back.",
            fallback = "false")
        boolean degraded,
    @Setting(
            value =
                "Keep nothing: all of it is in memory, no file is made, and it ends with the"
                    + " process. For tests.",
            fallback = "false")
        boolean ephemeral,
    @Setting(
            value =
                "Most bytes of objects in memory with `ephemeral`; more are refused with 507, as by"
                    + " a full disk. 0 for half of the heap.",
            fallback = "0")
        DataSize ephemeralSize,
    @Setting(
            value =
                "Keep nothing on this machine: everything that has to be remembered is objects"
                    + " below `.tarn/` of a bucket of an origin: ORIGIN:BUCKET or"
                    + " ORIGIN:BUCKET/PREFIX. `tarn cache --stateless` sets it.",
            fallback = "")
        String stateless,
    @Setting(
            value =
                "Where the admin API, health and metrics are served. By default from this machine"
                    + " only, but in a container at `:9001`, every address.",
            fallback = "127.0.0.1:9001",
            alias = {"MINIO_CONSOLE_ADDRESS"})
        Address consoleAddress,
    @Setting(value = "How long requests in flight may finish after SIGTERM.", fallback = "20s")
        Duration drain,
    @Setting("The S3 front end.") GatewaySettings gateway,
    @Setting("The HTTP listeners; `listen` is the one for S3.") HttpSettings http,
    @Setting("The files API: files by ULID over plain HTTP.") FilesSettings files,
    @Setting("Admin API, health and metrics.") ConsoleSettings console,
    @Setting("Objects and their index.") IndexSettings index,
    @Setting("The metadata store.") MetaSettings meta,
    @Setting("The metadata where it is an object at an origin.") ImageSettings image,
    @Setting("Volumes.") DiskSettings disk,
    @Setting("Stores that buckets can be linked to, by names of your own.")
        Map<Name, OriginConfig> origins,
    @Setting("Credentials that origins can name, by names of your own.")
        Map<Name, CredentialSettings> credentials,
    @Setting(
            value =
                "Directories of the near-cache. Default: `cache` in the metadata directory; used"
                    + " only where there are origins.",
            fallback = "")
        List<Path> cacheDirectories,
    @Setting("The near-cache of all origins.") CacheSettings cache,
    @Setting("Writes that are acknowledged before the origin has them (`writes=back`).")
        BackSettings back,
    @Setting("Backups of the metadata.") BackupSettings backup,
    @Setting("Tenants, users and keys.") CatalogSettings catalog,
    @Setting("Logging.") LogSettings log,
    @Setting("Metrics.") MetricsSettings metrics) {
  public TarnConfig {
    volumes = List.copyOf(volumes);
    cacheDirectories = List.copyOf(cacheDirectories);
    origins.forEach((name, origin) -> check(name, origin, credentials));
    if (!stateless.isEmpty()) {
      OriginStorage.Place _ = OriginStorage.Place.of("stateless", stateless);
      if (ephemeral) throw new IllegalArgumentException("set ephemeral or stateless, not both");
    }
    if (!files.origin().isEmpty()) {
      OriginStorage.Place _ = OriginStorage.Place.of("files.origin", files.origin());
    }
    if (volumes.isEmpty()) throw new IllegalArgumentException("name at least one volume");
  }

  private static void check(
      Name name, OriginConfig origin, Map<Name, CredentialSettings> credentials) {
    String wanted = origin.s3().credentials();
    if (wanted.isEmpty()) return;
    if (credentials.keySet().stream().anyMatch(each -> each.text().equals(wanted))) return;
    throw new IllegalArgumentException(
        "origins.%s.s3.credentials is %s, and there are no credentials of that name; %s"
            .formatted(
                name,
                wanted,
                credentials.isEmpty()
                    ? "set credentials.%s.kind".formatted(wanted)
                    : "there are %s".formatted(credentials.keySet())));
  }

  /// The same with the admin API at another address.
  TarnConfig administeredAt(Address address) {
    return new TarnConfig(
        volumes,
        metadata,
        newNode,
        degraded,
        ephemeral,
        ephemeralSize,
        stateless,
        address,
        drain,
        gateway,
        http,
        files,
        console,
        index,
        meta,
        image,
        disk,
        origins,
        credentials,
        cacheDirectories,
        cache,
        back,
        backup,
        catalog,
        log,
        metrics);
  }
}
