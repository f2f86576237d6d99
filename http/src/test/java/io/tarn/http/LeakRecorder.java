package io.tarn.http;

import io.netty.util.ResourceLeakDetector;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/// Collects Netty's leak reports. Named in the build file, so that it is there before the first
/// buffer.
public final class LeakRecorder<T> extends ResourceLeakDetector<T> {
  static final List<String> LEAKS = new CopyOnWriteArrayList<>();

  public LeakRecorder(Class<T> resource, int samplingInterval) {
    super(resource, samplingInterval);
  }

  /// The other signature that Netty looks for.
  public LeakRecorder(Class<T> resource, int samplingInterval, long maxActive) {
    this(resource, samplingInterval);
  }

  @Override
  protected boolean needReport() {
    return true;
  }

  @Override
  protected void reportTracedLeak(String resourceType, String records) {
    LEAKS.add(resourceType + records);
  }

  @Override
  protected void reportUntracedLeak(String resourceType) {
    LEAKS.add(resourceType);
  }
}
