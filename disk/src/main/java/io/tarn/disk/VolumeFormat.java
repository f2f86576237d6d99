package io.tarn.disk;

import io.tarn.bytes.DurableFile;
import io.tarn.observe.SystemError;
import io.tarn.store.Features;
import io.tarn.store.StoreFailure.Corrupt;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What `volume.json` says of a volume: its format, its identity, and the node it belongs to.
/// Written whole, synced and renamed before anything else, so a cut at any moment leaves either no
/// volume or a good one.
///
/// Format 1 (0.1.0 before its release) had the identity only. It is read, and becomes format 2 when
/// its node takes the volume up. A node is given for as long as the volume lives.
///
/// - `node`: null in format 1
public record VolumeFormat(int version, Features features, String id, @Nullable String node) {
  static final int CURRENT = 2;
  private static final int WITHOUT_NODE = 1;
  private static final String NAME = "volume.json";

  /// Blobs may have labels: an older program takes them for damaged.
  static final String LABELS = "blob-labels";

  /// Blobs may share files: an older program takes all but one of them for damaged.
  static final String SHARED = "shared-blobs";

  private static final Logger LOG = LoggerFactory.getLogger(VolumeFormat.class);

  /// What this program understands of what is marked as incompatible.
  private static final List<String> KNOWN = List.of(VolumeFormat.LABELS, VolumeFormat.SHARED);

  private static final String FIELD =
      "\"([a-z]+)\"\\s*:\\s*(\\d{1,9}|\"[^\"\\\\]*\"|\\[[^]\\\\]*])";
  private static final Pattern FIELDS = Pattern.compile(FIELD);
  private static final Pattern TEXT =
      Pattern.compile("\\{\\s*%s(\\s*,\\s*%s)*\\s*}\\s*".formatted(FIELD, FIELD));
  private static final Pattern WORD = Pattern.compile("\"([^\"]*)\"");

  /// What is there, changing nothing: empty when the directory is no volume. Fails with [Corrupt]
  /// when it is one that this program cannot use, with [IOException] when it cannot be looked at.
  public static Optional<VolumeFormat> look(Path root) throws IOException {
    Path file = root.resolve(NAME);
    if (!DurableFile.isThere(root)) return Optional.empty();
    Optional<String> text = durable(root).read();
    if (text.isPresent()) return Optional.of(parse(file, text.get()));
    if (hasBlobs(root)) {
      throw new Corrupt(
          "%s has blobs but no %s; restore that file from a backup".formatted(root, NAME), null);
    }
    if (hasAny(root.resolve("staging"))) {
      throw new Corrupt(
          "%s is no volume and has files in staging, which a volume throws away; name another directory"
              .formatted(root),
          null);
    }
    return Optional.empty();
  }

  private static DurableFile durable(Path root) {
    return new DurableFile(root.resolve(NAME), DurableFile.Readers.AS_USUAL);
  }

  private static VolumeFormat parse(Path file, String text) {
    if (!TEXT.matcher(text).matches()) throw nonsense(file);
    Map<String, String> fields = new HashMap<>();
    Matcher field = FIELDS.matcher(text);
    while (field.find()) {
      if (fields.put(field.group(1), field.group(2)) != null) throw nonsense(file);
    }
    int version = version(fields.remove("format"), file);
    if (version < WITHOUT_NODE || version > CURRENT) {
      throw new Corrupt(
          "%s has format %d and this Tarn knows format %d; use a Tarn that knows it"
              .formatted(file, version, CURRENT),
          null);
    }
    var features = new Features(words(fields.remove("compat")), words(fields.remove("incompat")));
    features.requireKnown(KNOWN, file.toString());
    String id = uuid(fields.remove("id"), file);
    String node = version == WITHOUT_NODE ? null : uuid(fields.remove("node"), file);
    if (!fields.isEmpty()) throw nonsense(file);
    return new VolumeFormat(version, features, id, node);
  }

  private static Corrupt nonsense(Path file) {
    return new Corrupt("%s is not what Tarn wrote; restore it from a backup".formatted(file), null);
  }

