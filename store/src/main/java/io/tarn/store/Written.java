package io.tarn.store;

/// What a write made, durable at the level it promised.
public record Written(Key key, Version version, Content content, DurabilityLevel durability) {
  public Written(Key key, Version version, Content content) {
    this(key, version, content, DurabilityLevel.UNSAID);
  }

  /// The same, durable there.
  public Written at(DurabilityLevel level) {
    return new Written(key, version, content, level);
  }
}
