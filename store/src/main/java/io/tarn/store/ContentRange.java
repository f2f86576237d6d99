package io.tarn.store;

import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// The bytes of an object that a read gives.
///
/// - `range`: which; null for all of them, as they were asked for or because there are none
/// - `length`: how many
/// - `parts`: of how many parts the object is, where one of them was asked for; else 0
/// - `checksum`: of these bytes, [Checksum#NONE] where none is known
public record ContentRange(@Nullable ByteRange range, long length, int parts, Checksum checksum) {
  /// What is wanted of an object.
  ///
  /// - `parts`: the object's parts, asked for only where one is wanted
  ///
  /// @throws StoreFailure.NoSuchRange when it has no such bytes
  /// @throws StoreFailure.NoSuchPart when it has no such part
  public static ContentRange of(Wanted wanted, Content content, Supplier<List<Part>> parts) {
    return switch (wanted.spanOf(content.etag())) {
      case Span.Whole _ -> whole(content);
      case Span.OfPart(var number) -> part(number, content, parts.get());
      case Span bytes -> {
        long size = content.size();
        ByteRange range = bytes.within(size).orElseThrow(() -> new StoreFailure.NoSuchRange(size));
        boolean all = range.length() == size;
        yield new ContentRange(range, range.length(), 0, all ? content.checksum() : Checksum.NONE);
      }
    };
  }

  private static ContentRange whole(Content content) {
    return new ContentRange(null, content.size(), 0, content.checksum());
  }

  private static ContentRange part(int number, Content content, List<Part> parts) {
    if (parts.isEmpty()) {
      if (number != 1) throw new StoreFailure.NoSuchPart(number, 1);
      // A range cannot say "nothing", so an empty object is given whole.
      if (content.size() == 0) return whole(content);
      var all = new ByteRange(0, content.size() - 1);
      return new ContentRange(all, content.size(), 0, content.checksum());
    }
    long offset = 0;
    for (Part part : parts) {
      if (part.number() == number) {
        ByteRange range = part.size() == 0 ? null : ByteRange.at(offset, part.size());
        Checksum checksum = checksum(content.checksum(), part, parts.size() == 1);
        return new ContentRange(range, part.size(), parts.size(), checksum);
      }
      offset += part.size();
    }
    throw new StoreFailure.NoSuchPart(number, parts.size());
  }

  /// A part's own with the type of the whole, where the whole is a checksum of them; else that of
  /// the whole, where the part is all of it.
  private static Checksum checksum(Checksum whole, Part part, boolean alone) {
    Checksum own = part.checksum();
    if (whole.type() == ChecksumType.COMPOSITE) {
      return new Checksum(own.algorithm(), whole.type(), own.text());
    }
    return alone ? whole : Checksum.NONE;
  }
}
