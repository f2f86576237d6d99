package io.tarn.node;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/// `tarn file`: files of the files API.
final class FileVerbs {
  private static final String USUAL = "http://127.0.0.1:10999";
  private static final Duration CONNECT = Duration.ofSeconds(5);

  private FileVerbs() {}

  static Command command() {
    return Command.group(
        "file",
        "Files by ULID, of a server with --files-address.",
        List.of(
            at(Command.of("put", "Puts a file, and prints its id.", FileVerbs::put))
                .word("FILE", "The file.")
                .option("--id", "ULID", "Its id. Default: a new one.")
                .option("--name", "NAME", "What it is called. Default: as FILE is.")
                .option("--level", "LEVEL", "0 here, 1 and 2 at the origin too. Default: 0.")
                .option("--meta", "JSON", "An object of strings to keep with it.")
                .example("tarn file put report.pdf --level=2"),
            at(Command.of("get", "Gets a file.", FileVerbs::get))
                .word("ID", "Its id.")
                .option("--out", "FILE", "Where to put it. Default: standard output.")
                .flag("--fetch", "From the origin, where the server has it no more."),
            at(Command.of("meta", "Says what is known of a file.", FileVerbs::meta))
                .word("ID", "Its id."),
            at(Command.of("level", "Promises more of a file that is there.", FileVerbs::level))
                .word("ID", "Its id.")
                .word("LEVEL", "1 or 2."),
            at(Command.of("rm", "Deletes a file.", FileVerbs::remove)).word("ID", "Its id."),
            at(Command.of("ls", "Lists files.", FileVerbs::list)).json()));
  }

  private static Command at(Command command) {
    return command.option(
        "--files",
        "URL",
        "The files API. Default: TARN_FILES_URL, else %s. Its token is TARN_FILES_TOKEN."
            .formatted(USUAL));
  }

  private static ExitCode put(Invocation invocation) {
    Path file = Path.of(invocation.word(0));
    if (!Files.isRegularFile(file)) throw CommandFailure.usage("there is no file " + file);
    String name = invocation.option("--name");
    if (name.isEmpty()) name = String.valueOf(file.getFileName());
    String level = invocation.option("--level");
    try (var api = new Api(invocation)) {
      String id = invocation.option("--id");
      if (id.isEmpty()) id = api.text(api.request("id"));
      HttpRequest.Builder request = api.request("put").header("X-Meta-ID", id);
      request.header("X-Meta-Name", ascii(name));
      request.header("X-Meta-ConsistencyLevel", level.isEmpty() ? "0" : level);
      String meta = invocation.option("--meta");
      if (!meta.isEmpty()) request.header("X-Meta-UserMeta", ascii(meta));
      String _ = api.text(request.POST(BodyPublishers.ofFile(file)));
      invocation.terminal().print(id);
      return ExitCode.OK;
    } catch (IOException e) {
      throw CommandFailure.usage("cannot read " + file + ": " + e.getMessage());
    }
  }

  /// This client of HTTP would send question marks.
  private static String ascii(String text) {
    if (text.chars().allMatch(c -> c >= ' ' && c < 0x7f)) return text;
    throw CommandFailure.usage(
        "name and metadata are sent in ASCII: give --name, and write \\u00e4 in JSON");
  }

  private static ExitCode get(Invocation invocation) {
    String out = invocation.option("--out");
    try (var api = new Api(invocation)) {
      HttpRequest.Builder request = api.request("get/" + SignedHttp.encode(invocation.word(0)));
      if (invocation.flag("--fetch")) request.header("X-Meta-Fetch", "1");
      try (InputStream body = api.send(request).body()) {
        if (out.isEmpty()) {
          OutputStream to = invocation.terminal().out();
          body.transferTo(to);
          to.flush();
        } else {
          keep(body, Path.of(out));
        }
      }
      return ExitCode.OK;
    } catch (IOException e) {
      throw new CommandFailure(
          ExitCode.FAILURE, "", "the file did not come to its end: " + e.getMessage());
    }
  }

  /// All of it, or nothing.
  private static void keep(InputStream body, Path file) throws IOException {
    Path directory = file.toAbsolutePath().getParent();
    Path part = Files.createTempFile(directory, ".tarn-", ".part");
    try {
      Files.copy(body, part, StandardCopyOption.REPLACE_EXISTING);
      Files.move(part, file, StandardCopyOption.REPLACE_EXISTING);
    } finally {
      Files.deleteIfExists(part);
    }
  }

  private static ExitCode meta(Invocation invocation) {
    try (var api = new Api(invocation)) {
      JsonNode meta = api.json("meta/" + SignedHttp.encode(invocation.word(0)));
      invocation
          .terminal()
          .print(Invocation.JSON.writerWithDefaultPrettyPrinter().writeValueAsString(meta));
      return ExitCode.OK;
    }
  }

