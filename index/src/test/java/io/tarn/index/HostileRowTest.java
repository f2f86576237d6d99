package io.tarn.index;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.tarn.store.StoreFailure;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.provider.MethodSource;

/// Whatever bytes a row has, it is read whole or told to be damaged, and what was read is written
/// as what is read again. STYLE.md says how to search for bytes that break this.
class HostileRowTest {
  /// A kind of row, read and written again.
  private record Kind(Function<byte[], Object> read, Function<Object, byte[]> write) {
    static <T> Kind of(Class<T> type, Function<byte[], T> read, Function<T, byte[]> write) {
      return new Kind(read::apply, row -> write.apply(type.cast(row)));
    }
  }

  private static final List<Kind> KINDS =
      List.of(
          Kind.of(ObjectRow.class, ObjectRow::ofRow, ObjectRow::toRow),
          Kind.of(Section.class, Section::ofRow, Section::toRow),
          Kind.of(LatestRow.class, LatestRow::ofRow, LatestRow::toRow),
          Kind.of(UploadRow.class, UploadRow::ofRow, UploadRow::toRow),
          Kind.of(Garbage.Stray.class, Garbage.Stray::ofRow, Garbage.Stray::toRow),
          Kind.of(Garbage.Remains.class, Garbage.Remains::ofRow, Garbage.Remains::toRow),
          Kind.of(Garbage.Uploads.class, Garbage.Uploads::ofRow, Garbage.Uploads::toRow));

  static Stream<byte[]> rows() {
    return RowsFormatTest.rows();
  }

  @MethodSource("rows")
  @FuzzTest(maxDuration = "1m")
  void a_row_is_read_or_damaged(byte[] bytes) {
    for (Kind kind : KINDS) {
      Object row = orDamaged(bytes, kind.read);
      if (row == null) continue;
      byte[] written = kind.write.apply(row);
      assertThat(kind.read.apply(written)).isEqualTo(row);
    }
    ObjectRow.Front front = orDamaged(bytes, ObjectRow::front);
    ObjectRow whole = orDamaged(bytes, ObjectRow::ofRow);
    if (whole != null) assertThat(front).isEqualTo(whole.front());
    List<Section> sections = orDamaged(bytes, Manifests::ofRow);
    if (sections != null) {
      assertThat(Manifests.ofRow(new Manifests.Page(List.of(), sections).toRow()))
          .isEqualTo(sections);
    }
  }

  private static <T> @Nullable T orDamaged(byte[] bytes, Function<byte[], T> read) {
    try {
      return read.apply(Arrays.copyOf(bytes, bytes.length));
    } catch (StoreFailure.Corrupt e) {
      assertThat(e.getMessage()).isNotEmpty();
      return null;
    }
  }
}
