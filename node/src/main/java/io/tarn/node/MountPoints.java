package io.tarn.node;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Where this machine means to have disks, by its `/etc/fstab`, and where it has them. The bare
/// mount point of a disk that is not mounted looks like an empty directory, and is none to begin a
/// node in.
record MountPoints(List<Path> meant, List<Path> mounted) {
  private static final List<String> NO_DISKS = List.of("swap", "proc", "sysfs", "tmpfs", "devpts");

  /// The second field is the place, the third the kind (fstab(5), proc(5)).
  private static final Pattern ENTRY = Pattern.compile("^\\s*[^#\\s]\\S*\\s+(/\\S*)\\s+(\\S+)");

  /// Nothing is meant on a machine without the file.
  static MountPoints ofThisMachine() throws IOException {
    return of(lines(Path.of("/etc/fstab")), lines(Path.of("/proc/self/mounts")));
  }

  private static List<String> lines(Path file) throws IOException {
    return Files.exists(file) ? Files.readAllLines(file) : List.of();
  }

  static MountPoints of(List<String> fstab, List<String> mounts) {
    return new MountPoints(paths(fstab, NO_DISKS), paths(mounts, List.of()));
  }

  private static List<Path> paths(List<String> lines, List<String> without) {
    List<Path> paths = new ArrayList<>();
    for (String line : lines) {
      Matcher entry = ENTRY.matcher(line);
      if (entry.find() && !without.contains(entry.group(2))) {
        paths.add(Path.of(unescaped(entry.group(1))).normalize());
      }
    }
    return paths;
  }

  private static String unescaped(String field) {
    return field
        .replace("\\040", " ")
        .replace("\\011", "\t")
        .replace("\\012", "\n")
        .replace("\\134", "\\");
  }

  /// The mount point at or above `directory` whose disk is not mounted.
  Optional<Path> unmounted(Path directory) throws IOException {
    Path real = real(directory.toAbsolutePath().normalize());
    return meant.stream()
        .filter(point -> point.getNameCount() > 0 && real.startsWith(point))
        .filter(point -> !mounted.contains(point))
        .findFirst();
  }

  /// Of what is not there yet the directories above it are.
  private static Path real(Path directory) throws IOException {
    if (Files.exists(directory)) return directory.toRealPath();
    Path above = directory.getParent();
    return above == null ? directory : real(above).resolve(directory.getFileName());
  }
}
