package io.tarn.identity;

/// What can be said of a demand before the object it is about has been looked at.
public enum Foresight {
  /// It is allowed, whatever the object is.
  ALLOWED,
  /// It is not, whatever the object is.
  REFUSED,
  /// The object decides, by its tags, its owner or its ACL: [Authorizer#decide] of the version at
  /// hand.
  DEPENDS
}
