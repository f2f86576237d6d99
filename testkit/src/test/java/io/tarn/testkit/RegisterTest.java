package io.tarn.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.tarn.testkit.RegisterScenario.Mistake;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// The simulator on a protocol whose rules are known.
@Tag("slow")
class RegisterTest {
  @Test
  void a_register_on_a_majority_is_linearizable_whatever_goes_wrong() {
    Search.check(new RegisterScenario(Mistake.NONE));
  }

  @ParameterizedTest
  @EnumSource(value = Mistake.class, mode = EnumSource.Mode.EXCLUDE, names = "NONE")
  void a_mistake_is_found_and_its_plan_made_short(Mistake mistake) {
    var found = Search.find(new RegisterScenario(mistake));
    assertThat(found).isPresent();
    assertThat(found.get().length()).as("%s", found.get()).isLessThanOrEqualTo(20);
    assertThat(found.get().toString()).contains("-Dsimulation.seed=" + found.get().seed());
  }
}
