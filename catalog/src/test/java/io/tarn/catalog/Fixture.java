package io.tarn.catalog;

import io.tarn.meta.MemoryMetaStore;
import io.tarn.meta.MetaStore;
import io.tarn.meta.ShortPages;
import io.tarn.meta.Tokens;
import io.tarn.settings.Secret;
import io.tarn.settings.Settings;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;

/// A catalog over a store that outlives it, so that a test can start it anew.
record Fixture(MetaStore store, Path directory) {
  static final CatalogSettings DEFAULTS = Settings.defaults(CatalogSettings.class);

  /// Over the shortest pages: what scans must be right over those.
  static Fixture inMemory(Path directory) {
    return new Fixture(new ShortPages(new MemoryMetaStore()), directory);
  }

  Catalog open(CatalogSettings settings) {
    return Catalog.open(store, new Tokens(InstantSource.system(), 0), settings, directory);
  }

  /// Opened and bootstrapped.
  Catalog start() {
    Catalog catalog = open(DEFAULTS);
    RootCredentials _ = catalog.bootstrap();
    return catalog;
  }

  static CatalogSettings root(String user, String password) {
    return new CatalogSettings(
        user,
        Secret.of(password),
        Secret.NONE,
        null,
        100,
        Duration.ofHours(1),
        Duration.ofHours(1));
  }

  static CatalogSettings masterKey(String text) {
    return new CatalogSettings(
        "", Secret.NONE, Secret.of(text), null, 100, Duration.ofHours(1), Duration.ofHours(1));
  }
}
