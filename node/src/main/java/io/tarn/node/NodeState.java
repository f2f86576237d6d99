package io.tarn.node;

import io.tarn.disk.Volume;
import io.tarn.store.DurableFile;
import io.tarn.store.StoreFailure.Corrupt;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.json.JsonMapper;

/// What a node remembers about itself in its metadata directory (`node.json`): the format version,
/// who it is, the secret that seals continuation tokens, and which volumes hold its blobs. A volume
/// that is missing at start is an error, not an empty disk: its objects are unreadable, never
/// absent.
record NodeState(int format, String node, String tokenSecret, List<String> volumes) {
  static final int CURRENT = 1;
  private static final Logger LOG = LoggerFactory.getLogger(NodeState.class);
  private static final String NAME = "node.json";
  private static final JsonMapper JSON =
      JsonMapper.builder().enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES).build();

  NodeState {
    volumes = List.copyOf(volumes);
    if (!tokenSecret.matches("[0-9a-f]{64}")) throw new IllegalArgumentException("no token secret");
  }

  /// Reads the state, or makes it on first start. Until [#settle] a new state names no volumes,
  /// which is how a start that was cut short differs from metadata that went missing.
  static NodeState meet(Path metadata, List<Volume> volumes) throws IOException {
    makePrivate(metadata);
    Path file = metadata.resolve(NAME);
    NodeState known = Files.exists(file) ? read(file) : create(metadata, volumes);
    known.checkNothingIsMissing(metadata, ids(volumes));
    return known;
  }

  /// The directory holds secrets and the bytes of small objects, and so is made for its owner only.
  /// One that is there already stays as it is.
  private static void makePrivate(Path directory) throws IOException {
    if (Files.isDirectory(directory)) return;
    Path parent = directory.toAbsolutePath().getParent();
    if (parent != null) Files.createDirectories(parent);
    var ownerOnly = PosixFilePermissions.fromString("rwx------");
    Files.createDirectory(directory, PosixFilePermissions.asFileAttribute(ownerOnly));
  }

  private static List<String> ids(List<Volume> volumes) {
    return volumes.stream().map(Volume::id).toList();
  }

  /// Takes up volumes that are new. The metadata store is there by now.
  NodeState settle(Path metadata, List<Volume> present) throws IOException {
    if (volumes.size() == present.size()) return this;
    var grown = new NodeState(CURRENT, node, tokenSecret, ids(present));
    grown.write(metadata.resolve(NAME));
    return grown;
  }

  private void checkNothingIsMissing(Path metadata, List<String> present) throws IOException {
    var missing = new ArrayList<>(volumes);
    missing.removeAll(present);
    if (!missing.isEmpty())
      throw new Corrupt(
          "%d volume(s) of this node are missing: %s. Mount them and name their directories, all of them"
              .formatted(missing.size(), String.join(", ", missing)),
          null);
    boolean settled = !volumes.isEmpty();
    if (settled && isEmpty(metadata.resolve("db")))
      throw new Corrupt(
          "the metadata of this node is gone from %s; restore it from a backup"
              .formatted(metadata.resolve("db")),
          null);
  }

  private static boolean isEmpty(Path directory) throws IOException {
    if (!Files.isDirectory(directory)) return true;
    try (Stream<Path> entries = Files.list(directory)) {
      return entries.findAny().isEmpty();
    }
  }

  private static NodeState create(Path metadata, List<Volume> volumes) throws IOException {
    for (Volume volume : volumes)
      if (!volume.list("", 1).isEmpty())
        throw new Corrupt(
            "%s holds objects but there is no metadata in %s; mount it or restore it from a backup"
                .formatted(volume.root(), metadata),
            null);
    if (Files.exists(metadata.resolve("db")))
      throw new Corrupt(
          "%s has metadata but no %s; restore that file from a backup".formatted(metadata, NAME),
          null);
    byte[] secret = new byte[32];
    new SecureRandom().nextBytes(secret);
    var fresh =
        new NodeState(
            CURRENT, UUID.randomUUID().toString(), HexFormat.of().formatHex(secret), List.of());
    fresh.write(metadata.resolve(NAME));
    return fresh;
  }

  private static NodeState read(Path file) throws IOException {
    if (durable(file).tighten()) LOG.warn("others could read {}; now they cannot", file);
    NodeState state;
    try {
      state = JSON.readValue(Files.readString(file), NodeState.class);
    } catch (JacksonException e) {
      throw new Corrupt("%s is not what Tarn wrote; restore it from a backup".formatted(file), e);
    }
    if (state.format != CURRENT)
      throw new Corrupt(
          "%s has format %d and this Tarn knows format %d; use a Tarn that knows it"
              .formatted(file, state.format, CURRENT),
          null);
    return state;
  }

  /// It holds a secret: who can read it can make continuation tokens.
  private static DurableFile durable(Path file) {
    return new DurableFile(file, DurableFile.Readers.OWNER);
  }

  private void write(Path file) throws IOException {
    durable(file).write(JSON.writeValueAsString(this) + "\n");
  }

  byte[] secret() {
    return HexFormat.of().parseHex(tokenSecret);
  }
}
