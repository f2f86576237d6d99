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

  public enum Verdict {
    GO,
    NOT_MODIFIED,
    FAILED,
    /// A write asked for a match, and there is nothing to match.
    ABSENT
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

  /// For GET and HEAD, in the order of RFC 9110 §13.2.2.
  public Verdict forRead(Content content) {
    Instant changed =
        content.modified().truncatedTo(ChronoUnit.SECONDS); // what Last-Modified can say
    if (ifMatch.isSaid()) {
      if (!ifMatch.matches(content.etag())) return Verdict.FAILED;
    } else if (unmodifiedSince != null && changed.isAfter(unmodifiedSince)) return Verdict.FAILED;
    if (ifNoneMatch.isSaid()) {
      if (ifNoneMatch.matches(content.etag())) return Verdict.NOT_MODIFIED;
    } else if (modifiedSince != null && !changed.isAfter(modifiedSince))
      return Verdict.NOT_MODIFIED;
    return Verdict.GO;
  }

  /// For the source of a copy: as for a read, but everything that is not met fails.
  public Verdict forCopySource(Content content) {
    return forRead(content) == Verdict.GO ? Verdict.GO : Verdict.FAILED;
  }

  /// For a write or delete over `current`, or over nothing.
  public Verdict forWrite(@Nullable Content current) {
    if (current == null) {
      boolean wantsOne = ifMatch.isSaid() || size != null || modified != null;
      return wantsOne ? Verdict.ABSENT : Verdict.GO;
    }
    if (ifMatch.isSaid() && !ifMatch.matches(current.etag())) return Verdict.FAILED;
    if (ifNoneMatch.isSaid() && ifNoneMatch.matches(current.etag())) return Verdict.FAILED;
    if (size != null && size != current.size()) return Verdict.FAILED;
    boolean sameSecond =
        modified == null
            || modified
                .truncatedTo(ChronoUnit.SECONDS)
                .equals(current.modified().truncatedTo(ChronoUnit.SECONDS));
    return sameSecond ? Verdict.GO : Verdict.FAILED;
  }
}
