package io.tarn.tree;

import static org.assertj.core.api.Assertions.assertThat;

import io.tarn.store.StoreFailure;
import org.junit.jupiter.api.Test;

class OriginErrorsTest {
  private static final OriginErrors ERRORS = new OriginErrors("tree");

  private static StoreFailure of(int error) {
    return ERRORS.of(new CallFailed("write", error));
  }

  @Test
  void a_full_disk_is_told_as_such_wherever_it_comes_up() {
    for (int error : new int[] {CallFailed.ENOSPC, CallFailed.EDQUOT, CallFailed.EFBIG}) {
      assertThat(of(error)).isInstanceOf(StoreFailure.OutOfSpace.class);
      assertThat(ERRORS.after(new CallFailed("fsync", error)).outOfSpace()).isTrue();
    }
    assertThat(ERRORS.after(new CallFailed("fsync", CallFailed.EIO)).outOfSpace()).isFalse();
  }

  @Test
  void what_the_server_may_not_do_is_not_the_fault_of_the_request() {
    assertThat(of(CallFailed.EACCES)).isInstanceOf(StoreFailure.OriginDenied.class);
    assertThat(of(CallFailed.EROFS)).isInstanceOf(StoreFailure.OriginDenied.class);
    assertThat(of(CallFailed.EMFILE)).isInstanceOf(StoreFailure.Overloaded.class);
    assertThat(of(CallFailed.EIO)).isInstanceOf(StoreFailure.Corrupt.class);
    assertThat(of(CallFailed.ESTALE)).isInstanceOf(StoreFailure.OriginUnreachable.class);
  }
}
