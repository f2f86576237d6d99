package io.tarn.bench;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class WorkTest {
  @Test
  void listed_prefixes_share_the_keys_evenly() {
    Work work = Work.of(LoadVerb.LIST_DELIMITER, 0, 1).withKeys(1000);
    assertThat(IntStream.range(0, 1000).mapToObj(work::key).distinct()).hasSize(1000);
    assertThat(
            IntStream.range(0, 1000)
                .mapToObj(i -> work.key(i).substring(0, work.key(i).indexOf('/')))
                .distinct())
        .hasSize(Work.PREFIXES);
  }

  @ParameterizedTest
  @CsvSource({"4KiB,4096", "1 MiB,1048576", "64m,67108864", "5GiB,5368709120", "17,17"})
  void sizes_are_read_as_people_write_them(String text, long bytes) {
    assertThat(ByteSize.parse(text)).isEqualTo(bytes);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "MiB", "4 parsecs", "-1", "9999999999GiB"})
  void a_size_that_makes_no_sense_is_refused(String text) {
    assertThatThrownBy(() -> ByteSize.parse(text))
        .isInstanceOfAny(IllegalArgumentException.class, ArithmeticException.class);
  }

  @Test
  void a_page_of_a_listing_is_read_by_its_bytes() {
    String page =
        "<ListBucketResult><KeyCount>2</KeyCount><Contents><Key>a</Key></Contents>"
            + "<NextContinuationToken>x&amp;y==</NextContinuationToken></ListBucketResult>";
    assertThat(ListPage.read(page.getBytes(UTF_8))).isEqualTo(new ListPage(2, "x&y=="));
    String bare = "<ListBucketResult><Key>a</Key><Key>b</Key><Key>c</Key></ListBucketResult>";
    assertThat(ListPage.read(bare.getBytes(UTF_8))).isEqualTo(new ListPage(3, ""));
  }
}
