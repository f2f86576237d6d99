package io.tarn.console;

import io.tarn.settings.Secret;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.Channels;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Optional;
import java.util.Set;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/// How the command line of the same user on the same machine gets in without keys: a file in the
/// metadata directory, readable by its owner only, that names the address of the running server and
/// a token that is good for this run.
///
/// - `url`: where the admin API is served, without a slash at the end
/// - `s3`: where S3 is served, likewise
/// - `pid`: the process that wrote it; a file may outlive its process
public record LocalAccess(String url, String s3, Secret token, long pid) {
  private static final int TOKEN_BYTES = 32;

  /// Fresh access to the server of this process.
  public static LocalAccess fresh(String url, String s3) {
    byte[] token = new byte[TOKEN_BYTES];
    new SecureRandom().nextBytes(token);
    return new LocalAccess(
        url, s3, Secret.of(HexFormat.of().formatHex(token)), ProcessHandle.current().pid());
  }

  /// Where it is kept: `run/admin.json`.
  public static Path file(Path metadata) {
    return metadata.resolve("run").resolve("admin.json");
  }

  /// Writes the file whole or not at all, and from its first byte for nobody else to read. Not
  /// synced: it is of no use after a power cut.
  public void write(Path metadata) {
    Path file = file(metadata);
    Path fresh = file.resolveSibling("admin.json.new");
    String text =
        Replies.JSON.writeValueAsString(
                Replies.object()
                    .put("url", url)
                    .put("s3", s3)
                    .put("token", token.reveal())
                    .put("pid", pid))
            + "\n";
    try {
      Files.createDirectories(file.getParent());
      Files.deleteIfExists(fresh);
      var options = Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
      var ownerOnly =
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
      try (var channel = Files.newByteChannel(fresh, options, ownerOnly);
          var out = Channels.newOutputStream(channel)) {
        out.write(text.getBytes(StandardCharsets.UTF_8));
      }
      Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write " + file, e);
    }
  }

  /// What a server has written there; empty when none runs or has run.
  public static Optional<LocalAccess> read(Path metadata) {
    Path file = file(metadata);
    try {
      JsonNode tree = Replies.JSON.readTree(Files.readString(file));
      String url = tree.path("url").asString("");
      String token = tree.path("token").asString("");
      boolean whole = !url.isEmpty() && !token.isEmpty();
      return whole
          ? Optional.of(
              new LocalAccess(
                  url, tree.path("s3").asString(""), Secret.of(token), tree.path("pid").asLong(0)))
          : Optional.empty();
    } catch (NoSuchFileException e) {
      return Optional.empty();
    } catch (IOException | JacksonException e) {
      throw new UncheckedIOException("cannot read " + file, new IOException(e));
    }
  }

  /// Whether the process that wrote it still runs.
  public boolean isCurrent() {
    return ProcessHandle.of(pid).map(ProcessHandle::isAlive).orElse(false);
  }

  /// Removes the file if this run wrote it.
  public void remove(Path metadata) {
    try {
      Optional<LocalAccess> there = read(metadata);
      if (there.isPresent() && there.get().token().equals(token)) {
        Files.deleteIfExists(file(metadata));
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot remove " + file(metadata), e);
    }
  }
}
