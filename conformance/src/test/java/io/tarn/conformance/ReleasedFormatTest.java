package io.tarn.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import io.tarn.conformance.FormatFacts.Fact;
import io.tarn.meta.Item;
import io.tarn.meta.KeyRange;
import io.tarn.meta.MetaKey;
import io.tarn.meta.MetaSettings;
import io.tarn.meta.MetaStore;
import io.tarn.meta.Page;
import io.tarn.meta.RocksMetaStore;
import io.tarn.meta.Scan;
import java.io.IOException;
import java.io.InputStream;
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
import org.junit.jupiter.params.provider.MethodSource;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;

/// Directories as each release wrote them (see [FormatSample]) are opened by the program of today,
/// which finds in them all that was there, by value.
@Tag("slow")
class ReleasedFormatTest {
  private static final Path ARCHIVES =
      Repository.ROOT.resolve("conformance/src/test/resources/io/tarn/conformance/formats");

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
    try (var server = FormatSample.server(directory).start()) {
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

  private Set<String> kinds(String archive) throws IOException {
    unpack(archive);
    var kinds = new TreeSet<String>();
    Path database = directory.resolve("volume1/.tarn/db");
    try (RocksMetaStore store = RocksMetaStore.open(database, MetaSettings.DEFAULTS)) {
      var all = new KeyRange(MetaKey.of("\1"), MetaKey.of("z"));
      Optional<MetaKey> next = Optional.of(all.fromInclusive());
      while (next.isPresent()) {
        Page page = MetaStore.await(store.scan(Scan.of(all, 1000).keysOnly().from(next.get())));
        for (Item item : page.items())
          if (item instanceof Item.Row(var entry))
            kinds.add(Character.toString(entry.key().bytes()[0]));
        next = page.next();
      }
    }
    return kinds;
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
