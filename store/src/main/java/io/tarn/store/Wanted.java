package io.tarn.store;

import java.util.EnumSet;
import java.util.Set;

/// What a read wants of an object: which bytes, and what it is told beside what every answer has. A
/// store answers with exactly these bytes, and with at least these facts, in one step.
///
/// - `span`: which bytes
/// - `onlyOf`: the versions that the span is about, by ETag (`If-Range`, RFC 9110 §13.1.5): of any
///   other, all bytes are wanted. Unsaid for all
/// - `facts`: what else
public record Wanted(Span span, ETags onlyOf, Set<Fact> facts) {
  /// All bytes and all there is to tell.
  public static final Wanted EVERYTHING = of(new Span.Whole(), EnumSet.allOf(Fact.class));

  public Wanted {
    facts = Set.copyOf(facts);
  }

  public static Wanted of(Span span, Set<Fact> facts) {
    return new Wanted(span, ETags.UNSAID, facts);
  }

  /// Which bytes of an object with this tag.
  public Span spanOf(ETag tag) {
    return !onlyOf.isSaid() || onlyOf.matches(tag) ? span : new Span.Whole();
  }
}
