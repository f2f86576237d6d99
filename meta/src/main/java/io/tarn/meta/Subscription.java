package io.tarn.meta;

/// A [ChangeListener] that is being called.
public interface Subscription extends AutoCloseable {
  /// When it returns, no call is in progress and none follows; unless it is the listener that
  /// closes it, whose call is then the last. May be called twice, and after the store was closed.
  @Override
  void close();
}
