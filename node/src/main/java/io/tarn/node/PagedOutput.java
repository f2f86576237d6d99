package io.tarn.node;

import java.util.List;
import java.util.function.Function;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.StreamWriteFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectWriter;

/// A list of the admin API, `member` of what `target` answers. Printed page by page, so that only
/// one page is in memory; in JSON it is one whole document all the same, which ends with an `error`
/// when a later page cannot be had.
record PagedOutput(String target, String member, List<String> heading) {
  private static final ObjectWriter WRITER =
      Invocation.JSON
          .writerWithDefaultPrettyPrinter()
          .without(StreamWriteFeature.AUTO_CLOSE_TARGET)
          .without(StreamWriteFeature.AUTO_CLOSE_CONTENT);

  /// Prints everything; `row` makes an entry the cells below the heading.
  ExitCode print(Invocation invocation, Function<JsonNode, List<String>> row) {
    try (AdminClient admin = invocation.admin()) {
      if (invocation.flag("--json")) {
        document(admin, invocation.terminal());
      } else {
        table(admin, invocation.terminal(), row);
      }
    }
    return ExitCode.OK;
  }

  private void table(AdminClient admin, Terminal terminal, Function<JsonNode, List<String>> row) {
    var table = new Table(heading.toArray(String[]::new));
    String next = "";
    do {
      JsonNode page = page(admin, next);
      for (JsonNode each : page.path(member)) table.row(row.apply(each).toArray(String[]::new));
      table.print(terminal);
      next = page.path("next").asString("");
    } while (!next.isEmpty());
  }

  private void document(AdminClient admin, Terminal terminal) {
    JsonNode page = page(admin, ""); // before the first byte, so that a refusal stands alone
    try (JsonGenerator json = WRITER.createGenerator(terminal.out())) {
      json.writeStartObject();
      json.writeArrayPropertyStart(member);
      for (JsonNode each : page.path(member)) json.writeTree(each);
      String next = page.path("next").asString("");
      CommandFailure failure = null;
      while (!next.isEmpty() && failure == null) {
        try {
          page = page(admin, next);
          for (JsonNode each : page.path(member)) json.writeTree(each);
          next = page.path("next").asString("");
        } catch (CommandFailure e) {
          failure = e;
        }
      }
      json.writeEndArray();
      if (failure != null) json.writePOJOProperty("error", failure.toJson());
      json.writeEndObject();
      json.writeRaw('\n');
      if (failure != null) throw failure.told();
    }
  }

  private JsonNode page(AdminClient admin, String after) {
    return admin.get(SignedHttp.with(target, "after", after));
  }
}
