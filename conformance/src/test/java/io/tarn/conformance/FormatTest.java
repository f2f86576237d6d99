package io.tarn.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.googlejavaformat.java.Formatter;
import com.google.googlejavaformat.java.FormatterException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class FormatTest {
  @Test
  @Tag("slow")
  void every_source_is_formatted() throws IOException, FormatterException {
    var formatter = new Formatter();
    var unformatted = new ArrayList<Path>();
    for (Path source : Repository.sources()) {
      String text = Files.readString(source);
      if (!formatter.formatSource(text).equals(text)) unformatted.add(source);
    }
    assertThat(unformatted).as("run ./format").isEmpty();
  }

  @Test
  @Tag("slow")
  void every_source_speaks_one_dialect() throws IOException {
    assertThat(Dialect.complaints(Repository.sources()))
        .as("run ./format, and give what `var` hides its type")
        .isEmpty();
  }
}
