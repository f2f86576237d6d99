package io.tarn.settings;

import io.tarn.settings.SettingEntry.Leaf;
import io.tarn.settings.SettingEntry.Named;
import io.tarn.settings.SettingEntry.Section;
import java.util.ArrayList;
import java.util.List;

/// Writes the tree out for people: the Markdown page and the `--help` text.
final class SettingsPage {
  private static final int WIDTH = 100;
  private static final String INDENT = "      ";

  private static final String INTRODUCTION =
      """
      # Configuration

      This page is generated from the settings in the code.

      Every setting can be given in three ways, the first one wins: as a flag (`--http.max-connections=5`), in the environment
      (`TARN_HTTP_MAX_CONNECTIONS=5`, or `TARN_HTTP_MAX_CONNECTIONS_FILE=/run/secrets/…` naming a file that holds the value), or in one
      YAML file (`http: {max-connections: 5}`, nested or as `http.max-connections: 5`). A secret is refused as a flag, which others on
      the machine could read. Anything unknown is refused, with the nearest
      known name. `tarn config check` reports all problems at once; `tarn config show --origin` prints every value and where it came from.

      Durations are written `500ms`, `30s`, `2h`, `7d`. Sizes are written `512k`, `64 MiB`, `10 GB` (`k`, `m`, `g` and `KiB`, `MiB`,
      `GiB` count in 1024s, `kB`, `MB`, `GB` in 1000s). Addresses are written `:9000`, `127.0.0.1:9000`, `[::1]:9000`. Lists are separated
      by commas, or YAML lists in the file. An empty environment variable counts as not set.
      """;

  private static final String ON_NAMES =
      """

      Where a path has `<name>`, there is a record for each of up to %d names that you choose: lower-case letters, digits and dashes, at
      most 63, with no dash at either end. It is a key in the file (`a: {my-name: {b: 5}}`), a part of a flag (`--a.my-name.b=5`), and a part
      of a variable with `_` for `-` (`TARN_A_MY_NAME_B=5`). A variable that can be read in two ways belongs to the record that
      something else names, too; else it is refused.
      """
          .formatted(Places.MOST_NAMES);

  private SettingsPage() {}

  static String markdown(Section root) {
    var page = new StringBuilder(INTRODUCTION);
    if (!root.maps().isEmpty()) page.append(ON_NAMES);
    sections(page, root);
    return page.toString();
  }

  private static void sections(StringBuilder page, Section root) {
    root.walk(
        entry -> {
          switch (entry) {
            case Section section -> section(page, section);
            case Named named -> sections(page, named.record(SettingEntry.ANY_NAME));
            case Leaf _ -> {}
          }
        });
  }

  private static void section(StringBuilder page, Section section) {
    var leaves = new ArrayList<Leaf>();
    for (var entry : section.entries()) {
      if (entry instanceof Leaf leaf) leaves.add(leaf);
    }
    if (!section.path().isEmpty()) {
      page.append("\n## `")
          .append(section.path())
          .append("`\n\n")
          .append(section.description())
          .append('\n');
    }
    if (leaves.isEmpty()) return;
    page.append("\n| setting | type | default | what it does |\n|---|---|---|---|\n");
    for (var leaf : leaves) row(page, leaf);
  }

  private static void row(StringBuilder page, Leaf leaf) {
    String fallback =
        leaf.required()
            ? "must be given"
            : leaf.setting().fallback().isEmpty() ? "none" : code(fallback(leaf));
    page.append("| ")
        .append(code(leaf.path()))
        .append(" | ")
        .append(cell(leaf.typeName()))
        .append(" | ")
        .append(fallback)
        .append(" | ");
    page.append(cell(leaf.description()));
    aliases(page, " Also the flag ", leaf.setting().flag(), "--");
    aliases(page, " Also the variable ", leaf.setting().alias(), "");
    page.append(" |\n");
  }

  private static void aliases(StringBuilder page, String lead, String[] names, String dashes) {
    if (names.length == 0) return;
    page.append(lead)
        .append(
            String.join(", ", List.of(names).stream().map(name -> code(dashes + name)).toList()))
        .append('.');
  }

  private static String fallback(Leaf leaf) {
    return leaf.type().secret() ? Secret.STARS : leaf.setting().fallback();
  }

  private static String code(String text) {
    return "`" + cell(text) + "`";
  }

  private static String cell(String text) {
    return text.replace("|", "\\|").replace('\n', ' ');
  }

  static String help(Section root) {
    var help = new StringBuilder();
    help(help, root);
    return help.toString();
  }

  private static void help(StringBuilder help, Section root) {
    root.walk(
        entry -> {
          switch (entry) {
            case Leaf leaf -> help(help, leaf);
            case Named named -> help(help, named.record(SettingEntry.ANY_NAME));
            case Section _ -> {}
          }
        });
  }

  private static void help(StringBuilder help, Leaf leaf) {
    if (leaf.type().secret()) {
      help.append("  ").append(SettingEntry.variable(leaf.path()));
    } else {
      help.append("  --").append(leaf.path()).append('=').append(leaf.typeName());
    }
    for (var flag : leaf.setting().flag()) help.append(", --").append(flag);
    help.append('\n');
    String end =
        leaf.required()
            ? " Must be given."
            : leaf.setting().fallback().isEmpty() ? "" : " Default: " + fallback(leaf) + ".";
    wrap(help, leaf.description().replace("`", "") + end);
  }

  private static void wrap(StringBuilder help, String text) {
    var line = new StringBuilder(INDENT);
    for (var word : text.strip().split("\\s+", -1)) {
      boolean first = line.length() == INDENT.length();
      if (!first && line.length() + 1 + word.length() > WIDTH) {
        help.append(line).append('\n');
        line.setLength(INDENT.length());
        first = true;
      }
      line.append(first ? "" : " ").append(word);
    }
    help.append(line).append('\n');
  }
}
