package io.tarn.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tarn.settings.Secret;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LocalAccessTest {
  @TempDir Path metadata;

  @Test
  void only_the_owner_can_read_it_and_it_reads_back() throws IOException {
    LocalAccess access = LocalAccess.fresh("http://127.0.0.1:9001", "http://127.0.0.1:9000");
    access.write(metadata);
    Path file = metadata.resolve("run/admin.json");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");
    assertThat(LocalAccess.read(metadata)).contains(access);
    assertThat(access.isCurrent()).isTrue();
    assertThat(access.token().reveal()).hasSize(64);
    assertThat(access.toString()).doesNotContain(access.token().reveal());
  }

  @Test
  void every_run_has_a_token_of_its_own() {
    assertThat(LocalAccess.fresh("x", "y").token())
        .isNotEqualTo(LocalAccess.fresh("x", "y").token());
  }

  @Test
  void it_is_replaced_by_the_next_run_and_removed_by_its_own() {
    LocalAccess first = LocalAccess.fresh("http://one", "");
    LocalAccess second = LocalAccess.fresh("http://two", "");
    first.write(metadata);
    second.write(metadata);
    first.remove(metadata);
    assertThat(LocalAccess.read(metadata)).contains(second);
    second.remove(metadata);
    assertThat(LocalAccess.read(metadata)).isEmpty();
    second.remove(metadata);
  }

  @Test
  void a_file_of_a_process_that_ended_is_not_current() {
    assertThat(new LocalAccess("http://one", "", Secret.of("x"), Long.MAX_VALUE).isCurrent())
        .isFalse();
  }

  @Test
  void a_torn_file_is_an_error_and_not_nothing() throws IOException {
    Files.createDirectories(metadata.resolve("run"));
    Files.writeString(metadata.resolve("run/admin.json"), "{\"url\":");
    assertThatThrownBy(() -> LocalAccess.read(metadata)).isInstanceOf(UncheckedIOException.class);
  }
}
