package io.tarn.meta;

import java.util.List;

/// What one committed batch may have changed of what a subscriber asked for; never nothing.
///
/// - `sequence`: as in the answer to the batch
/// - `token`: of the batch, which is the version of each row it put
/// - `rows`: those that were put or deleted, in the order of the batch; also one under which an old
///   value was to be moved, whether there was one or not
/// - `ranges`: deleted as a whole; they may begin before and end behind what was asked for
public record Changes(long sequence, long token, List<MetaKey> rows, List<KeyRange> ranges) {
  public Changes {
    rows = List.copyOf(rows);
    ranges = List.copyOf(ranges);
  }
}
