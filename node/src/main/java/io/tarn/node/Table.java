package io.tarn.node;

import java.util.ArrayList;
import java.util.List;

/// Rows of text in columns, for people. Written with a heading, two spaces between columns and
/// nothing behind the last.
final class Table {
  private final List<List<String>> rows = new ArrayList<>();

  Table(String... heading) {
    rows.add(List.of(heading));
  }

  Table row(String... cells) {
    rows.add(List.of(cells));
    return this;
  }

  void print(Terminal terminal) {
    int columns = rows.getFirst().size();
    int[] widths = new int[columns];
    for (var row : rows)
      for (int i = 0; i < columns; i++) widths[i] = Math.max(widths[i], row.get(i).length());
    for (var row : rows) {
      var line = new StringBuilder();
      for (int i = 0; i < columns; i++) {
        line.append(row.get(i));
        if (i < columns - 1) line.repeat(' ', widths[i] - row.get(i).length() + 2);
      }
      terminal.print(line.toString().stripTrailing());
    }
  }
}
