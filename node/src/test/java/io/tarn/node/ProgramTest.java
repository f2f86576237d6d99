package io.tarn.node;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

class ProgramTest {
  private final Shell shell = new Shell(Map.of());

  @TempDir Path directory;

  @ParameterizedTest
  @CsvSource({
    "tenan ls,did you mean tenant?",
    "tenant lss,did you mean ls?",
    "tenant ls --jsn,did you mean --json?",
    "tenant ls more,unknown command or word more",
    "user,user what?",
    "bucket create,BUCKET",
    "bucket versioning photos off,enabled or suspended",
    "completion tcsh,'bash, zsh or fish'",
    "key create --access-key AK,go together",
    "user create bob --secret-key SKSKSKSK,--secret-key-file FILE",
    "user create bob --access-key AK --secret-key=SKSKSKSK,--secret-key-file FILE",
    "key create --secret-key SKSKSKSK --secret-key-file -,--secret-key-file FILE",
    "tenant create t --access-key AK --secret-key SKSKSKSK,--secret-key-file FILE",
    "policy set read /no/such/file,cannot read /no/such/file",
    "config check --http.max-conections=5,did you mean --http.max-connections?",
    "tenant ls --admin http://127.0.0.1:1,TARN_ACCESS_KEY",
    "help nothing,there is no command nothing",
  })
  void a_wrong_command_line_exits_2_and_says_what_to_do(String words, String advice) {
    Shell.Ran ran = shell.run(words.split(" "));
    assertThat(ran.exit()).as(ran.err()).isEqualTo(ExitCode.USAGE);
    assertThat(ran.err()).startsWith("tarn: ").contains(advice).doesNotContain("SKSKSKSK");
    assertThat(ran.err().lines()).hasSize(1);
  }

  @ParameterizedTest
  @CsvSource({
    "server --catalog.root-password=SKSKSKSK,TARN_CATALOG_ROOT_PASSWORD",
    "config check --catalog.master-key SKSKSKSK,TARN_CATALOG_MASTER_KEY_FILE",
    "config show --console.metrics-token=SKSKSKSK,TARN_CONSOLE_METRICS_TOKEN",
  })
  void a_setting_that_is_a_secret_is_refused_as_a_flag(String words, String advice) {
    Shell.Ran ran = shell.run(words.split(" "));
    assertThat(ran.exit()).as(ran.err()).isEqualTo(ExitCode.USAGE);
    assertThat(ran.out() + ran.err()).contains(advice).doesNotContain("SKSKSKSK");
  }

  @Test
  void no_help_and_no_completion_offers_to_take_a_secret() {
    String[][] asks = {
      {"user", "create", "--help"},
      {"key", "create", "--help"},
      {"tenant", "create", "--help"},
      {"server", "--help"},
      {"completion", "bash"},
      {"completion", "zsh"},
      {"completion", "fish"},
    };
    for (String[] ask : asks) {
      String said = shell.run(ask).out();
      assertThat(said).as(String.join(" ", ask)).isNotEmpty();
      assertThat(said)
          .as(String.join(" ", ask))
          .doesNotContain("root-password", "metrics-token")
          .doesNotContainPattern("[-.]master-key") // the command of that name takes none
          .doesNotContainPattern("secret-key\\b(?!-file)");
    }
  }

  @Test
  void a_misspelt_flag_of_a_server_is_no_directory() {
    Shell.Ran ran = shell.run("server", directory.toString(), "--adress=:0");
    assertThat(ran.exit()).isEqualTo(ExitCode.USAGE);
    assertThat(ran.err()).contains("--adress").contains("did you mean --address?");
    assertThat(directory).isEmptyDirectory();
  }

  @Test
  void nobody_at_the_address_exits_6() {
    var keys = new Shell(Map.of("TARN_ACCESS_KEY", "AK12", "TARN_SECRET_KEY", "SKSKSKSK"));
    Shell.Ran ran = keys.run("tenant", "ls", "--admin", "http://127.0.0.1:1");
    assertThat(ran.exit()).isEqualTo(ExitCode.UNREACHABLE);
    assertThat(ran.err()).contains("http://127.0.0.1:1").doesNotContain("SKSKSKSK");
    Shell.Ran health = shell.run("health", "--admin", "http://127.0.0.1:1", "--json");
    assertThat(health.exit()).isEqualTo(ExitCode.UNREACHABLE);
    assertThat(health.json().path("code").asString("")).isEqualTo("Unreachable");
  }