  private static ExitCode level(Invocation invocation) {
    try (var api = new Api(invocation)) {
      HttpRequest.Builder request = api.request("level/" + SignedHttp.encode(invocation.word(0)));
      request.header("X-Meta-ConsistencyLevel", ascii(invocation.word(1)));
      String _ = api.text(request.POST(BodyPublishers.noBody()));
      invocation.terminal().print(invocation.word(0) + " is at level " + invocation.word(1));
      return ExitCode.OK;
    }
  }

  private static ExitCode remove(Invocation invocation) {
    try (var api = new Api(invocation)) {
      HttpRequest.Builder request = api.request("delete/" + SignedHttp.encode(invocation.word(0)));
      String _ = api.text(request.POST(BodyPublishers.noBody()));
      invocation.terminal().print("deleted " + invocation.word(0));
      return ExitCode.OK;
    }
  }

  /// A page at a time; with `--json` a document for each file, a line each.
  private static ExitCode list(Invocation invocation) {
    Terminal terminal = invocation.terminal();
    boolean json = invocation.flag("--json");
    try (var api = new Api(invocation)) {
      String after = "";
      do {
        JsonNode page = api.json("list?limit=1000&after=" + SignedHttp.encode(after));
        for (JsonNode file : page.path("files")) {
          terminal.print(json ? Invocation.JSON.writeValueAsString(file) : line(file));
        }
        after = page.path("next").asString("");
      } while (!after.isEmpty());
      return ExitCode.OK;
    }
  }

  private static String line(JsonNode file) {
    return "%s  %d  %12s  %s"
        .formatted(
            file.path("id").asString(""),
            file.path("consistency").asInt(0),
            Words.size(file.path("size").asLong(0)),
            file.path("name").asString(""));
  }

  /// The files API of a server.
  private static final class Api implements AutoCloseable {
    private final String base;
    private final String token;
    private final HttpClient client;

    Api(Invocation invocation) {
      Terminal terminal = invocation.terminal();
      String url = invocation.option("--files");
      if (url.isEmpty()) url = terminal.variable(Configuration.FILES);
      base = url.isEmpty() ? USUAL : url.replaceFirst("/+$", "");
      if (!base.matches("https?://[^/]+")) {
        throw CommandFailure.usage(base + " is not a URL; write http://HOST:PORT");
      }
      token = terminal.variable("TARN_FILES_TOKEN");
      client =
          HttpClient.newBuilder()
              .version(HttpClient.Version.HTTP_1_1)
              .connectTimeout(CONNECT)
              .build();
    }

    HttpRequest.Builder request(String path) {
      try {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(base + "/api/v1/" + path));
        if (!token.isEmpty()) request.header("Authorization", "Bearer " + token);
        return request;
      } catch (IllegalArgumentException _) {
        throw CommandFailure.usage(base + " is not a URL; write http://HOST:PORT");
      }
    }

    String text(HttpRequest.Builder request) {
      try (InputStream body = send(request).body()) {
        return new String(body.readAllBytes(), StandardCharsets.UTF_8);
      } catch (IOException e) {
        throw unreachable(e);
      }
    }

    JsonNode json(String path) {
      String text = text(request(path));
      try {
        return Invocation.JSON.readTree(text);
      } catch (JacksonException _) {
        throw new CommandFailure(
            ExitCode.UNREACHABLE, "NotTarn", base + " does not answer like Tarn's files API");
      }
    }

    /// The answer, if it is a good one. The caller closes its body.
    HttpResponse<InputStream> send(HttpRequest.Builder request) {
      try {
        HttpResponse<InputStream> answer =
            client.send(request.build(), BodyHandlers.ofInputStream());
        if (answer.statusCode() / 100 == 2) return answer;
        try (InputStream body = answer.body()) {
          throw refused(answer, new String(body.readNBytes(64 << 10), StandardCharsets.UTF_8));
        }
      } catch (IOException e) {
        throw unreachable(e);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new CommandFailure(ExitCode.INTERRUPTED, "Interrupted", "interrupted");
      }
    }

    private static CommandFailure refused(HttpResponse<InputStream> answer, String body) {
      int status = answer.statusCode();
      boolean deleted = answer.headers().firstValue("X-Meta-Deleted").isPresent();
      String said =
          status == 404 ? deleted ? "the file was deleted" : "there is no such file" : body;
      try {
        said = Invocation.JSON.readTree(body).path("error").asString(said);
      } catch (JacksonException _) {
        said = said.isEmpty() ? "HTTP status " + status : said.strip();
      }
      ExitCode exit =
          switch (status) {
            case 400, 405, 411, 413 -> ExitCode.USAGE;
            case 401, 403 -> ExitCode.DENIED;
            case 404 -> ExitCode.NOT_FOUND;
            case 503 -> ExitCode.TRY_AGAIN;
            default -> ExitCode.FAILURE;
          };
      return new CommandFailure(exit, "", said);
    }

    private CommandFailure unreachable(IOException e) {
      String why = e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
      return new CommandFailure(
          ExitCode.UNREACHABLE,
          "Unreachable",
          "no answer from %s (%s); does a server run with --files-address?".formatted(base, why));
    }

    @Override
    public void close() {
      client.close();
    }
  }
}
