package io.tarn.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tarn.catalog.CatalogRows;
import io.tarn.conformance.FormatFacts.Fact;
import io.tarn.index.IndexRows;
import io.tarn.meta.Batch;
import io.tarn.meta.Entry;
import io.tarn.meta.Item;
import io.tarn.meta.KeyRange;
import io.tarn.meta.MetaKey;
import io.tarn.meta.MetaSettings;
import io.tarn.meta.MetaStore;
import io.tarn.meta.Op;
import io.tarn.meta.Page;
import io.tarn.meta.RocksMetaStore;
import io.tarn.meta.Scan;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;

/// Directories as each release wrote them (see [FormatSample]) are opened by the program of today,
/// which finds in them all that was there, by value.
@Tag("slow")
class ReleasedFormatTest {
  private static final Path ARCHIVES =
      Repository.ROOT.resolve("conformance/src/test/resources/io/tarn/conformance/formats");

  /// Kinds whose rows begin with their format.
  private static final Set<String> BINARY =
      Set.of("B", "H", "S", "O", "V", "L", "U", "P", "M", "G", "E", "W");

  @TempDir Path directory;

  static Stream<String> archives() throws IOException {
    try (Stream<Path> files = Files.list(ARCHIVES)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList().stream();
    }
  }

  @ParameterizedTest
  @MethodSource("archives")
  void what_a_release_wrote_is_read_by_value_and_again_after_it_was_written_to(String archive)
      throws Exception {
    unpack(archive);
    List<Fact> facts =
        Files.readAllLines(directory.resolve("facts.txt")).stream().map(Fact::of).toList();
    assertThat(facts).hasSizeGreaterThan(200);
    try (ServerProcess server = FormatSample.server(directory).start()) {
      assertThat(differences(server, facts)).isEmpty();
      try (S3Client root = server.client()) {
        root.putObject(r -> r.bucket("empty").key("new"), RequestBody.fromString("of today"));
        root.deleteObject(r -> r.bucket("empty").key("new"));
      }
      assertThat(server.stop()).isZero();
      server.start();
      assertThat(differences(server, facts)).isEmpty();
      server.kill();
      server.start();
      assertThat(differences(server, facts)).isEmpty();
    }
  }

  private static List<String> differences(ServerProcess server, List<Fact> facts)
      throws IOException {
    Map<String, S3Client> clients = FormatSample.clients(server);
    var asking = new FormatFacts(server, clients);
    var differences = new ArrayList<String>();
    for (Fact fact : facts) {
      String today = asking.ask(fact.question(), fact.about());
      if (!today.equals(fact.answer())) differences.add(fact.line() + "\ntoday: " + today);
    }
    clients.values().forEach(S3Client::close);
    return differences;
  }

  /// What there is no row of in an archive is not tested by it.
  @Test
  void the_archives_of_the_first_format_have_rows_of_every_kind() throws Exception {
    assertThat(kinds("0.1.0-f278452-killed.zip"))
        .containsExactly(
            "A", "B", "C", "D", "E", "G", "I", "K", "L", "M", "N", "O", "P", "Q", "S", "T", "U",
            "V", "W", "Y");
    assertThat(kinds("0.1.0-f278452-stopped.zip")).contains("D", "G", "O", "P", "V");
  }

  /// So that a program before it refuses the store: see docs/design/006-formats.md.
  @Test
  void every_row_of_today_is_of_a_kind_and_format_that_is_declared() throws Exception {
    try (var server = FormatSample.server(directory, "--gateway.public-acls=allow")) {
      FormatSample.filled(server);
      assertThat(server.stop()).isZero();
    }
    var undeclared = new TreeSet<String>();
    var kinds = new TreeSet<String>();
    for (Entry row : rows()) {
      String kind = kind(row);
      kinds.add(kind);
      int newest =
          Stream.of(IndexRows.FORMATS, CatalogRows.FORMATS, Map.of("F", 1))
              .mapToInt(formats -> formats.getOrDefault(kind, 0))
              .sum();
      int format = BINARY.contains(kind) ? row.value()[0] : 1;
      if (format > newest) undeclared.add(kind + "=" + format);
    }
    assertThat(undeclared).isEmpty();
    assertThat(kinds).contains("A", "B", "D", "F", "M", "O", "P", "U", "V");
  }

  /// Changed between two starts, as by a newer release.
  @ParameterizedTest
  @CsvSource({
    "'\"O\":', '\"O\":1', 'rows O=1'",
    "'\"B\":', '\"!\":1,\"B\":', 'rows !=1'",
    "'\"incompat\":[', '\"incompat\":[\"mirror\"', 'does not know: mirror'",
    "'\"format\":1', '\"format\":2', 'row F has format 2'",
    "'{', '', 'is not what Tarn wrote'"
  })
  void metadata_of_a_newer_release_is_refused(String from, String to, String said)
      throws Exception {
    try (ServerProcess server = FormatSample.server(directory).start()) {
      assertThat(server.stop()).isZero();
    }
    try (RocksMetaStore store = open()) {
      MetaKey key = MetaKey.of("F");
      Entry row = MetaStore.await(store.get(key)).orElseThrow();
      String text = new String(row.value(), StandardCharsets.UTF_8);
      assertThat(text).contains(from);
      byte[] other = text.replace(from, to).getBytes(StandardCharsets.UTF_8);
      MetaStore.await(
          store.commit(Batch.of(row.version() + 1, List.of(), List.of(new Op.Put(key, other)))));
    }
    try (var server = FormatSample.server(directory)) {
      assertThatThrownBy(server::start).hasMessageContaining(said);
    }
  }

  private Set<String> kinds(String archive) throws IOException {
    unpack(archive);
    var kinds = new TreeSet<String>();
    for (Entry row : rows()) kinds.add(kind(row));
    return kinds;
  }

  private static String kind(Entry row) {
    return Character.toString(row.key().bytes()[0]);
  }

  private RocksMetaStore open() {
    return RocksMetaStore.open(
        directory.resolve("volume1/.tarn/db"), MetaSettings.DEFAULTS, IndexRows.CONTENTS);
  }

  private List<Entry> rows() {
    var rows = new ArrayList<Entry>();
    try (RocksMetaStore store = open()) {
      var all = new KeyRange(MetaKey.of("\1"), MetaKey.of("z"));
      Optional<MetaKey> next = Optional.of(all.fromInclusive());
      while (next.isPresent()) {
        Page page = MetaStore.await(store.scan(Scan.of(all, 1000).from(next.get())));
        for (Item item : page.items()) {
          if (item instanceof Item.Row(var entry)) rows.add(entry);
        }
        next = page.next();
      }
    }
    return rows;
  }

  private void unpack(String archive) throws IOException {
    try (InputStream file = Files.newInputStream(ARCHIVES.resolve(archive));
        var zip = new ZipInputStream(file)) {
      for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
        Path to = directory.resolve(entry.getName());
        Files.createDirectories(to.getParent());
        Files.deleteIfExists(to);
        Files.copy(zip, to);
      }
    }
  }
}
