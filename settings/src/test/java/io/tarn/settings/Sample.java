package io.tarn.settings;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A tree with every type, for the tests of this module.
record Sample(
    @Setting("The front door.") Http http,
    @Setting("Who may enter | and how.") Root root,
    @Setting(value = "Directories of the volumes.", fallback = "/data") List<Path> volumes,
    @Setting(value = "How loud.", fallback = "info") Level level) {

  enum Level {
    INFO,
    VERY_LOUD
  }

  record Http(
      @Setting(value = "Where to listen.", fallback = ":9000", flag = "address") Address listen,
      @Setting(value = "Most connections.", fallback = "1000") int maxConnections,
      @Setting(value = "Longest wait.", fallback = "30s") Duration patience,
      @Setting(value = "Largest head.", fallback = "16 KiB") DataSize head,
      @Setting(value = "Certificate.", fallback = "") @Nullable Path certificate,
      @Setting(value = "Names.", fallback = "") List<String> names,
      @Setting(value = "Whether to compress.", fallback = "false") boolean compress,
      @Setting(value = "A ratio.", fallback = "0.5") double ratio,
      @Setting(value = "Most bytes.", fallback = "5000000000") long most) {
    Http {
      if (maxConnections < 1) {
        throw new IllegalArgumentException("max-connections must be at least 1");
      }
    }
  }

  record Root(
      @Setting(value = "Name of the root user.", fallback = "", alias = "MINIO_ROOT_USER")
          String user,
      @Setting(value = "Password of the root user.", fallback = "", alias = "MINIO_ROOT_PASSWORD")
          Secret password) {
    Root {
      if (!password.isEmpty() && password.reveal().length() < 8) {
        throw new IllegalArgumentException("the password '" + password.reveal() + "' is too short");
      }
    }
  }
}
