package io.tarn.meta;

import static org.assertj.core.api.Assertions.assertThat;

import io.tarn.settings.DataSize;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class MetaSettingsTest {

  @Test
  void a_disk_of_some_gigabytes_changes_nothing() {
    assertThat(MetaSettings.DEFAULTS.fitting(2L << 30)).isEqualTo(MetaSettings.DEFAULTS);
  }

  /// See [MetaSettings#fitting]: with the ballast gone there are three halves of a reserve.
  @ParameterizedTest
  @ValueSource(longs = {20, 64, 120, 256, 1000, 2048, 1 << 20})
  void the_reserve_holds_the_write_buffers_and_the_log_on_a_disk_of_any_size(long mebibytes) {
    MetaSettings fitted = MetaSettings.DEFAULTS.fitting(mebibytes << 20);
    long reserve = fitted.reserve().bytes();
    assertThat(fitted.memtables().bytes() + fitted.log().bytes())
        .isLessThanOrEqualTo(reserve + reserve / 4);
    assertThat(2 * fitted.memtable().bytes()).isLessThanOrEqualTo(fitted.memtables().bytes());
    assertThat(16 * reserve).isLessThanOrEqualTo(mebibytes << 20);
  }

  @Test
  void a_smaller_reserve_that_was_asked_for_makes_smaller_buffers() {
    MetaSettings given = MetaSettings.DEFAULTS;
    var asked =
        new MetaSettings(
            given.cache(),
            given.memtable(),
            given.memtables(),
            given.log(),
            given.blobs(),
            DataSize.ofMebibytes(4),
            given.reads(),
            given.commits());
    MetaSettings fitted = asked.fitting(1L << 40);
    assertThat(fitted.memtables()).isEqualTo(DataSize.ofMebibytes(2));
    assertThat(fitted.memtable()).isEqualTo(DataSize.ofMebibytes(1));
    assertThat(fitted.log()).isEqualTo(DataSize.ofMebibytes(3));
  }
}
