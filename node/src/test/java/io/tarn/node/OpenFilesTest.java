package io.tarn.node;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OpenFilesTest {
  @TempDir Path metadata;

  private static TarnConfig config(String... flags) throws Exception {
    return Configuration.read(Map.of(), List.of(flags)).value();
  }

  @Test
  void every_connection_request_and_table_counts() throws Exception {
    var before = OpenFiles.of(config(), metadata);
    assertThat(before.needed()).isGreaterThan(2 * 10_000 + 2 * 4096);
    TarnConfig more = config("--http.max-connections=10100", "--gateway.max-requests=4196");
    assertThat(OpenFiles.of(more, metadata).needed() - before.needed()).isEqualTo(400);
    Path tables = Files.createDirectories(metadata.resolve("db/db"));
    for (int i = 0; i < 7; i++) Files.createFile(tables.resolve(i + ".sst"));
    assertThat(OpenFiles.of(config(), metadata).needed() - before.needed()).isEqualTo(7);
  }

  @Test
  void too_few_are_told_with_the_number_that_is_enough() {
    assertThat(new OpenFiles(4096, 4096).shortage()).isEmpty();
    assertThat(new OpenFiles(4097, 4096).shortage().orElseThrow())
        .contains("4096 files", "LimitNOFILE=4097", "http.max-connections");
  }

  @Test
  void the_limit_of_another_process_is_read_where_the_machine_tells() throws Exception {
    String text =
        "Limit                     Soft Limit           Hard Limit           Units     \n"
            + "Max processes             93890                93890                processes \n"
            + "Max open files            %-21s524288               files     \n";
    assertThat(OpenFiles.softLimit(text.formatted("1024"))).isEqualTo(1024);
    assertThat(OpenFiles.softLimit(text.formatted("unlimited"))).isEqualTo(Long.MAX_VALUE);
    long own = ProcessHandle.current().pid();
    assertThat(OpenFiles.of(config(), metadata, own)).isEqualTo(OpenFiles.of(config(), metadata));
  }
}
