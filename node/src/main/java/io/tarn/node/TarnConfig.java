package io.tarn.node;

import io.tarn.catalog.CatalogSettings;
import io.tarn.console.ConsoleSettings;
import io.tarn.disk.DiskSettings;
import io.tarn.gateway.GatewaySettings;
import io.tarn.http.HttpSettings;
import io.tarn.index.IndexSettings;
import io.tarn.meta.MetaSettings;
import io.tarn.observe.LogSettings;
import io.tarn.observe.MetricsSettings;
import io.tarn.settings.Address;
import io.tarn.settings.Secret;
import io.tarn.settings.Setting;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Everything that can be said about a server, in one tree. Each module describes its own part.
public record TarnConfig(
    @Setting(
            value = "Directories that store objects, one per disk. Also the words after `tarn server`.",
            fallback = "data",
            alias = {"MINIO_VOLUMES"})
        List<Path> volumes,
    @Setting(
            value = "Directory of the metadata; a fast disk pays. Default: `.tarn` in the first volume.",
            fallback = "")
        @Nullable Path metadata,
    @Setting(value = "Where S3 is served.", fallback = ":9000") Address address,
    @Setting(value = "Where the admin API, health and metrics are served.", fallback = ":9001")
        Address consoleAddress,
    @Setting(
            value = "Access key of the root user. Without one, keys are made at first start and printed once.",
            fallback = "",
            alias = {"MINIO_ROOT_USER", "MINIO_ACCESS_KEY"})
        String rootUser,
    @Setting(
            value = "Secret key of the root user, at least 8 characters.",
            fallback = "",
            alias = {"MINIO_ROOT_PASSWORD", "MINIO_SECRET_KEY"})
        Secret rootPassword,
    @Setting(
            value = "How long requests in flight may finish after SIGTERM.",
            fallback = "20s")
        Duration drain,
    @Setting("The S3 front end.") GatewaySettings gateway,
    @Setting("Both HTTP listeners.") HttpSettings http,
    @Setting("Admin API, health and metrics.") ConsoleSettings console,
    @Setting("Objects and their index.") IndexSettings index,
    @Setting("The metadata store.") MetaSettings meta,
    @Setting("Volumes.") DiskSettings disk,
    @Setting("Tenants, users and keys.") CatalogSettings catalog,
    @Setting("Logging.") LogSettings log,
    @Setting("Metrics.") MetricsSettings metrics) {
  public TarnConfig {
    volumes = List.copyOf(volumes);
    if (volumes.isEmpty()) throw new IllegalArgumentException("at least one volume");
    if (rootUser.isEmpty() != rootPassword.isEmpty())
      throw new IllegalArgumentException("root-user and root-password go together; give both or neither");
    if (!rootUser.isEmpty() && (rootUser.length() < 3 || rootUser.length() > 128))
      throw new IllegalArgumentException("root-user has 3 to 128 characters");
    if (!rootPassword.isEmpty() && rootPassword.reveal().length() < 8)
      throw new IllegalArgumentException("root-password has at least 8 characters");
  }

  Path metadataDirectory() {
    return metadata != null ? metadata : volumes.getFirst().resolve(".tarn");
  }
}
