package io.tarn.files;

import io.tarn.http.Headers;
import io.tarn.request.Numbers;
import io.tarn.request.S3Request;
import java.util.Map;
import java.util.Set;

/// What is asked for, read once.
sealed interface FileRequest {
  String BASE = "/api/v1/";

  /// Most files of one page of a list.
  int MOST_LISTED = 1000;

  record MakeId() implements FileRequest {}

  record GetVersion() implements FileRequest {}

  record Ping() implements FileRequest {}

  record GetStats() implements FileRequest {}

  record ListFiles(String after, int limit) implements FileRequest {}

  /// - `fetch`: from the origin, where it is not here
  record GetFile(FileId id, boolean fetch) implements FileRequest {}

  /// The answer to a get without its bytes.
  record HeadFile(FileId id, boolean fetch) implements FileRequest {}

  record GetMeta(FileId id) implements FileRequest {}

  record PutFile(Files.Offer offer) implements FileRequest {}

  /// A level for a file that is there.
  record RaiseFile(FileId id, FileLevel level) implements FileRequest {}

  record DeleteFile(FileId id) implements FileRequest {}

  /// The name of it in metrics.
  default String name() {
    return getClass().getSimpleName();
  }

  /// @throws FileFailure when it is nothing that there is, or wrongly said
  static FileRequest of(S3Request request) {
    if (!request.path().startsWith(BASE)) throw FileFailure.unknown();
    String rest = request.path().substring(BASE.length());
    int slash = rest.indexOf('/');
    String word = slash < 0 ? rest : rest.substring(0, slash);
    String id = slash < 0 ? "" : rest.substring(slash + 1);
    return switch (word) {
      case "id" -> reading(request, new MakeId());
      case "version" -> reading(request, new GetVersion());
      case "ping" -> reading(request, new Ping());
      case "stats" -> reading(request, new GetStats());
      case "list" -> reading(request, list(request));
      case "meta" -> reading(request, new GetMeta(id(id)));
      case "get" ->
          reading(
              request,
              request.method().equals("HEAD")
                  ? new HeadFile(id(id), fetches(request))
                  : new GetFile(id(id), fetches(request)));
      case "put" -> by(request, Set.of("POST", "PUT"), put(request));
      case "level" -> by(request, Set.of("POST"), new RaiseFile(id(id), level(request)));
      case "delete" -> by(request, Set.of("POST", "DELETE"), new DeleteFile(id(id)));
      default -> throw FileFailure.unknown();
    };
  }

  private static FileRequest reading(S3Request request, FileRequest asked) {
    return by(request, Set.of("GET", "HEAD"), asked);
  }

  private static FileRequest by(S3Request request, Set<String> methods, FileRequest asked) {
    if (methods.contains(request.method())) return asked;
    throw new FileFailure(405, "There is no %s of this path.".formatted(request.method()));
  }

  private static FileId id(String text) {
    if (text.isEmpty()) throw FileFailure.invalid("ID not specified");
    return FileId.of(text)
        .orElseThrow(
            () ->
                FileFailure.invalid(
                    "not a valid ULID: 26 characters of Crockford's base 32, such as /api/v1/id"
                        + " makes"));
  }

  private static boolean fetches(S3Request request) {
    String flag = request.header("x-meta-fetch");
    return flag.equals("1") || flag.equalsIgnoreCase("true");
  }

  private static FileRequest list(S3Request request) {
    return new ListFiles(
        request.query().text("after"),
        Math.max(1, Numbers.limit(request.query(), "limit", 100, MOST_LISTED)));
  }

  private static FileRequest put(S3Request request) {
    String name = Headers.utf8(request.header("x-meta-name"));
    FileLevel level =
        request.header("x-meta-consistencylevel").isEmpty() ? FileLevel.LOCAL : level(request);
    var said = new FileMeta.Said(name, userMeta(request));
    return new PutFile(new Files.Offer(id(request.header("x-meta-id")), said, level));
  }

  private static FileLevel level(S3Request request) {
    return FileLevel.of(request.header("x-meta-consistencylevel"))
        .orElseThrow(
            () ->
                FileFailure.invalid(
                    "invalid consistency level: X-Meta-ConsistencyLevel is 0, 1 or 2"));
  }

  private static Map<String, String> userMeta(S3Request request) {
    String json = Headers.utf8(request.header("x-meta-usermeta"));
    if (json.isEmpty()) return Map.of();
    return FileJson.texts(json)
        .orElseThrow(
            () -> FileFailure.invalid("X-Meta-UserMeta is a JSON object whose values are strings"));
  }
}
