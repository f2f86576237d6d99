package io.tarn.credentials;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/// The profiles in the two shared files of AWS: `[default]` and `[profile NAME]` in the one of
/// settings, `[NAME]` in the one of keys, which counts where both say something. (AWS SDKs and
/// Tools reference, "Shared config and credentials files".)
///
/// Indented lines belong to what stands above them and say nothing about keys. Other sections than
/// profiles are passed over.
final class ProfileFiles {
  private static final int LONGEST = 1 << 20;
  private static final String PREFIX = "profile ";

  private final Map<String, Map<String, String>> profiles = new HashMap<>();

  private ProfileFiles() {}

  /// A file that is not there is an empty one.
  static ProfileFiles read(Path config, Path credentials) {
    var files = new ProfileFiles();
    files.add(config, true);
    files.add(credentials, false);
    return files;
  }

  /// What a profile says, by the names of its settings; empty where there is no such profile.
  Optional<Map<String, String>> find(String name) {
    return Optional.ofNullable(profiles.get(name));
  }

  private void add(Path file, boolean config) {
    if (!Files.exists(file)) return;
    Map<String, String> profile = new HashMap<>(); // of lines before the first section: dropped
    for (String line : SmallFiles.read(file, LONGEST, "profile").lines().toList()) {
      boolean nested = line.startsWith(" ") || line.startsWith("\t");
      String text = line.strip();
      if (text.isEmpty() || nested || text.startsWith("#") || text.startsWith(";")) continue;
      if (text.startsWith("[")) {
        profile =
            name(text, config)
                .map(name -> profiles.computeIfAbsent(name, _ -> new HashMap<>()))
                .orElseGet(HashMap::new);
      } else {
        property(profile, text, file);
      }
    }
  }

  private static void property(Map<String, String> profile, String text, Path file) {
    int equals = text.indexOf('=');
    if (equals <= 0) {
      // Not the line itself: it could be half a secret.
      throw new CredentialsFailure("profile: %s has a line without `=`".formatted(file));
    }
    String value = text.substring(equals + 1).replaceFirst("\\s[#;].*$", "").strip();
    profile.put(text.substring(0, equals).strip().toLowerCase(Locale.ROOT), value);
  }

  private static Optional<String> name(String section, boolean config) {
    int end = section.indexOf(']');
    if (end < 0) return Optional.empty();
    String name = section.substring(1, end).strip();
    if (!config) return Optional.of(name);
    if (name.equals("default")) return Optional.of(name);
    if (!name.startsWith(PREFIX)) return Optional.empty(); // sso-session, services
    return Optional.of(name.substring(PREFIX.length()).strip().replaceAll("^\"|\"$", ""));
  }
}
