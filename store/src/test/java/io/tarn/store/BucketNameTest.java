package io.tarn.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BucketNameTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "abc",
        "a-b",
        "a.b",
        "123",
        "my.bucket-1",
        "1.2.3",
        "1.2.3.4.5",
        "a.2.3.4",
        "a--b",
        "a.-b",
        "xn-a",
        "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
      })
  void is_a_name(String text) {
    assertThat(BucketName.valid(text)).isTrue();
    assertThat(new BucketName(text).text()).isEqualTo(text);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "a",
        "ab",
        "Abc",
        "aBc",
        "a_b",
        "a b",
        "a/b",
        "..",
        "...",
        ".abc",
        "abc.",
        "-abc",
        "abc-",
        "a..b",
        "192.168.5.4",
        "10.0.0.1",
        "xn--abc",
        "sthree-abc",
        "amzn-s3-demo-abc",
        "abc-s3alias",
        "abc--ol-s3",
        "abc--x-s3",
        "abc.mrap",
        "bücket",
        "a\u0000b",
        "abc\n",
        "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
      })
  void is_no_name(String text) {
    assertThat(BucketName.valid(text)).isFalse();
    assertThatThrownBy(() -> new BucketName(text)).isInstanceOf(IllegalArgumentException.class);
  }
}
