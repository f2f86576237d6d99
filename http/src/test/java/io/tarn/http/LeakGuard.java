package io.tarn.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBufAllocator;
import java.util.List;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/// Fails a test class that left a reference-counted buffer to the garbage collector. The module's
/// tests run with every buffer tracked.
final class LeakGuard implements BeforeAllCallback, AfterAllCallback {
  @Override
  public void beforeAll(ExtensionContext context) {
    LeakRecorder.LEAKS.clear();
  }

  @Override
  public void afterAll(ExtensionContext context) {
    assertThat(leaks()).isEmpty();
  }

  /// A leak is noticed by the next allocation after its buffer was collected.
  static List<String> leaks() {
    for (var i = 0; i < 5; i++) {
      System.gc();
      ByteBufAllocator.DEFAULT.directBuffer(16).release();
      ByteBufAllocator.DEFAULT.heapBuffer(16).release();
    }
    return List.copyOf(LeakRecorder.LEAKS);
  }
}
