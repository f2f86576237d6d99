package io.tarn.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class DescriptionTest {
  @Test
  void flags_are_kebab_case_in_the_order_of_the_records_with_further_names_behind() {
    assertThat(Settings.of(Sample.class).flags())
        .startsWith("http.listen", "address", "http.max-connections", "http.patience")
        .endsWith("volumes", "level")
        .doesNotContain("root.password");
    assertThat(Settings.of(Sample.class).refusedFlags()).containsExactly("root.password");
    assertThat(Description.kebab("tlsURL")).isEqualTo("tls-url");
  }

  @Test
  void the_page_has_a_section_per_record_and_a_row_per_setting() {
    assertThat(Settings.of(Sample.class).markdown())
        .contains(
            "\n| `volumes` | list of path | `/data` | Directories of the volumes. |\n",
            "\n## `http`\n\nThe front door.\n",
            "\n"
                + "| `http.listen` | address | `:9000` | Where to listen. Also the flag"
                + " `--address`. |\n",
            "\n"
                + "| `root.password` | secret | none | Password of the root user. Also the variable"
                + " `MINIO_ROOT_PASSWORD`. |\n",
            "\n| `level` | info or very-loud | `info` | How loud. |\n");
  }

  @Test
  void the_help_names_flag_type_text_and_default() {
    String help = Settings.of(Sample.class).help();
    assertThat(help)
        .contains("  --http.listen=address, --address\n      Where to listen. Default: :9000.\n")
        .contains("  TARN_ROOT_PASSWORD\n")
        .doesNotContain("--root.password");
    assertThat(help.lines()).allSatisfy(line -> assertThat(line).hasSizeLessThanOrEqualTo(100));
  }

  @Test
  void long_help_is_wrapped_without_losing_a_word() {
    record Wordy(
        @Setting(
                value =
                    "One two three four five six seven eight nine ten eleven twelve thirteen"
                        + " fourteen fifteen sixteen.",
                fallback = "1")
            int number) {}
    assertThat(Settings.of(Wordy.class).help())
        .isEqualTo(
            """
              --number=number
                  One two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen
                  sixteen. Default: 1.
            """);
  }

  @Test
  void a_secret_fallback_is_not_printed() {
    record Weak(@Setting(value = "Weak.", fallback = "letmein99") Secret secret) {}
    var tree = Settings.of(Weak.class);
    assertThat(tree.markdown() + tree.help()).doesNotContain("letmein99");
  }

  @Test
  void trees_that_cannot_be_read_are_bugs() {
    record Undescribed(int number) {}
    record BadFallback(@Setting(value = "x", fallback = "many") int number) {}
    record EmptyFallback(@Setting(value = "x", fallback = "") Path path) {}
    record BadType(@Setting("x") Thread thread) {}
    record Twins(@Setting("x") String key, @Setting("x") String keyFile) {}
    record Flags(@Setting(value = "x", flag = "b") String a, @Setting("x") String b) {}
    for (var type :
        java.util.List.of(
            Undescribed.class,
            BadFallback.class,
            EmptyFallback.class,
            BadType.class,
            Twins.class,
            Flags.class)) {
      assertThatIllegalStateException().as(type.getName()).isThrownBy(() -> Settings.of(type));
    }
  }
}
