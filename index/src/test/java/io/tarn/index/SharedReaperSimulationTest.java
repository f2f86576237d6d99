package io.tarn.index;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import io.tarn.index.SharedReaperScenario.Mistake;
import io.tarn.testkit.Search;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.slf4j.LoggerFactory;

@Tag("slow")
class SharedReaperSimulationTest {
  private final Logger logger = (Logger) LoggerFactory.getLogger("io.tarn.index");

  /// Thousands of collectors complain here, and to print is to wait for others that do.
  @BeforeEach
  void be_quiet() {
    logger.setLevel(Level.OFF);
  }

  @AfterEach
  void speak_again() {
    logger.setLevel(null);
  }

  @Test
  void one_of_two_machines_collects_and_takes_nothing_from_readers_of_the_other() {
    Search.check(new SharedReaperScenario(Mistake.NONE));
  }

  @ParameterizedTest
  @EnumSource(value = Mistake.class, mode = EnumSource.Mode.EXCLUDE, names = "NONE")
  void a_mistake_is_found_and_its_plan_made_short(Mistake mistake) {
    var found = Search.find(new SharedReaperScenario(mistake));
    assertThat(found).isPresent();
    assertThat(found.get().length()).as("%s", found.get()).isLessThanOrEqualTo(10);
  }
}
