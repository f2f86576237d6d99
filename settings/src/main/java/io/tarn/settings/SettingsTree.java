package io.tarn.settings;

import io.tarn.settings.SettingEntry.Section;
import java.util.ArrayList;
import java.util.List;

/// The described settings of one root record. Immutable; may be read any number of times.
public final class SettingsTree<R extends Record> {
  private final Class<R> type;
  private final Section root;

  SettingsTree(Class<R> type) {
    this.type = type;
    this.root = Description.of(type);
  }

  /// What a command line holds: the words that give settings of this tree, and the others.
  public record CommandLine(List<String> flags, List<String> rest) {
    public CommandLine {
      flags = List.copyOf(flags);
      rest = List.copyOf(rest);
    }

    /// Names no value: a flag may hold a secret.
    @Override
    public String toString() {
      return "CommandLine[" + flags.size() + " flags, " + rest.size() + " other words]";
    }
  }

  /// Reads every setting from its strongest source: flag, environment, file, fallback.
  ///
  /// @throws InvalidSettings with all problems, if there is any
  public Loaded<R> read(Sources sources) {
    return new SettingsReader(root).read(type, sources);
  }

  /// Separates the flags of this tree (with their values) from other words, so that a command may
  /// have flags and operands of its own.
  public CommandLine split(List<String> words) {
    return new Flags(root, new Places(root), new ArrayList<>()).split(words);
  }

  /// The documentation page: one section per record, one table row per setting.
  public String markdown() {
    return SettingsPage.markdown(root);
  }

  /// The flags with type, text and default, for `--help`; lines of at most 100 characters.
  public String help() {
    return SettingsPage.help(root);
  }

  /// The name of every flag without its dashes, in order, the further names of a setting behind its
  /// path; for shell completion. Those of maps are not among them: their names are not known.
  public List<String> flags() {
    return flags(false);
  }

  /// The names that would be flags if secrets were taken from a command line.
  public List<String> refusedFlags() {
    return flags(true);
  }

  private List<String> flags(boolean secret) {
    return root.leaves().stream()
        .filter(leaf -> leaf.type().secret() == secret)
        .flatMap(leaf -> leaf.flags().stream())
        .toList();
  }
}
