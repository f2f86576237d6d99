package io.tarn.catalog;

import io.tarn.settings.Secret;
import io.tarn.settings.Setting;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// Credentials of the root, the key that seals secrets, and how long answers are remembered.
public record CatalogSettings(
    @Setting(
            value =
                "Access key of the root user. Generated and printed once when left out at first"
                    + " start; a change replaces the root's credentials.",
            fallback = "",
            alias = {"TARN_ROOT_USER", "MINIO_ROOT_USER", "MINIO_ACCESS_KEY"},
            flag = "root-user")
        String rootUser,
    @Setting(
            value = "Secret key of the root user.",
            fallback = "",
            alias = {"TARN_ROOT_PASSWORD", "MINIO_ROOT_PASSWORD", "MINIO_SECRET_KEY"})
        Secret rootPassword,
    @Setting(
            value =
                "Master key that seals secrets at rest: 32 bytes in base64 or hexadecimal. Several,"
                    + " separated by commas, while it is being replaced: the first seals, all open."
                    + " Left out, the server makes one and keeps it in `key-file`.",
            fallback = "")
        Secret masterKey,
    @Setting(
            value =
                "File in which the server keeps its master key when none is set, made at first"
                    + " start; left out, `master.key` in the data directory.",
            fallback = "")
        @Nullable Path keyFile,
    @Setting(
            value =
                "Most access keys remembered, most buckets, and most documents of buckets, of each"
                    + " so many; a document counts once for each 4 KiB of it.",
            fallback = "10000")
        int cacheEntries,
    @Setting(
            value =
                "Longest time that any of these is remembered without being read again. Changes end"
                    + " it at once; this is for those that another node made and this one did not"
                    + " hear of.",
            fallback = "60s")
        Duration cacheFor,
    @Setting(value = "The same for access keys that do not exist.", fallback = "2s")
        Duration unknownFor) {

  public CatalogSettings {
    if (rootUser.isEmpty() != rootPassword.isEmpty()) {
      throw new IllegalArgumentException("root-user and root-password go together: set both");
    }
    if (!rootUser.isEmpty()) {
      Names.checkAccessKey(rootUser);
      Names.checkSecret(rootPassword);
    }
    if (!masterKey.isEmpty() && keyFile != null) {
      throw new IllegalArgumentException("set master-key or key-file, not both");
    }
    if (cacheEntries < 1) throw new IllegalArgumentException("cache-entries must be at least 1");
    if (cacheFor.isNegative() || unknownFor.isNegative()) {
      throw new IllegalArgumentException("cache-for and unknown-for cannot be negative");
    }
  }

  /// The same with a master key, for a node that keeps none in a file: the key that is there, or
  /// else `key`.
  public CatalogSettings sealedBy(Secret key) {
    Secret used = masterKey.isEmpty() ? key : masterKey;
    return new CatalogSettings(
        rootUser, rootPassword, used, null, cacheEntries, cacheFor, unknownFor);
  }
}
