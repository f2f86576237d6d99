package io.tarn.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.tarn.store.Content;
import io.tarn.store.Part;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.TestInfo;
import org.opentest4j.TestAbortedException;

/// What contracts about stores begin with: the [Profile] of the store. A test that [Needs] what the
/// store lacks is skipped, and so is a single claim that asks [#can]; both are printed at the end
/// of the class, with the reason.
public abstract class StoreContract {
  private static final Set<String> SKIPPED = new LinkedHashSet<>();

  private String test = "";

  /// What the store fulfils. All of it, unless it says otherwise.
  protected Profile profile() {
    return Profile.COMPLETE;
  }

  @BeforeEach
  final void skip(TestInfo info) {
    test = info.getTestMethod().orElseThrow().getName().replace('_', ' ');
    Needs needs = info.getTestMethod().orElseThrow().getAnnotation(Needs.class);
    if (needs == null) return;
    for (Claim needed : needs.value()) {
      if (profile().has(needed)) continue;
      String why = needed + ", because " + profile().reason(needed);
      SKIPPED.add("  skipped: " + test + ": needs " + why);
      throw new TestAbortedException("needs " + why);
    }
  }

  /// Whether the store fulfils this; where it does not, that the test leaves it out is printed.
  protected final boolean can(Claim claim) {
    if (profile().has(claim)) return true;
    SKIPPED.add(
        "  in part: " + test + ": without " + claim + ", because " + profile().reason(claim));
    return false;
  }

  @AfterAll
  static void tell(TestInfo info) {
    if (SKIPPED.isEmpty()) return;
    String name = info.getTestClass().orElseThrow().getSimpleName();
    System.out.println(name + " leaves out, by the profile of its store:");
    SKIPPED.forEach(System.out::println);
    SKIPPED.clear();
  }

  /// A head is of what a write said it made.
  final void assertSame(Content told, Content written) {
    if (can(Claim.WRITTEN_FACTS)) {
      assertThat(told).isEqualTo(written);
    } else {
      assertThat(told.etag()).isEqualTo(written.etag());
    }
  }

  /// A list of parts has what was put.
  final void assertSame(List<Part> told, Part... put) {
    if (can(Claim.WRITTEN_FACTS)) {
      assertThat(told).containsExactly(put);
    } else {
      assertThat(told)
          .extracting(Part::number, Part::size, Part::etag)
          .containsExactlyElementsOf(
              List.of(put).stream().map(p -> tuple(p.number(), p.size(), p.etag())).toList());
    }
  }
}
