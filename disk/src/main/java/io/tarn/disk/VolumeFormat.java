package io.tarn.disk;

import io.tarn.store.DurableFile;
import io.tarn.store.StoreFailure.Corrupt;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// What `volume.json` says: the format version of the volume and its identity. Written whole,
/// synced and renamed before anything else, so a cut at any moment leaves either no volume or a
/// good one.
record VolumeFormat(int version, String id) {
  static final int CURRENT = 1;
  private static final String NAME = "volume.json";
  private static final Pattern TEXT =
      Pattern.compile(
          "\\{\\s*\"format\"\\s*:\\s*(\\d{1,9})\\s*,\\s*\"id\"\\s*:\\s*\"([0-9a-f-]{36})\"\\s*}\\s*");

  static VolumeFormat openOrCreate(Path root) throws IOException {
    Files.createDirectories(root);
    Path file = root.resolve(NAME);
    VolumeFormat format = Files.exists(file) ? read(file) : create(root);
    for (String directory : new String[] {"staging", "blobs"})
      Files.createDirectories(root.resolve(directory));
    DurableFile.sync(root);
    return format;
  }

  private static VolumeFormat read(Path file) throws IOException {
    Matcher match = TEXT.matcher(Files.readString(file));
    if (!match.matches())
      throw new Corrupt(
          "%s is not what Tarn wrote; restore it from a backup".formatted(file), null);
    int version = Integer.parseInt(match.group(1));
    if (version != CURRENT)
      throw new Corrupt(
          "%s has format %d and this Tarn knows format %d; use a Tarn that knows it"
              .formatted(file, version, CURRENT),
          null);
    return new VolumeFormat(version, match.group(2));
  }

  private static VolumeFormat create(Path root) throws IOException {
    try (Stream<Path> entries = Files.list(root)) {
      if (entries.anyMatch(path -> path.getFileName().toString().equals("blobs")))
        throw new Corrupt(
            "%s has blobs but no %s; restore that file from a backup".formatted(root, NAME), null);
    }
    var format = new VolumeFormat(CURRENT, UUID.randomUUID().toString());
    String text = "{\"format\": %d, \"id\": \"%s\"}\n".formatted(format.version, format.id);
    new DurableFile(root.resolve(NAME), DurableFile.Readers.AS_USUAL).write(text);
    return format;
  }
}
