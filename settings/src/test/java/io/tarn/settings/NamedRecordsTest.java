package io.tarn.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NamedRecordsTest {
  private final SettingsTree<World> tree = Settings.of(World.class);

  @TempDir Path dir;

  record World(
      @Setting("Places to fetch from.") Map<Name, Remote> origins,
      @Setting("What stands around.") Around around) {}

  record Around(
      @Setting("Those next door.") Map<Name, Peer> peers,
      @Setting(value = "How many.", fallback = "1") int most) {}

  record Remote(
      @Setting("Where it is.") String endpoint,
      @Setting(value = "Its name for us.", fallback = "") String access,
      @Setting(value = "The key to it.", fallback = "") Secret secretKey,
      @Setting(value = "Another word for it.", fallback = "") String key,
      @Setting(value = "Whether it is only read.", fallback = "false") boolean readOnly,
      @Setting(value = "Its buckets.", fallback = "") List<String> buckets,
      @Setting("How long it may take.") Times times) {
    Remote {
      if (secretKey.reveal().length() == 7) {
        throw new IllegalArgumentException("'" + secretKey.reveal() + "' is too short");
      }
    }
  }

  record Times(@Setting(value = "To connect.", fallback = "5s") Duration connect) {}

  record Peer(@Setting(value = "Its weight.", fallback = "1") int weight) {}

  @Test
  void without_sources_there_are_no_records() {
    assertThat(Settings.defaults(World.class).origins()).isEmpty();
  }

  @Test
  void records_are_read_from_the_file_by_name_and_kept_in_the_order_of_names() throws IOException {
    Path file =
        yaml(
            """
            origins:
              photos:
                endpoint: https://photos.example
                secret-key: s3cr3t!!
                buckets: [a, b]
                times: {connect: 1s}
              e-2: {endpoint: there, read-only: true}
            origins.dotted.endpoint: here
            around.peers.one.weight: 5
            """);
    World world = read(Sources.NONE.withFile(file)).value();
    assertThat(world.origins().keySet().stream().map(Name::text))
        .containsExactly("dotted", "e-2", "photos");
    Remote photos = origin(world, "photos");
    assertThat(photos.endpoint()).isEqualTo("https://photos.example");
    assertThat(photos.secretKey().reveal()).isEqualTo("s3cr3t!!");
    assertThat(photos.buckets()).containsExactly("a", "b");
    assertThat(photos.times().connect()).isEqualTo(Duration.ofSeconds(1));
    assertThat(origin(world, "e-2").readOnly()).isTrue();
    assertThat(origin(world, "e-2").times().connect()).isEqualTo(Duration.ofSeconds(5));
    assertThat(world.around().peers()).containsExactly(Map.entry(new Name("one"), new Peer(5)));
  }

  @Test
  void a_record_is_put_together_from_all_sources_and_the_strongest_wins() throws IOException {
    Loaded<World> loaded =
        read(
            Sources.NONE
                .withFile(yaml("origins: {a: {endpoint: file, access: file, key: file}}\n"))
                .withEnvironment(
                    Map.of("TARN_ORIGINS_A_ENDPOINT", "env", "TARN_ORIGINS_A_ACCESS", "env"))
                .withFlags("--origins.a.endpoint=flag", "--origins.b.endpoint", "flag"));
    Remote a = origin(loaded.value(), "a");
    assertThat(List.of(a.endpoint(), a.access(), a.key())).containsExactly("flag", "env", "file");
    assertThat(loaded.value().origins()).containsOnlyKeys(new Name("a"), new Name("b"));
    assertThat(loaded.origins().get("origins.a.endpoint")).hasToString("flag --origins.a.endpoint");
    assertThat(loaded.origins().get("origins.a.access"))
        .hasToString("environment TARN_ORIGINS_A_ACCESS");
    assertThat(loaded.origins().get("origins.b.access")).isEqualTo(Origin.FALLBACK);
  }

  @Test
  void a_name_without_settings_is_a_record_of_defaults() throws IOException {
    for (String text : List.of("around: {peers: {a: {}}}", "around:\n  peers:\n    a:\n")) {
      assertThat(read(Sources.NONE.withFile(yaml(text))).value().around().peers())
          .containsExactly(Map.entry(new Name("a"), new Peer(1)));
    }
    assertThat(problems(Sources.NONE.withFile(yaml("origins: {a: {}}"))))
        .containsExactly(
            "origins.a.endpoint: must be given: --origins.a.endpoint, TARN_ORIGINS_A_ENDPOINT or in"
                + " the file (nowhere)");
  }

  @Test
  void a_name_with_dashes_has_underscores_in_the_environment() {
    World world =
        read(environment(
                "TARN_ORIGINS_MY_OLD_PHOTOS_ENDPOINT", "x",
                "TARN_ORIGINS_MY_OLD_PHOTOS_TIMES_CONNECT", "9s",
                "TARN_ORIGINS_MY_OLD_PHOTOS_READ_ONLY", "yes"))
            .value();
    Remote remote = origin(world, "my-old-photos");
    assertThat(remote.times().connect()).isEqualTo(Duration.ofSeconds(9));
    assertThat(remote.readOnly()).isTrue();
    assertThat(world.origins()).hasSize(1);
  }

  @Test
  void a_variable_may_name_a_file_with_the_secret_of_a_record() throws IOException {
    Path file = Files.writeString(dir.resolve("secret"), "hunter2!\n");
    Loaded<World> loaded =
        read(
            environment(
                "TARN_ORIGINS_A_ENDPOINT", "x", "TARN_ORIGINS_A_SECRET_KEY_FILE", file.toString()));
    assertThat(origin(loaded.value(), "a").secretKey().reveal()).isEqualTo("hunter2!");
    assertThat(loaded.text(true)).contains("origins.a.secret-key: ", Secret.STARS);
    assertThat(loaded.toString() + loaded.text(true) + loaded.flat()).doesNotContain("hunter2!");
  }

  @Test
  void a_variable_with_two_senses_belongs_to_the_record_that_something_else_names()
      throws IOException {
    Sources doubtful = environment("TARN_ORIGINS_A_SECRET_KEY", "12345678");
    assertThat(problems(doubtful))
        .containsExactly(
            "TARN_ORIGINS_A_SECRET_KEY: may mean origins.a.secret-key or origins.a-secret.key;"
                + " give it in the file or as a flag instead (environment"
                + " TARN_ORIGINS_A_SECRET_KEY)");
    World world = read(doubtful.withFlags("--origins.a.endpoint=x")).value();
    assertThat(origin(world, "a").secretKey().reveal()).isEqualTo("12345678");
    world = read(doubtful.withFile(yaml("origins: {a-secret: {endpoint: x}}"))).value();
    assertThat(world.origins()).containsOnlyKeys(new Name("a-secret"));
    assertThat(origin(world, "a-secret").key()).isEqualTo("12345678");
    assertThat(
            problems(doubtful.withFlags("--origins.a.endpoint=x", "--origins.a-secret.endpoint=x")))
        .hasSize(1);
  }

  @Test
  void an_empty_variable_names_no_record() {
    assertThat(
            read(environment("TARN_ORIGINS_A_ENDPOINT", "", "TARN_ORIGINS_A_SECRET_KEY", ""))
                .value()
                .origins())
        .isEmpty();
  }

  @Test
  void a_secret_of_a_record_is_refused_as_a_flag_and_told_where_it_goes() {
    for (List<String> flags :
        List.of(
            List.of("--origins.a.secret-key=s3cr3t!"),
            List.of("--origins.a.secret-key", "s3cr3t!"))) {
      assertThat(problems(Sources.NONE.withFlags(flags)))
          .hasSize(2)
          .first()
          .asString()
          .contains("a secret is not taken from the command line", "TARN_ORIGINS_A_SECRET_KEY")
          .doesNotContain("s3cr3t!");
    }
  }

  @Test
  void a_secret_of_a_record_is_in_no_problem() {
    assertThat(
            problems(
                environment(
                    "TARN_ORIGINS_A_ENDPOINT", "x", "TARN_ORIGINS_A_SECRET_KEY", "s3cr3t!")))
        .containsExactly(
            "origins.a: '******' is too short (environment TARN_ORIGINS_A_ENDPOINT, environment"
                + " TARN_ORIGINS_A_SECRET_KEY)");
  }

  @Test
  void a_misspelt_setting_of_a_record_is_refused_with_the_nearest_one() throws IOException {
    Sources sources =
        Sources.NONE
            .withFile(
                yaml(
                    """
                    origins:
                      a: {endpont: x, endpoint: x}
                      b: {endpoint: x, tims: {connect: 1s, conect: 2s}}
                      c: {endpoint: x, times: {conect: 1s}}
                      d: {endpoint: x, zzzzzzz: 1}
                      e: scalar
                    around: {peers: 5}
                    """))
            .withEnvironment(
                Map.of(
                    "TARN_ORIGINS_E_ENDPOINT", "x",
                    "TARN_ORIGINS_A_ENDPONT", "x",
                    "TARN_ORIGINS_A_B_SECRET_KYE", "x",
                    "TARN_ORIGINS_ENDPOINT", "x",
                    "TARN_AROUND_PEERS_A_COLOUR", "x"))
            .withFlags("--origins.a.endpint=x", "--origins.a.secret", "x", "--origins.a=x");
    String file = sources.file() + ":";
    assertThat(problems(sources))
        .containsExactly(
            "origins.a.endpont: unknown setting; did you mean origins.a.endpoint? (file "
                + file
                + "2)",
            "origins.b.tims: unknown setting; did you mean origins.b.times? (file " + file + "3)",
            "origins.c.times.conect: unknown setting; did you mean origins.c.times.connect? (file "
                + file
                + "4)",
            "origins.d.zzzzzzz: unknown setting; origins.d has endpoint, access, secret-key, key,"
                + " read-only, buckets, times.connect, times (file "
                + file
                + "5)",
            "origins.e: a section; put its settings below it (file " + file + "6)",
            "around.peers: holds records by name; put their settings below around.peers.<name>"
                + " (file "
                + file
                + "7)",
            "TARN_ORIGINS_A_B_SECRET_KYE: unknown setting; did you mean"
                + " TARN_ORIGINS_A_B_SECRET_KEY? (environment TARN_ORIGINS_A_B_SECRET_KYE)",
            "TARN_ORIGINS_A_ENDPONT: unknown setting; did you mean TARN_ORIGINS_A_ENDPOINT?"
                + " (environment TARN_ORIGINS_A_ENDPONT)",
            "TARN_ORIGINS_ENDPOINT: unknown setting; there are TARN_ORIGINS_<NAME>_ENDPOINT,"
                + " TARN_ORIGINS_<NAME>_ACCESS, TARN_ORIGINS_<NAME>_SECRET_KEY,"
                + " TARN_ORIGINS_<NAME>_KEY, TARN_ORIGINS_<NAME>_READ_ONLY,"
                + " TARN_ORIGINS_<NAME>_BUCKETS, TARN_ORIGINS_<NAME>_TIMES_CONNECT (environment"
                + " TARN_ORIGINS_ENDPOINT)",
            "TARN_AROUND_PEERS_A_COLOUR: unknown setting; there are TARN_AROUND_PEERS_<NAME>_WEIGHT"
                + " (environment TARN_AROUND_PEERS_A_COLOUR)",
            "origins.a.endpint: unknown setting; did you mean --origins.a.endpoint? (flag"
                + " --origins.a.endpint)",
            "origins.a.secret: unknown setting; origins.a has endpoint, access, secret-key, key,"
                + " read-only, buckets, times.connect, times (flag --origins.a.secret)",
            "origins.a: a section; put its settings below it (flag --origins.a)");
  }

  @Test
  void all_problems_of_all_records_are_reported_at_once() throws IOException {
    assertThat(
            problems(
                Sources.NONE
                    .withFile(yaml("origins: {a: {endpoint: x, times: {connect: soon}}, b: {}}\n"))
                    .withFlags("--origins.c.read-only=perhaps", "--around.peers.d.weight=heavy")))
        .hasSize(5)
        .anyMatch(problem -> problem.startsWith("origins.a.times.connect: 'soon' is not"))
        .anyMatch(problem -> problem.startsWith("origins.b.endpoint: must be given"))
        .anyMatch(problem -> problem.startsWith("origins.c.endpoint: must be given"))
        .anyMatch(problem -> problem.startsWith("origins.c.read-only: 'perhaps' is not"))
        .anyMatch(problem -> problem.startsWith("around.peers.d.weight: 'heavy' is not"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"A", "my_photos", "-a", "a-", "ä", "a b", "a/b", "a:b"})
  void what_is_no_name_is_refused(String text) throws IOException {
    assertThatIllegalArgumentException().isThrownBy(() -> new Name(text));
    String expected = "origins." + text + ": a name is made of lower-case letters";
    Path file = yaml("origins: {\"" + text + "\": {endpoint: x, access: y}}\n");
    assertThat(problems(Sources.NONE.withFile(file)))
        .singleElement()
        .asString()
        .startsWith(expected);
    assertThat(problems(Sources.NONE.withFlags("--origins." + text + ".endpoint=x")))
        .singleElement()
        .asString()
        .contains("a name is made of lower-case letters");
  }

  @Test
  void names_are_bounded_by_length_and_by_number() throws IOException {
    assertThat(new Name("a".repeat(63)).text()).hasSize(63);
    assertThatIllegalArgumentException().isThrownBy(() -> new Name("a".repeat(64)));
    assertThatIllegalArgumentException().isThrownBy(() -> new Name(""));
    assertThat(read(Sources.NONE.withFile(peers(1000))).value().around().peers()).hasSize(1000);
    assertThat(problems(Sources.NONE.withFile(peers(1002)).withFlags("--around.peers.z.weight=1")))
        .containsExactly(
            "around.peers.z.weight: of too many names (flag --around.peers.z.weight)",
            "around.peers: more than 1000 names; take some of them away (all sources together)");
  }

  private Path peers(int count) throws IOException {
    return yaml(
        IntStream.range(0, count)
            .mapToObj(i -> "around.peers.p" + i + ".weight: 2\n")
            .collect(Collectors.joining()));
  }

  @Test
  void what_is_shown_is_a_settings_file_that_means_the_same() throws IOException {
    Loaded<World> loaded =
        read(environment("TARN_ORIGINS_B_C_ENDPOINT", "x y#", "TARN_AROUND_PEERS_A_WEIGHT", "7"));
    Loaded<World> again = read(Sources.NONE.withFile(yaml(loaded.text(true))));
    assertThat(again.value()).isEqualTo(loaded.value());
    assertThat(again.flat()).isEqualTo(loaded.flat());
  }

  /// Names that look like settings, too.
  @Test
  void the_environment_means_what_the_file_means_or_is_refused() throws IOException {
    long seed = new Random().nextLong();
    var random = new Random(seed);
    for (int round = 0; round < 500; round++) {
      var variables = new HashMap<String, String>();
      var flags = new ArrayList<String>();
      for (int i = 0; i < 1 + random.nextInt(3); i++) {
        var words = new ArrayList<String>();
        for (int j = 0; j < 1 + random.nextInt(3); j++) {
          words.add(List.of("a", "b", "key", "secret", "times").get(random.nextInt(5)));
        }
        String name = String.join("-", words);
        for (String setting : List.of("endpoint", "key", "access", "times.connect")) {
          String value = setting.equals("times.connect") ? i + "s" : name + i;
          if (!setting.equals("endpoint") && random.nextBoolean()) continue;
          String path = "origins." + name + "." + setting;
          flags.removeIf(flag -> flag.startsWith("--" + path + "="));
          flags.add("--" + path + "=" + value);
          variables.put(SettingEntry.variable(path), value);
        }
      }
      World expected = read(Sources.NONE.withFlags(flags)).value();
      try {
        assertThat(read(Sources.NONE.withEnvironment(variables)).value())
            .as("seed %d, %s", seed, variables)
            .isEqualTo(expected);
      } catch (InvalidSettings e) {
        assertThat(e.problems())
            .as("seed %d, %s", seed, variables)
            .allSatisfy(problem -> assertThat(problem.advice()).startsWith("may mean "));
      }
    }
  }

  @Test
  void a_command_line_is_split_with_the_flags_of_records() {
    SettingsTree.CommandLine line =
        tree.split(
            List.of(
                "/data",
                "--origins.a.endpoint",
                "x",
                "--origins.a.read-only",
                "/more",
                "--origins.a.endpont",
                "y",
                "--json"));
    assertThat(line.flags())
        .containsExactly(
            "--origins.a.endpoint", "x", "--origins.a.read-only", "--origins.a.endpont", "y");
    assertThat(line.rest()).containsExactly("/data", "/more", "--json");
  }

  @Test
  void page_and_help_have_a_place_for_the_name() {
    assertThat(tree.markdown())
        .contains(
            "Where a path has `<name>`",
            "\n## `origins.<name>`\n\nPlaces to fetch from.\n",
            "\n| `origins.<name>.endpoint` | text | must be given | Where it is. |\n",
            "\n## `origins.<name>.times`\n",
            "\n## `around.peers.<name>`\n");
    assertThat(tree.help())
        .contains("  --origins.<name>.endpoint=text\n", "  TARN_ORIGINS_<NAME>_SECRET_KEY\n")
        .doesNotContain("--origins.<name>.secret-key");
    assertThat(Settings.of(Sample.class).markdown()).doesNotContain("<name>");
  }

  @Test
  void maps_that_could_not_be_read_are_bugs() {
    record Text(@Setting("x") Map<String, Peer> map) {}
    record Numbers(@Setting("x") Map<Name, Integer> map) {}
    record Alias(@Setting(value = "x", fallback = "", alias = "Y") String y) {}
    record Aliases(@Setting("x") Map<Name, Alias> map) {}
    record Inner(@Setting("x") Map<Name, Peer> map) {}
    record Nested(@Setting("x") Map<Name, Inner> map) {}
    record Variable(
        @Setting("x") Map<Name, Peer> peers, @Setting(value = "x", fallback = "") String peersOf) {}
    record Flag(
        @Setting("x") Map<Name, Peer> peers,
        @Setting(value = "x", fallback = "", flag = "peers.x") String y) {}
    record Twins(@Setting("x") Map<Name, Peer> peers, @Setting("x") Map<Name, Peer> peersOf) {}
    for (Class<? extends Record> type :
        List.of(
            Text.class,
            Numbers.class,
            Aliases.class,
            Nested.class,
            Variable.class,
            Flag.class,
            Twins.class)) {
      assertThatIllegalStateException().as(type.getName()).isThrownBy(() -> Settings.of(type));
    }
  }

  private static Remote origin(World world, String name) {
    return Objects.requireNonNull(world.origins().get(new Name(name)));
  }

  private Loaded<World> read(Sources sources) {
    return tree.read(sources);
  }

  private List<String> problems(Sources sources) {
    return catchThrowableOfType(InvalidSettings.class, () -> tree.read(sources)).problems().stream()
        .map(Problem::toString)
        .toList();
  }

  private static Sources environment(String... pairs) {
    var variables = new HashMap<String, String>();
    for (int i = 0; i < pairs.length; i += 2) variables.put(pairs[i], pairs[i + 1]);
    return Sources.NONE.withEnvironment(variables);
  }

  private Path yaml(String text) throws IOException {
    return Files.writeString(Files.createTempFile(dir, "tarn", ".yaml"), text);
  }
}
