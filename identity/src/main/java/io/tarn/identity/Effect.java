package io.tarn.identity;

/// What a statement does when it applies.
enum Effect {
  ALLOW,
  DENY
}
