package io.tarn.node;

import java.util.ArrayList;
import java.util.List;

/// Rows of text in columns, for people. Written with a heading, two spaces between columns and
/// nothing behind the last. What was printed is forgotten, but for how wide the columns are.
final class Table {
  private final List<List<String>> rows = new ArrayList<>();
  private final int[] widths;

  Table(String... heading) {
    rows.add(List.of(heading));
    widths = new int[heading.length];
  }

  Table row(String... cells) {
    rows.add(List.of(cells));
    return this;
  }

  void print(Terminal terminal) {
    int columns = widths.length;
    for (var row : rows) {
      for (int i = 0; i < columns; i++) widths[i] = Math.max(widths[i], row.get(i).length());
    }
    for (var row : rows) {
      var line = new StringBuilder();
      for (int i = 0; i < columns; i++) {
        line.append(row.get(i));
        if (i < columns - 1) line.repeat(' ', widths[i] - row.get(i).length() + 2);
      }
      terminal.print(line.toString().stripTrailing());
    }
    rows.clear();
  }
}
