package io.tarn.store;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.jspecify.annotations.Nullable;

/// What must hold for a request to go on. It travels with the request and is decided by whoever
/// owns the truth, in one step with the write; a front end never checks first and writes after.
/// `size` and `modified` are S3's conditions on a delete (`x-amz-if-match-size`,
/// `x-amz-if-match-last-modified-time`).
public record Conditions(
    ETags ifMatch,
    ETags ifNoneMatch,
    @Nullable Instant modifiedSince,
    @Nullable Instant unmodifiedSince,
    @Nullable Long size,
    @Nullable Instant modified) {
  public static final Conditions NONE =
      new Conditions(ETags.UNSAID, ETags.UNSAID, null, null, null, null);

  /// One of them, as S3 calls it when it is not met.
  public enum Condition {
    IF_MATCH("If-Match"),
    IF_NONE_MATCH("If-None-Match"),
    IF_MODIFIED_SINCE("If-Modified-Since"),
    IF_UNMODIFIED_SINCE("If-Unmodified-Since"),
    IF_MATCH_SIZE("If-Match-Size"),
    IF_MATCH_LAST_MODIFIED("If-Match-Last-Mod-Time");

    private final String text;

    Condition(String text) {
      this.text = text;
    }

    public String text() {
      return text;
    }

    /// Whether a read that does not meet it is told that nothing has changed, rather than refused.
    public boolean asksForNews() {
      return this == IF_NONE_MATCH || this == IF_MODIFIED_SINCE;
    }
  }

  public Conditions(
      ETags ifMatch,
      ETags ifNoneMatch,
      @Nullable Instant modifiedSince,
      @Nullable Instant unmodifiedSince) {
    this(ifMatch, ifNoneMatch, modifiedSince, unmodifiedSince, null, null);
  }

  public boolean areSaid() {
    return ifMatch.isSaid()
        || ifNoneMatch.isSaid()
        || modifiedSince != null
        || unmodifiedSince != null
        || size != null
        || modified != null;
  }

  /// Whether the answer to a write says what is there, and not only that something is.
  public boolean lookInside() {
    return !ifMatch.list().isEmpty()
        || !ifNoneMatch.list().isEmpty()
        || size != null
        || modified != null;
  }

  /// The first that a read of this (or a copy of it) does not meet, in the order of RFC 9110
  /// §13.2.2; null for none.
  public @Nullable Condition unmetByRead(Content content) {
    Instant changed =
        content.modified().truncatedTo(ChronoUnit.SECONDS); // what Last-Modified can say
    if (ifMatch.isSaid()) {
      if (!ifMatch.matches(content.etag())) return Condition.IF_MATCH;
    } else if (unmodifiedSince != null && changed.isAfter(unmodifiedSince)) {
      return Condition.IF_UNMODIFIED_SINCE;
    }
    if (ifNoneMatch.isSaid()) {
      if (ifNoneMatch.matches(content.etag())) return Condition.IF_NONE_MATCH;
    } else if (modifiedSince != null && !changed.isAfter(modifiedSince)) {
      return Condition.IF_MODIFIED_SINCE;
    }
    return null;
  }

  /// Whether a write or delete wants something to be there, and fails over nothing.
  public boolean wantSomething() {
    return ifMatch.isSaid() || size != null || modified != null;
  }

  /// The first that a write or delete over this does not meet, null for none.
  public @Nullable Condition unmetByWrite(Content current) {
    if (ifMatch.isSaid() && !ifMatch.matches(current.etag())) return Condition.IF_MATCH;
    if (ifNoneMatch.isSaid() && ifNoneMatch.matches(current.etag())) return Condition.IF_NONE_MATCH;
    if (size != null && size != current.size()) return Condition.IF_MATCH_SIZE;
    boolean sameSecond =
        modified == null
            || modified
                .truncatedTo(ChronoUnit.SECONDS)
                .equals(current.modified().truncatedTo(ChronoUnit.SECONDS));
    return sameSecond ? null : Condition.IF_MATCH_LAST_MODIFIED;
  }
}
