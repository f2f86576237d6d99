package io.tarn.node;

import io.tarn.bytes.DurableFile;
import io.tarn.store.Features;
import io.tarn.store.StoreFailure.Corrupt;
import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/// What a node remembers about itself in its metadata directory (`node.json`): the format, who it
/// is, the secret that seals continuation tokens, and which volumes hold its blobs. It names no
/// volumes until its first start has made all there is to make.
///
/// Format 1 (0.1.0 before its release) had the ids of the volumes only. It is read, and becomes
/// format 2 at the next start.
///
/// - `forgotten`: volumes the node was told to do without: rows may still refer to what is on them
record NodeState(
    Features features,
    String node,
    String tokenSecret,
    List<Member> volumes,
    List<Member> forgotten) {
  static final String NAME = "node.json";
  static final int CURRENT = 2;
  private static final int WITHOUT_DIRECTORIES = 1;

  /// What this program understands of what is marked as incompatible.
  private static final List<String> KNOWN = List.of();

  private static final Logger LOG = LoggerFactory.getLogger(NodeState.class);

  /// A volume, and where it was seen last; empty when that is not known.
  record Member(String id, String directory) {
    @Override
    public String toString() {
      return directory.isEmpty() ? id : "%s (last at %s)".formatted(id, directory);
    }
  }

  /// The file.
  private record Format2(
      int format,
      List<String> compat,
      List<String> incompat,
      String node,
      String tokenSecret,
      List<Member> volumes,
      List<Member> forgotten) {}

  private record Format1(int format, String node, String tokenSecret, List<String> volumes) {}

  NodeState {
    volumes = List.copyOf(volumes);
    forgotten = List.copyOf(forgotten);
    if (!tokenSecret.matches("[0-9a-f]{64}")) throw new IllegalArgumentException("no token secret");
  }

  static NodeState fresh() {
    byte[] secret = new byte[32];
    new SecureRandom().nextBytes(secret);
    String text = HexFormat.of().formatHex(secret);
    return new NodeState(Features.NONE, UUID.randomUUID().toString(), text, List.of(), List.of());
  }

  boolean isSettled() {
    return !volumes.isEmpty();
  }

  /// With these volumes, wherever they are now. What had been forgotten and is among them is
  /// remembered.
  NodeState with(List<Member> members) {
    var left = new ArrayList<>(forgotten);
    left.removeIf(each -> members.stream().anyMatch(one -> one.id().equals(each.id())));
    return new NodeState(features, node, tokenSecret, members, left);
  }

  /// Without a volume that it has.
  NodeState without(Member lost) {
    var left = new ArrayList<>(volumes);
    left.remove(lost);
    var gone = new ArrayList<>(forgotten);
    gone.add(lost);
    return new NodeState(features, node, tokenSecret, left, gone);
  }

  /// Empty when there is none. Fails with [Corrupt] when it is none that this program can use, with
  /// [IOException] when it cannot be looked at.
  static Optional<NodeState> read(Path metadata) throws IOException {
    Path file = metadata.resolve(NAME);
    if (!DurableFile.isThere(file)) return Optional.empty();
    if (durable(metadata).tighten()) LOG.warn("others could read {}; now they cannot", file);
    Optional<String> text = durable(metadata).read();
    if (text.isEmpty()) return Optional.empty();
    try {
      return Optional.of(parse(file, StateJson.STRICT.readTree(text.get())));
    } catch (JacksonException | IllegalArgumentException e) {
      throw new Corrupt("%s is not what Tarn wrote; restore it from a backup".formatted(file), e);
    }
  }

  private static NodeState parse(Path file, JsonNode tree) {
    int format = tree.path("format").asInt(0);
    return switch (format) {
      case WITHOUT_DIRECTORIES -> {
        Format1 old = StateJson.STRICT.treeToValue(tree, Format1.class);
        List<Member> volumes = old.volumes.stream().map(id -> new Member(id, "")).toList();
        yield new NodeState(Features.NONE, old.node, old.tokenSecret, volumes, List.of());
      }
      case CURRENT -> {
        // First of all: fields may go with a feature.
        var features = new Features(words(tree, "compat"), words(tree, "incompat"));
        features.requireKnown(KNOWN, file.toString());
        Format2 read = StateJson.STRICT.treeToValue(tree, Format2.class);
        yield new NodeState(features, read.node, read.tokenSecret, read.volumes, read.forgotten);
      }
      default ->
          throw new Corrupt(
              "%s has format %d and this Tarn knows format %d; use a Tarn that knows it"
                  .formatted(file, format, CURRENT),
              null);
    };
  }

  private static List<String> words(JsonNode tree, String name) {
    var words = new ArrayList<String>();
    for (JsonNode word : tree.path(name)) words.add(word.asString());
    return words;
  }

  /// Durable when it returns.
  void write(Path metadata) throws IOException {
    var file =
        new Format2(
            CURRENT, features.compat(), features.incompat(), node, tokenSecret, volumes, forgotten);
    durable(metadata).write(StateJson.STRICT.writeValueAsString(file) + "\n");
  }

  /// It holds a secret: who can read it can make continuation tokens.
  private static DurableFile durable(Path metadata) {
    return new DurableFile(metadata.resolve(NAME), DurableFile.Readers.OWNER);
  }

  byte[] secret() {
    return HexFormat.of().parseHex(tokenSecret);
  }
}
