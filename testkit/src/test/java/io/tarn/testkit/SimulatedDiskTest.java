package io.tarn.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class SimulatedDiskTest {
  private static final int BLOCKS = 3;
  private static final int SIZE = BLOCKS * SimulatedDisk.BLOCK;
  private static final byte[] OLD = filled('o');
  private static final byte[] NEW = filled('n');

  private interface Use {
    void run(SimulatedDisk disk) throws IOException;
  }

  /// What is in the file after a crash that comes a minute later.
  private static String after(long seed, Use use) {
    var simulation = new Simulation(seed);
    var machine = new Machine(simulation, "m");
    machine.boot(
        self -> {
          try {
            if (!self.disk().exists("f")) {
              self.disk().write("f", 0, OLD);
              self.disk().sync("f");
              use.run(self.disk());
            }
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        });
    String[] found = {""};
    simulation.run(Duration.ofMinutes(1));
    machine.crash();
    simulation.start(
        "look",
        () -> {
          try {
            found[0] =
                new String(machine.disk().read("f"), java.nio.charset.StandardCharsets.UTF_8);
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        });
    simulation.run(Duration.ofMinutes(2));
    return found[0];
  }

  private static byte[] filled(char with) {
    byte[] bytes = new byte[SIZE];
    Arrays.fill(bytes, (byte) with);
    return bytes;
  }

  private static Set<String> outcomes(Use use) {
    Set<String> outcomes = new HashSet<>();
    for (long seed = 0; seed < 300; seed++) outcomes.add(after(seed, use));
    return outcomes;
  }

  private static String text(byte[] bytes) {
    return new String(bytes, java.nio.charset.StandardCharsets.UTF_8);
  }

  @Test
  void what_was_synced_is_there() {
    assertThat(
            outcomes(
                disk -> {
                  disk.write("f", 0, NEW);
                  disk.sync("f");
                }))
        .containsExactly(text(NEW));
  }

  @Test
  void what_was_not_synced_is_there_or_not_or_torn_each_block_alone() {
    Set<String> outcomes = outcomes(disk -> disk.write("f", 0, NEW));
    int block = SimulatedDisk.BLOCK;
    assertThat(outcomes).contains(text(NEW), text(OLD));
    assertThat(outcomes)
        .as("the middle alone")
        .contains("o".repeat(block) + "n".repeat(block) + "o".repeat(block));
    assertThat(outcomes).as("torn").anyMatch(found -> found.matches("n{1,31}o*"));
    assertThat(outcomes).allMatch(found -> found.matches("[on]{" + SIZE + "}"));
  }

  @Test
  void a_file_that_grew_is_as_long_as_it_was_or_longer_with_holes() {
    Set<String> outcomes = outcomes(disk -> disk.write("f", SIZE, NEW));
    assertThat(outcomes).contains(text(OLD), text(OLD) + text(NEW));
    assertThat(outcomes).allMatch(found -> found.startsWith(text(OLD)));
    assertThat(outcomes).as("a hole").anyMatch(found -> found.matches("o*\0+n+.*"));
  }

  @Test
  void after_a_failed_sync_the_next_one_says_nothing_of_what_is_lost() {
    Set<String> outcomes =
        outcomes(
            disk -> {
              disk.write("f", 0, NEW);
              disk.failSyncs(true);
              assertThatThrownBy(() -> disk.sync("f")).isInstanceOf(IOException.class);
              disk.failSyncs(false);
              disk.sync("f");
              assertThat(disk.read("f")).isEqualTo(NEW);
            });
    assertThat(outcomes).contains(text(NEW), text(OLD));
  }

  @Test
  void a_full_disk_takes_a_part() {
    outcomes(
        disk -> {
          disk.fill(true);
          assertThatThrownBy(() -> disk.write("f", SIZE, new byte[10_000]))
              .hasMessage("No space left on device");
          disk.fill(false);
          disk.write("f", SIZE, NEW);
        });
  }

  @Test
  void what_was_cut_off_may_come_back_until_it_is_synced() {
    assertThat(outcomes(disk -> disk.truncate("f", 40))).contains("o".repeat(40), text(OLD));
    Use synced =
        disk -> {
          disk.truncate("f", 40);
          disk.sync("f");
        };
    assertThat(outcomes(synced)).containsExactly("o".repeat(40));
  }

  @Test
  void a_disk_that_hangs_answers_when_it_no_longer_does() {
    var simulation = new Simulation(1);
    SimulatedDisk disk = new Machine(simulation, "m").disk();
    long[] done = {0};
    disk.hang(true);
    simulation.start(
        "writer",
        () -> {
          try {
            disk.write("f", 0, NEW);
            done[0] = simulation.nanos();
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        });
    simulation.at(Duration.ofSeconds(30), () -> disk.hang(false));
    simulation.run(Duration.ofMinutes(1));
    assertThat(Duration.ofNanos(done[0])).isBetween(Duration.ofSeconds(30), Duration.ofSeconds(31));
  }
}
