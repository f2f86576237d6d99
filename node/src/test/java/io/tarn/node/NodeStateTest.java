package io.tarn.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.tarn.disk.DiskSettings;
import io.tarn.disk.Volume;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NodeStateTest {
  @TempDir Path directory;

  private NodeState meet() throws IOException {
    Path metadata = directory.resolve("metadata");
    try (Volume volume = Volume.open(directory.resolve("volume"), DiskSettings.DEFAULTS)) {
      NodeState state = NodeState.meet(metadata, List.of(volume));
      Files.createDirectories(metadata.resolve("db/db")); // what the metadata store leaves
      return state.settle(metadata, List.of(volume));
    }
  }

  private Path file() {
    return directory.resolve("metadata/node.json");
  }

  private String mode() throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(file()));
  }

  @Test
  void the_secret_of_a_node_is_for_its_owner_only() throws IOException {
    meet();
    assertThat(mode()).isEqualTo("rw-------");
  }

  @Test
  void a_state_that_others_can_read_is_taken_from_them_and_stays_the_same() throws IOException {
    NodeState made = meet();
    Files.setPosixFilePermissions(file(), PosixFilePermissions.fromString("rw-r--r--"));
    assertThat(meet()).isEqualTo(made);
    assertThat(mode()).isEqualTo("rw-------");
  }
}
