package io.tarn.store;

/// What can be asked for about an object beside what every answer has. Each may cost a store that
/// is a round trip away another one.
public enum Fact {
  /// [ObjectHead#tagging].
  TAGS,
  /// [ObjectHead#ownership] and [ObjectHead#access].
  ACL,
  /// [Content#checksum].
  CHECKSUM,
  /// [OpenObject#parts].
  PARTS
}
