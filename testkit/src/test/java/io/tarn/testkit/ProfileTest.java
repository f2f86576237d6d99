package io.tarn.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.lang.reflect.Method;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.opentest4j.TestAbortedException;

class ProfileTest {
  /// A contract of three tests, over a store that keeps no tags.
  static final class Tagless extends StoreContract {
    @Override
    protected Profile profile() {
      return Profile.COMPLETE.without(Claim.TAGS, "it has no room for them");
    }

    @Needs(Claim.TAGS)
    void tags_are_kept() {}

    @Needs({Claim.ACLS, Claim.VERSIONS})
    void acls_of_versions_are_kept() {}

    void bytes_are_kept() {
      assertThat(can(Claim.TAGS)).isFalse();
      assertThat(can(Claim.ACLS)).isTrue();
    }
  }

  private record Running(Method method) implements TestInfo {
    static Running of(String name) throws NoSuchMethodException {
      return new Running(Tagless.class.getDeclaredMethod(name));
    }

    @Override
    public String getDisplayName() {
      return method.getName();
    }

    @Override
    public Set<String> getTags() {
      return Set.of();
    }

    @Override
    public Optional<Class<?>> getTestClass() {
      return Optional.of(Tagless.class);
    }

    @Override
    public Optional<Method> getTestMethod() {
      return Optional.of(method);
    }
  }

  @Test
  void what_a_store_does_not_fulfil_is_skipped_and_told_with_the_reason() throws Exception {
    var contract = new Tagless();
    assertThatThrownBy(() -> contract.skip(Running.of("tags_are_kept")))
        .isInstanceOf(TestAbortedException.class)
        .hasMessage("needs TAGS, because it has no room for them");
    contract.skip(Running.of("acls_of_versions_are_kept"));
    contract.skip(Running.of("bytes_are_kept"));
    contract.bytes_are_kept();
    assertThat(told())
        .isEqualTo(
            """
            Tagless leaves out, by the profile of its store:
              skipped: tags are kept: needs TAGS, because it has no room for them
              in part: bytes are kept: without TAGS, because it has no room for them
            """);
    assertThat(told()).as("said once").isEmpty();
  }

  private static String told() throws NoSuchMethodException {
    var bytes = new ByteArrayOutputStream();
    PrintStream before = System.out;
    System.setOut(new PrintStream(bytes, true, StandardCharsets.UTF_8));
    try {
      StoreContract.tell(Running.of("bytes_are_kept"));
    } finally {
      System.setOut(before);
    }
    return bytes.toString(StandardCharsets.UTF_8);
  }
}
