package io.tarn.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SettingsTreeTest {
  private static final String PASSWORD = "hunter2hunter2";
  private final SettingsTree<Sample> tree = Settings.of(Sample.class);

  @TempDir Path dir;

  @Test
  void without_sources_every_setting_takes_its_fallback() {
    var sample = Settings.defaults(Sample.class);
    assertThat(sample.http().listen()).isEqualTo(new Address("", 9000));
    assertThat(sample.http().maxConnections()).isEqualTo(1000);
    assertThat(sample.http().patience()).isEqualTo(Duration.ofSeconds(30));
    assertThat(sample.http().head()).isEqualTo(DataSize.ofKibibytes(16));
    assertThat(sample.http().certificate()).isNull();
    assertThat(sample.http().names()).isEmpty();
    assertThat(sample.http().most()).isEqualTo(5_000_000_000L);
    assertThat(sample.root().password()).isSameAs(Secret.NONE);
    assertThat(sample.volumes()).containsExactly(Path.of("/data"));
    assertThat(sample.level()).isEqualTo(Sample.Level.INFO);
  }

  @Test
  void a_flag_beats_the_environment_and_that_the_file_and_that_the_fallback() throws IOException {
    Sources sources = Sources.NONE.withFile(yaml("http:\n  max-connections: 2\n"));
    assertThat(read(sources).value().http().maxConnections()).isEqualTo(2);
    sources = sources.withEnvironment(Map.of("TARN_HTTP_MAX_CONNECTIONS", "3"));
    assertThat(read(sources).value().http().maxConnections()).isEqualTo(3);
    sources = sources.withFlags("--http.max-connections=4");
    assertThat(read(sources).value().http().maxConnections()).isEqualTo(4);
  }

  @Test
  void every_value_remembers_where_it_came_from() throws IOException {
    Path file = yaml("# comment\nhttp:\n  max-connections: 2\n");
    Map<String, Origin> origins =
        read(Sources.NONE
                .withFile(file)
                .withFlags("--level", "very-loud")
                .withEnvironment(Map.of("TARN_HTTP_HEAD", "1k")))
            .origins();
    assertThat(origins.get("http.max-connections")).hasToString("file " + file + ":3");
    assertThat(origins.get("level")).hasToString("flag --level");
    assertThat(origins.get("http.head")).hasToString("environment TARN_HTTP_HEAD");
    assertThat(origins.get("http.ratio")).isEqualTo(Origin.FALLBACK);
  }

  @Test
  void flags_take_an_equals_sign_or_the_next_word_and_switches_neither() {
    Sample sample =
        read(Sources.NONE.withFlags(
                "--http.ratio",
                "0.25",
                "--http.compress",
                "--address",
                "[::1]:1",
                "--http.names=a,b",
                "--http.names=c"))
            .value();
    assertThat(sample.http().ratio()).isEqualTo(0.25);
    assertThat(sample.http().compress()).isTrue();
    assertThat(sample.http().listen()).isEqualTo(new Address("::1", 1));
    assertThat(sample.http().names()).containsExactly("a", "b", "c");
  }

  @Test
  void a_command_line_is_split_into_settings_and_the_rest() {
    SettingsTree.CommandLine line =
        tree.split(
            List.of(
                "/data", "--address", ":1", "--json", "--http.compress", "/more", "--level=info"));
    assertThat(line.flags()).containsExactly("--address", ":1", "--http.compress", "--level=info");
    assertThat(line.rest()).containsExactly("/data", "--json", "/more");
  }

  @Test
  void a_flag_without_its_value_does_not_take_the_next_flag_for_it() {
    assertThat(problems(Sources.NONE.withFlags("--http.head", "--level=info")))
        .containsExactly(
            new Problem("http.head", "flag --http.head", "no value; write --http.head=VALUE"));
    SettingsTree.CommandLine line =
        tree.split(List.of("--http.head", "--json", "--root.password=s3cr3t!"));
    assertThat(line.rest()).containsExactly("--json");
    assertThat(line.toString()).doesNotContain("s3cr3t!");
  }

  @Test
  void a_variable_may_name_a_file_whose_final_line_break_does_not_count() throws IOException {
    var file = Files.writeString(dir.resolve("secret"), PASSWORD + "\n");
    Loaded<Sample> loaded = read(environment("TARN_ROOT_PASSWORD_FILE", file.toString()));
    assertThat(loaded.value().root().password().reveal()).isEqualTo(PASSWORD);
    assertThat(loaded.origins().get("root.password"))
        .hasToString("environment TARN_ROOT_PASSWORD_FILE");
    assertThat(loaded.notes()).isEmpty();
  }

  @Test
  void an_alias_is_honoured_and_noted() throws IOException {
    var file = Files.writeString(dir.resolve("secret"), PASSWORD);
    Loaded<Sample> loaded =
        read(
            Sources.NONE.withEnvironment(
                Map.of("MINIO_ROOT_USER", "admin", "MINIO_ROOT_PASSWORD_FILE", file.toString())));
    assertThat(loaded.value().root().user()).isEqualTo("admin");
    assertThat(loaded.value().root().password().reveal()).isEqualTo(PASSWORD);
    assertThat(loaded.notes())
        .containsExactly(
            "root.user is taken from environment MINIO_ROOT_USER, an alias of TARN_ROOT_USER",
            "root.password is taken from environment MINIO_ROOT_PASSWORD_FILE, an alias of"
                + " TARN_ROOT_PASSWORD");
  }

  @Test
  void a_name_and_its_alias_may_agree_but_not_disagree() {
    var agreed = Map.of("MINIO_ROOT_USER", "a", "TARN_ROOT_USER", "a");
    assertThat(read(Sources.NONE.withEnvironment(agreed)).value().root().user()).isEqualTo("a");
    var disagreed = Map.of("MINIO_ROOT_USER", "a", "TARN_ROOT_USER", "b");
    assertThat(problems(Sources.NONE.withEnvironment(disagreed)))
        .containsExactly(
            new Problem(
                "root.user",
                "environment TARN_ROOT_USER and environment MINIO_ROOT_USER",
                "two variables disagree; keep one of them"));
  }

  @Test
  void an_empty_variable_counts_as_not_set() {
    assertThat(read(environment("TARN_HTTP_MAX_CONNECTIONS", "")).value().http().maxConnections())
        .isEqualTo(1000);
  }

  @Test
  void yaml_may_be_nested_or_dotted_and_hold_lists() throws IOException {
    Path file =
        yaml(
            "http.ratio: 1\n"
                + "http:\n"
                + "  names: [a, 'b,c']\n"
                + "  listen: \":1\"\n"
                + "  patience:\n"
                + "volumes: /a, /b\n");
    Sample sample = read(Sources.NONE.withFile(file)).value();
    assertThat(sample.http().names()).containsExactly("a", "b,c");
    assertThat(sample.http().ratio()).isEqualTo(1);
    assertThat(sample.http().patience()).isEqualTo(Duration.ofSeconds(30));
    assertThat(sample.volumes()).containsExactly(Path.of("/a"), Path.of("/b"));
  }

  @Test
  void an_empty_file_is_fine() throws IOException {
    assertThat(read(Sources.NONE.withFile(yaml("# nothing\n"))).value())
        .isEqualTo(Settings.defaults(Sample.class));
  }

  @Test
  void unknown_names_are_refused_everywhere_with_the_nearest_one() throws IOException {
    Path file =
        yaml("http:\n  max-conections: 2\nhtpt:\n  listen: x\n  head: y\nqqqqqqqqqqqqq: 1\n");
    List<Problem> problems =
        problems(
            Sources.NONE
                .withFile(file)
                .withFlags("--http.compres", "--max-connections=5")
                .withEnvironment(Map.of("TARN_HTTP_RATOI", "1", "OTHER", "x", "TARN_CONFIG", "f"))
                .withReserved(Set.of("TARN_CONFIG")));
    assertThat(problems.stream().map(Problem::toString))
        .containsExactly(
            "http.max-conections: unknown setting; did you mean http.max-connections? (file %s:2)"
                .formatted(file),
            "htpt: unknown setting; did you mean http? (file %s:4)".formatted(file),
            "qqqqqqqqqqqqq: unknown setting; `tarn config show` lists the known ones (file %s:6)"
                .formatted(file),
            "TARN_HTTP_RATOI: unknown setting; did you mean TARN_HTTP_RATIO? (environment"
                + " TARN_HTTP_RATOI)",
            "http.compres: unknown setting; did you mean --http.compress? (flag --http.compres)",
            "max-connections: unknown setting; did you mean --http.max-connections? (flag"
                + " --max-connections)");
  }

  @Test
  void variables_that_kubernetes_makes_for_a_service_called_tarn_are_nobodys_mistake() {
    var links =
        Map.of(
            "TARN_SERVICE_HOST", "10.0.0.1",
            "TARN_SERVICE_PORT", "9000",
            "TARN_SERVICE_PORT_S3", "9000",
            "TARN_PORT", "tcp://10.0.0.1:9000",
            "TARN_PORT_9000_TCP", "tcp://10.0.0.1:9000",
            "TARN_PORT_9000_TCP_ADDR", "10.0.0.1",
            "TARN_CONSOLE_SERVICE_HOST", "10.0.0.2");
    assertThat(read(Sources.NONE.withEnvironment(links)).value())
        .isEqualTo(Settings.defaults(Sample.class));
    assertThat(problems(environment("TARN_PORT", "9000"))).hasSize(1);
  }

  @Test
  void all_problems_are_reported_at_once() {
    InvalidSettings failure =
        failure(
            Sources.NONE
                .withFlags("--http.head=big", "--level=off", "stray", "--http.ratio")
                .withEnvironment(Map.of("TARN_HTTP_PATIENCE", "30")));
    assertThat(failure)
        .hasMessage(
            """
            5 problems in the settings:
              word 3 is not a --flag (command line)
              http.ratio: no value; write --http.ratio=VALUE (flag --http.ratio)
              http.patience: '30' is not a duration; write for example 500ms, 30s, 2h or 7d (environment TARN_HTTP_PATIENCE)
              http.head: 'big' is not a size; write for example 512k, 64 MiB or 10 GB (flag --http.head)
              level: 'off' is not one of the choices; write info or very-loud (flag --level)\
            """);
  }

  @Test
  void a_rule_of_a_record_is_a_problem_at_its_path() {
    assertThat(problems(Sources.NONE.withFlags("--http.max-connections=0")))
        .containsExactly(
            new Problem(
                "http", "flag --http.max-connections", "max-connections must be at least 1"));
  }

  @Test
  void a_required_setting_must_be_given() {
    record Required(@Setting("Needed.") int needed) {}
    var required = Settings.of(Required.class);
    assertThat(required.read(Sources.NONE.withFlags("--needed=1")).value())
        .isEqualTo(new Required(1));
    assertThat(catchThrowableOfType(InvalidSettings.class, () -> required.read(Sources.NONE)))
        .hasMessageContaining("needed: must be given: --needed, TARN_NEEDED or in the file");
  }

  @Test
  void an_empty_flag_means_absence_where_that_is_allowed() {
    Sources file = environment("TARN_HTTP_CERTIFICATE", "/x").withFlags("--http.certificate=");
    assertThat(read(file).value().http().certificate()).isNull();
    assertThat(problems(Sources.NONE.withFlags("--http.ratio="))).hasSize(1);
  }

  @Test
  void a_file_that_is_no_settings_file_is_a_problem_with_its_line() throws IOException {
    for (var text :
        List.of(
            "- a\n",
            "just words\n",
            "a: [1\n",
            "level: info\nlevel: info\n",
            "http: 5\n",
            "http:\n  names: [{a: 1}]\n",
            "level: &x info\nroot: {user: *x}\n",
            "level: info\n---\nlevel: info\n",
            "a: \"\u0001\"\n")) {
      assertThat(problems(Sources.NONE.withFile(yaml(text))))
          .as(text)
          .isNotEmpty()
          .allSatisfy(problem -> assertThat(problem.source()).startsWith("file "));
    }
    assertThat(problems(Sources.NONE.withFile(dir.resolve("absent")))).hasSize(1);
    assertThat(problems(Sources.NONE.withFile(dir))).hasSize(1);
  }

  @Test
  void what_is_shown_is_a_settings_file_that_means_the_same() throws IOException {
    Loaded<Sample> loaded =
        read(
            Sources.NONE.withFlags(
                "--http.names=a b,#c", "--level=very-loud", "--root.user=\"\\\u0001\n'"));
    Loaded<Sample> again = read(Sources.NONE.withFile(yaml(loaded.text(true))));
    assertThat(again.value()).isEqualTo(loaded.value());
    assertThat(again.flat()).isEqualTo(loaded.flat());
    assertThat(loaded.text(false)).contains("http.patience: 30s\n", "http.listen: \":9000\"\n");
    assertThat(loaded.text(true)).contains("# flag --level\n", "# default\n");
  }

  @Test
  void a_secret_is_refused_as_a_flag_and_told_where_it_goes() {
    for (var flags :
        List.of(List.of("--root.password=" + PASSWORD), List.of("--root.password", PASSWORD))) {
      InvalidSettings failure = failure(Sources.NONE.withFlags(flags));
      assertThat(failure.problems()).hasSize(1);
      assertThat(failure)
          .hasMessageContaining("root.password: a secret is not taken from the command line")
          .hasMessageContaining("TARN_ROOT_PASSWORD, or TARN_ROOT_PASSWORD_FILE")
          .hasMessageContaining("root.password in the settings file")
          .hasMessageNotContaining(PASSWORD);
    }
  }

  @Test
  void a_secret_appears_in_no_rendering() {
    Loaded<Sample> loaded = read(environment("TARN_ROOT_PASSWORD", PASSWORD));
    var everything =
        List.of(
            loaded,
            loaded.value(),
            loaded.text(true),
            loaded.flat(),
            loaded.origins(),
            loaded.shown());
    assertThat(everything.toString()).doesNotContain(PASSWORD).contains(Secret.STARS);
    assertThat(loaded.flat()).containsEntry("root.password", Secret.STARS);
  }

  @Test
  void a_secret_appears_in_no_problem() throws IOException {
    var sources =
        List.of(
            Sources.NONE.withFlags("--root.password=s3cr3t!"),
            Sources.NONE.withFlags("--root.pasword", "s3cr3t!"),
            Sources.NONE.withFlags("--root.password=a", "--root.password=s3cr3t!"),
            Sources.NONE.withFlags("s3cr3t!"),
            Sources.NONE.withFlags("--http.head", "--root.password=s3cr3t!"),
            environment("TARN_ROOT_PASSWORD", "s3cr3t!"),
            environment("TARN_ROOT_PASWORD", "s3cr3t!"),
            Sources.NONE.withEnvironment(
                Map.of("TARN_ROOT_PASSWORD", "s3cr3t!", "MINIO_ROOT_PASSWORD", "s3cr3t!!")),
            Sources.NONE.withFile(yaml("root:\n  password: s3cr3t!\n  password: s3cr3t!\n")),
            Sources.NONE.withFile(yaml("root: s3cr3t!\n")),
            Sources.NONE.withFile(yaml("root:\n  password: [s3cr3t!, s3cr3t!]\n")),
            Sources.NONE.withFile(yaml("root:\n  password: 's3cr3t!\n user: x\n: :")));
    for (var each : sources) {
      InvalidSettings failure = failure(each);
      assertThat(failure.toString()).doesNotContain("s3cr3t!");
      assertThat(each.toString()).doesNotContain("s3cr3t!");
      assertThat(failure.problems()).isNotEmpty();
      assertThat(failure.getCause()).isNull();
    }
  }

  private Loaded<Sample> read(Sources sources) {
    return tree.read(sources);
  }

  private InvalidSettings failure(Sources sources) {
    return catchThrowableOfType(InvalidSettings.class, () -> tree.read(sources));
  }

  private List<Problem> problems(Sources sources) {
    return failure(sources).problems();
  }

  private static Sources environment(String name, String value) {
    return Sources.NONE.withEnvironment(Map.of(name, value));
  }

  private Path yaml(String text) throws IOException {
    return Files.writeString(Files.createTempFile(dir, "tarn", ".yaml"), text);
  }
}