  private static int version(@Nullable String number, Path file) {
    if (number == null || !Character.isDigit(number.charAt(0))) throw nonsense(file);
    return Integer.parseInt(number);
  }

  private static List<String> words(@Nullable String list) {
    if (list == null) return List.of();
    return WORD.matcher(list).results().map(word -> word.group(1)).toList();
  }

  private static String uuid(@Nullable String quoted, Path file) {
    if (quoted == null || !quoted.matches("\"[0-9a-f-]{36}\"")) throw nonsense(file);
    return quoted.substring(1, quoted.length() - 1);
  }

  /// Makes sure that the directory is what is claimed. The caller has locked it.
  static VolumeFormat take(Path root, Volume.Claim claim) throws IOException {
    Optional<VolumeFormat> there = look(root);
    if (there.isEmpty() && claim.id() != null) {
      throw new Corrupt("%s has no %s any more".formatted(root, NAME), null);
    }
    VolumeFormat format = there.isEmpty() ? create(root, claim) : there.get().taken(root, claim);
    for (String directory : new String[] {"staging", "blobs"}) {
      Files.createDirectories(root.resolve(directory));
    }
    DurableFile.sync(root);
    return format;
  }

  private VolumeFormat taken(Path root, Volume.Claim claim) throws IOException {
    boolean expected = claim.id() == null || claim.id().equals(id);
    if (!expected) {
      throw new Corrupt("%s is volume %s, not %s".formatted(root, id, claim.id()), null);
    }
    if (node == null) {
      if (claim.id() == null && hasBlobs(root)) throw ofAnotherNode(root, "another node");
      return new VolumeFormat(CURRENT, withAll(), id, claim.node()).written(root);
    }
    if (!node.equals(claim.node())) throw ofAnotherNode(root, "node " + node);
    return features.incompat().containsAll(KNOWN) ? this : withFeatures(root);
  }

  /// On a disk that is full to the last byte blobs go without until the next start.
  private VolumeFormat withFeatures(Path root) throws IOException {
    try {
      return new VolumeFormat(version, withAll(), id, node).written(root);
    } catch (IOException e) {
      if (!SystemError.isFull(e)) throw e;
      LOG.warn("{} has no room to note what its blobs may be: {}", root, e.toString());
      return this;
    }
  }

  private Features withAll() {
    List<String> incompat = new ArrayList<>(features.incompat());
    for (String word : KNOWN) {
      if (!incompat.contains(word)) incompat.add(word);
    }
    return new Features(features.compat(), incompat);
  }

  private static Corrupt ofAnotherNode(Path root, String other) {
    return new Corrupt(
        "%s is a volume of %s and may hold its objects; give this node another directory"
            .formatted(root, other),
        null);
  }

  private static VolumeFormat create(Path root, Volume.Claim claim) throws IOException {
    String id = UUID.randomUUID().toString();
    var features = new Features(List.of(), KNOWN);
    return new VolumeFormat(CURRENT, features, id, claim.node()).written(root);
  }

  private VolumeFormat written(Path root) throws IOException {
    durable(root)
        .write(
            "{\"format\": %d, \"compat\": %s, \"incompat\": %s, \"id\": \"%s\", \"node\": \"%s\"}\n"
                .formatted(version, list(features.compat()), list(features.incompat()), id, node));
    return this;
  }

  private static String list(List<String> words) {
    return words.stream().map(word -> '"' + word + '"').toList().toString();
  }

  /// Whether there is any, whatever it is.
  static boolean hasBlobs(Path root) throws IOException {
    Path blobs = root.resolve("blobs");
    if (!DurableFile.isThere(blobs)) return false;
    try (DirectoryStream<Path> shards = Files.newDirectoryStream(blobs)) {
      for (Path shard : shards) {
        if (hasAny(shard)) return true;
      }
    }
    return false;
  }

  private static boolean hasAny(Path directory) throws IOException {
    if (!DurableFile.isThere(directory)) return false;
    try (DirectoryStream<Path> files = Files.newDirectoryStream(directory)) {
      return files.iterator().hasNext();
    }
  }
}
