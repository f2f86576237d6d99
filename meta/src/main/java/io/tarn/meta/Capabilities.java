package io.tarn.meta;

/// What an engine is and how much it takes.
///
/// @param shared several processes see the same data @param changeFeed [MetaStore#subscribe] works
/// @param rangeDelete [Op.DeleteRange] is one cheap operation @param maxKey longest key in bytes
/// @param maxValue longest value in bytes @param maxOps most changes in one batch @param maxBatch
/// most bytes of keys and values in one batch
public record Capabilities(
    boolean shared,
    boolean changeFeed,
    boolean rangeDelete,
    int maxKey,
    int maxValue,
    int maxOps,
    int maxBatch) {}
