package io.tarn.bytes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tarn.bytes.DurableFile.Readers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DurableFileTest {
  @TempDir Path directory;

  private static String mode(Path file) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
  }

  private static void open(Path file) throws IOException {
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-rw-r--"));
  }

  @Test
  void what_was_written_is_there_and_nothing_beside_it() throws IOException {
    Path file = directory.resolve("a/b/file");
    var durable = new DurableFile(file, Readers.AS_USUAL);
    durable.write("one");
    durable.write("two");
    assertThat(file).hasContent("two");
    assertThat(directory.resolve("a/b").toFile().list()).containsExactly("file");
  }

  @Test
  void a_secret_is_for_its_owner_even_over_an_open_file_and_open_leftovers() throws IOException {
    Path file = Files.writeString(directory.resolve("secret"), "old");
    Path leftover = Files.writeString(directory.resolve("secret.new"), "cut short");
    open(file);
    open(leftover);
    new DurableFile(file, Readers.OWNER).write("new");
    assertThat(file).hasContent("new");
    assertThat(mode(file)).isEqualTo("rw-------");
    assertThat(leftover).doesNotExist();
  }

  @Test
  void readers_it_should_not_have_are_taken_away() throws IOException {
    Path file = Files.writeString(directory.resolve("secret"), "text");
    open(file);
    var secret = new DurableFile(file, Readers.OWNER);
    assertThat(secret.tighten()).isTrue();
    assertThat(mode(file)).isEqualTo("rw-------");
    assertThat(secret.tighten()).isFalse();
  }

  @Test
  void what_is_no_secret_keeps_its_readers() throws IOException {
    Path file = Files.writeString(directory.resolve("plain"), "text");
    open(file);
    assertThat(new DurableFile(file, Readers.AS_USUAL).tighten()).isFalse();
    assertThat(mode(file)).isEqualTo("rw-rw-r--");
  }

  @Test
  void a_failure_leaves_the_old_file() throws IOException {
    Path file = Files.writeString(directory.resolve("file"), "old");
    Files.createDirectory(directory.resolve("file.new"));
    Files.writeString(directory.resolve("file.new/in-the-way"), "");
    assertThatThrownBy(() -> new DurableFile(file, Readers.AS_USUAL).write("new"))
        .isInstanceOf(IOException.class);
    assertThat(file).hasContent("old");
  }
}
