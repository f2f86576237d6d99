package io.tarn.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tarn.node.NodeState.Member;
import io.tarn.store.StoreFailure.Corrupt;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NodeStateTest {
  private static final Member FIRST = new Member("first", "/srv/first");
  private static final Member SECOND = new Member("second", "/srv/second");

  @TempDir Path directory;

  private Path file() {
    return directory.resolve("node.json");
  }

  private String mode() throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(file()));
  }

  private NodeState read() throws IOException {
    return NodeState.read(directory).orElseThrow();
  }

  @Test
  void what_was_written_is_read() throws IOException {
    NodeState state = NodeState.fresh().with(List.of(FIRST, SECOND)).without(FIRST);
    state.write(directory);
    assertThat(read()).isEqualTo(state);
    assertThat(state.volumes()).containsExactly(SECOND);
    assertThat(state.forgotten()).containsExactly(FIRST);
  }

  @Test
  void a_volume_that_was_forgotten_and_is_back_is_remembered() {
    NodeState state = NodeState.fresh().with(List.of(FIRST, SECOND)).without(FIRST);
    NodeState back = state.with(List.of(new Member("first", "/mnt/first"), SECOND));
    assertThat(back.volumes()).hasSize(2);
    assertThat(back.forgotten()).isEmpty();
  }

  @Test
  void the_secret_of_a_node_is_for_its_owner_only() throws IOException {
    NodeState.fresh().write(directory);
    assertThat(mode()).isEqualTo("rw-------");
  }

  @Test
  void a_state_that_others_can_read_is_taken_from_them_and_stays_the_same() throws IOException {
    NodeState made = NodeState.fresh();
    made.write(directory);
    Files.setPosixFilePermissions(file(), PosixFilePermissions.fromString("rw-r--r--"));
    assertThat(read()).isEqualTo(made);
    assertThat(mode()).isEqualTo("rw-------");
  }

  @Test
  void the_first_format_is_read_and_the_second_is_written() throws IOException {
    String secret = "0a".repeat(32);
    Files.writeString(
        file(),
        "{\"format\":1,\"node\":\"n\",\"tokenSecret\":\"%s\",\"volumes\":[\"a\",\"b\"]}\n"
            .formatted(secret));
    NodeState state = read();
    assertThat(state.node()).isEqualTo("n");
    assertThat(state.tokenSecret()).isEqualTo(secret);
    assertThat(state.volumes()).containsExactly(new Member("a", ""), new Member("b", ""));
    state.write(directory);
    assertThat(Files.readString(file()))
        .isEqualTo(
            "{\"format\":2,\"compat\":[],\"incompat\":[],\"node\":\"n\",\"tokenSecret\":\"%s\",\"volumes\":[{\"id\":\"a\",\"directory\":\"\"},{\"id\":\"b\",\"directory\":\"\"}],\"forgotten\":[]}\n"
                .formatted(secret));
  }

  @Test
  void what_an_older_program_may_pass_over_is_kept_and_what_it_would_misread_is_refused()
      throws IOException {
    NodeState.fresh().write(directory);
    String text = Files.readString(file());
    Files.writeString(file(), text.replace("\"compat\":[]", "\"compat\":[\"colour\"]"));
    NodeState state = read();
    state.with(List.of(FIRST)).write(directory);
    assertThat(Files.readString(file())).contains("\"compat\":[\"colour\"]");

    Files.writeString(file(), text.replace("\"incompat\":[]", "\"incompat\":[\"shapes\"]"));
    assertThatThrownBy(this::read)
        .isInstanceOf(Corrupt.class)
        .hasMessageContaining("does not know: shapes; use a Tarn that knows it");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "{",
        "[]",
        "{\"format\":2}",
        "{\"format\":2,\"compat\":[],\"incompat\":[],\"node\":\"n\",\"tokenSecret\":\"no"
            + " secret\",\"volumes\":[],\"forgotten\":[]}",
        "{\"format\":2,\"compat\":[\"A"
            + " b\"],\"incompat\":[],\"node\":\"n\",\"tokenSecret\":\"\",\"volumes\":[],\"forgotten\":[]}",
        "{\"format\":1,\"node\":\"n\",\"tokenSecret\":\"\",\"volumes\":[],\"more\":1}",
        "{\"format\":3}"
      })
  void anything_else_is_refused(String text) throws IOException {
    Files.writeString(file(), text);
    assertThatThrownBy(this::read).isInstanceOf(Corrupt.class).hasMessageContaining("node.json");
  }
}