  @Test
  void a_failed_command_says_so_in_json_where_json_was_asked_for() {
    Shell.Ran ran = shell.run("tenant", "create", "--json");
    assertThat(ran.exit()).isEqualTo(ExitCode.USAGE);
    assertThat(ran.json().path("code").asString("")).isEqualTo("USAGE");
    assertThat(ran.json().path("message").asString("")).contains("NAME");
  }

  @Test
  void tarn_alone_prints_what_there_is() {
    Shell.Ran ran = shell.run();
    assertThat(ran.exit()).isEqualTo(ExitCode.USAGE);
    assertThat(ran.out()).startsWith("Usage: tarn").contains("server", "Exit codes");
    assertThat(ran.err()).isEmpty();
  }

  @Test
  void a_server_that_was_killed_is_not_taken_for_another_one() throws IOException {
    Path run = Files.createDirectories(directory.resolve(".tarn/run"));
    Files.writeString(
        run.resolve("admin.json"),
        "{\"url\":\"http://127.0.0.1:1\",\"s3\":\"\",\"token\":\"t\",\"pid\":"
            + Long.MAX_VALUE
            + "}");
    var keys = new Shell(Map.of("TARN_ACCESS_KEY", "AK12", "TARN_SECRET_KEY", "SKSKSKSK"));
    Shell.Ran ran = keys.run("bucket", "ls", "--data", directory.toString());
    assertThat(ran.exit()).isEqualTo(ExitCode.UNREACHABLE);
    assertThat(ran.err()).contains("no server runs on " + directory);
  }

  @ParameterizedTest
  @ValueSource(strings = {"127.0.0.1:9001", "nonsense://", "ftp://127.0.0.1", "http://", "a b"})
  void what_is_no_url_is_told_how_to_be_written(String url) {
    var keys = new Shell(Map.of("TARN_ACCESS_KEY", "AK12", "TARN_SECRET_KEY", "SKSKSKSK"));
    for (String[] words : List.of(new String[] {"tenant", "ls"}, new String[] {"health"})) {
      var line = new ArrayList<>(List.of(words));
      line.addAll(List.of("--admin", url));
      Shell.Ran ran = keys.run(line.toArray(String[]::new));
      assertThat(ran.exit()).as(ran.err()).isEqualTo(ExitCode.USAGE);
      assertThat(ran.err()).contains("is not a URL; write http://HOST:PORT");
    }
  }

  @Test
  void every_command_says_how_it_is_used() {
    assertThat(helped(tree(), List.of())).isGreaterThan(40);
  }

  private int helped(CommandLine command, List<String> path) {
    var words = new ArrayList<>(path);
    words.add("--help");
    Shell.Ran ran = shell.run(words.toArray(String[]::new));
    assertThat(ran.exit()).isEqualTo(ExitCode.OK);
    assertThat(ran.out()).as(path.toString()).startsWith("Usage: tarn").contains("--help");
    int seen = 1;
    for (var member : command.getSubcommands().entrySet()) {
      words.set(words.size() - 1, member.getKey());
      seen += helped(member.getValue(), List.copyOf(words));
    }
    return seen;
  }

  private static CommandLine tree() {
    return CommandTree.of(new Terminal(System.in, System.out, System.err, Map.of()));
  }

  @Test
  void the_version_is_told() {
    assertThat(shell.run("version").out()).startsWith("tarn ");
    assertThat(shell.run("version", "--json").json().path("version").asString("")).isNotEmpty();
  }

