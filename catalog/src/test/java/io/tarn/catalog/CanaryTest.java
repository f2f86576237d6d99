package io.tarn.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.tarn.meta.Entry;
import io.tarn.meta.Item;
import io.tarn.meta.KeyRange;
import io.tarn.meta.MetaKey;
import io.tarn.meta.MetaSettings;
import io.tarn.meta.MetaStore;
import io.tarn.meta.RocksMetaStore;
import io.tarn.meta.Scan;
import io.tarn.settings.Secret;
import io.tarn.store.TenantId;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/// A secret that is easy to recognise goes through everything and must turn up nowhere.
class CanaryTest {
  private static final String CANARY = "CanaryCanaryCanary0123456789";

  @TempDir Path directory;

  private static boolean isIn(byte[] bytes) {
    String text = new String(bytes, StandardCharsets.ISO_8859_1);
    byte[] secret = CANARY.getBytes(StandardCharsets.UTF_8);
    return text.contains(CANARY)
        || text.contains(
            Base64.getEncoder().withoutPadding().encodeToString(secret).substring(0, 30))
        || text.contains(HexFormat.of().formatHex(secret));
  }

  @Test
  void a_secret_is_in_no_row_no_file_no_log_and_no_text() throws IOException {
    var log = new ListAppender<ILoggingEvent>();
    log.start();
    var root = (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
    Level before = root.getLevel();
    root.setLevel(Level.TRACE);
    root.addAppender(log);
    try (MetaStore store =
        RocksMetaStore.open(
            directory.resolve("meta"), MetaSettings.DEFAULTS, KeyRange.ofPrefix(MetaKey.of("D")))) {
      List<Object> seen = goThroughEverything(new Fixture(store, directory));
      assertThat(seen)
          .noneMatch(object -> isIn(object.toString().getBytes(StandardCharsets.UTF_8)));
      assertThat(rows(store))
          .isNotEmpty()
          .noneMatch(row -> isIn(row.value()) || isIn(row.key().bytes()));
    } finally {
      root.detachAppender(log);
      root.setLevel(before);
    }
    assertThat(log.list).isNotEmpty();
    assertThat(log.list)
        .noneMatch(event -> isIn(event.getFormattedMessage().getBytes(StandardCharsets.UTF_8)));
    try (var files = Files.walk(directory)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        assertThat(isIn(Files.readAllBytes(file))).as(file.toString()).isFalse();
      }
    }
  }

  private static List<Object> goThroughEverything(Fixture fixture) {
    var seen = new ArrayList<Object>();
    CatalogSettings settings = Fixture.root("canaryroot", CANARY);
    seen.add(settings);
    Catalog catalog = fixture.open(settings);
    RootCredentials root = catalog.bootstrap();
    assertThat(root.pair().secret().reveal()).isEqualTo(CANARY);
    seen.add(root);
    TenantId tenant = root.tenant().id();
    seen.add(catalog.users().create(tenant, "bob"));
    var wanted = new KeyPair("bobskey", Secret.of(CANARY));
    seen.add(wanted);
    seen.add(catalog.accessKeys().create(new Owner(tenant, "bob"), wanted));
    seen.add(catalog.find("bobskey").orElseThrow());
    seen.add(catalog.find("bobskey").orElseThrow().caller());
    seen.add(catalog.accessKeys().list(new Owner(tenant, "bob")));
    seen.add(catalog.rotateMasterKey());
    seen.add(catalog);
    try {
      seen.add(catalog.accessKeys().create(new Owner(tenant, "bob"), wanted));
    } catch (Refused e) {
      seen.add(e);
    }
    return seen;
  }

  private static List<Entry> rows(MetaStore store) {
    var all = new KeyRange(MetaKey.of("\0"), MetaKey.of("~"));
    var rows = new ArrayList<Entry>();
    for (Item item : MetaStore.await(store.scan(Scan.of(all, 1000))).items()) {
      if (item instanceof Item.Row(var entry)) rows.add(entry);
    }
    return rows;
  }
}
