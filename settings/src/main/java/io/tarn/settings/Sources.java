package io.tarn.settings;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// What to read, strongest first: the words of the command line that are flags, the environment,
/// one YAML file. `reserved` names the `TARN_` variables that are no settings, for example the one
/// that says where the file is.
public record Sources(
    List<String> flags,
    Map<String, String> environment,
    @Nullable Path file,
    Set<String> reserved) {
  /// Nothing given: every setting takes its fallback.
  public static final Sources NONE = new Sources(List.of(), Map.of(), null, Set.of());

  public Sources {
    flags = List.copyOf(flags);
    environment = Map.copyOf(environment);
    reserved = Set.copyOf(reserved);
  }

  public Sources withFlags(List<String> words) {
    return new Sources(words, environment, file, reserved);
  }

  public Sources withFlags(String... words) {
    return withFlags(List.of(words));
  }

  public Sources withEnvironment(Map<String, String> variables) {
    return new Sources(flags, variables, file, reserved);
  }

  public Sources withFile(@Nullable Path yaml) {
    return new Sources(flags, environment, yaml, reserved);
  }

  public Sources withReserved(Set<String> variables) {
    return new Sources(flags, environment, file, variables);
  }

  /// Names no value: flags and variables may hold secrets.
  @Override
  public String toString() {
    return "Sources["
        + flags.size()
        + " flags, "
        + environment.size()
        + " variables, file "
        + file
        + "]";
  }
}
