package io.tarn.gateway;

import io.tarn.store.ObjectHead;

/// Asked of the very version that is about to be shown or changed, once it is at hand.
@FunctionalInterface
interface OwnerCheck {
  /// @throws io.tarn.s3.S3Failure when the caller was admitted to another version than this, or its
  /// owner does not let the caller
  void of(ObjectHead head);
}