  @Test
  void settings_are_shown_with_their_origin_and_secrets_as_stars() {
    Shell.Ran ran =
        new Shell(Map.of("MINIO_ROOT_USER", "admin", "MINIO_ROOT_PASSWORD", "CanaryCanary"))
            .run("config", "show", "--origin", "--json", "--http.max-connections=5", "/srv/one");
    assertThat(ran.exit()).as(ran.err()).isEqualTo(ExitCode.OK);
    assertThat(ran.out()).doesNotContain("CanaryCanary");
    assertThat(ran.json().path("http.max-connections").path("value").asString("")).isEqualTo("5");
    assertThat(ran.json().path("volumes").path("value").asString("")).isEqualTo("/srv/one");
    assertThat(ran.json().path("http.max-connections").path("origin").asString(""))
        .contains("http.max-connections");
  }

  @Test
  void a_configuration_is_checked_without_starting_anything() {
    assertThat(shell.run("config", "check").exit()).isEqualTo(ExitCode.OK);
    Shell.Ran wrong =
        new Shell(Map.of("TARN_HTTP_MAX_CONNECTIONS", "many")).run("config", "check", "--json");
    assertThat(wrong.exit()).isEqualTo(ExitCode.USAGE);
    assertThat(wrong.json().path("problems").size()).isEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"bash", "zsh", "fish"})
  void completion_knows_the_commands_and_the_settings(String name) {
    String script = shell.run("completion", name).out();
    assertThat(script).contains("tenant").contains("versioning").contains("console-address");
    assertThat(script).doesNotContain("warm-up");
  }

  @Test
  void bash_accepts_the_completion() throws IOException, InterruptedException {
    Path bash = Path.of("/bin/bash");
    Assumptions.assumeTrue(Files.isExecutable(bash), "no bash here");
    Path script = directory.resolve("tarn.bash");
    Files.writeString(script, shell.run("completion", "bash").out(), StandardCharsets.UTF_8);
    Process check = new ProcessBuilder("/bin/bash", "-n", script.toString()).inheritIO().start();
    assertThat(check.waitFor(30, TimeUnit.SECONDS)).isTrue();
    assertThat(check.exitValue()).isZero();
  }

  /// What bash offers for the last of these words.
  private List<String> offered(String... words) throws IOException, InterruptedException {
    Path bash = Path.of("/bin/bash");
    Assumptions.assumeTrue(Files.isExecutable(bash), "no bash here");
    Path script = directory.resolve("tarn.bash");
    Files.writeString(script, shell.run("completion", "bash").out(), StandardCharsets.UTF_8);
    String ask =
        """
        . "$0"; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); COMP_LINE="$*"; COMP_POINT=${#COMP_LINE}
        "$(complete -p tarn | sed 's/.*-F \\([^ ]*\\) .*/\\1/')"; printf '%s\\n' "${COMPREPLY[@]}"
        """;
    var command = new ArrayList<>(List.of("/bin/bash", "-c", ask, script.toString()));
    command.addAll(List.of(words));
    // Outside of a completion, bash complains of what only works within one.
    Process run = new ProcessBuilder(command).redirectError(Redirect.DISCARD).start();
    List<String> lines =
        new String(run.getInputStream().readAllBytes(), StandardCharsets.UTF_8).lines().toList();
    assertThat(run.waitFor(30, TimeUnit.SECONDS)).isTrue();
    return lines;
  }

  @Test
  void bash_completes_commands_options_settings_and_choices() throws Exception {
    assertThat(offered("tarn", "us")).containsExactly("user");
    assertThat(offered("tarn", "user", "")).contains("create", "ls", "disable");
    assertThat(offered("tarn", "user", "create", "bob", "--pol")).containsExactly("--policy");
    assertThat(offered("tarn", "server", "--drai")).containsExactly("--drain");
    assertThat(offered("tarn", "server", "--addr")).containsExactly("--address");
    assertThat(offered("tarn", "bucket", "versioning", "photos", "")).contains("suspended");
    assertThat(offered("tarn", "completion", "")).containsExactly("bash", "zsh", "fish");
    assertThat(offered("tarn", "warm")).doesNotContain("warm-up");
  }

  @Test
  void the_page_of_settings_is_what_the_code_says() throws IOException {
    String page = Files.readString(Path.of("..", "docs", "configuration.md"));
    assertThat(page)
        .as("docs/configuration.md is stale: ./tarn config docs > docs/configuration.md")
        .isEqualTo(shell.run("config", "docs").out());
  }
}
