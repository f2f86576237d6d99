package io.tarn.s3;

import io.tarn.request.Numbers;
import io.tarn.request.Query;
import io.tarn.request.S3Error;
import io.tarn.request.S3Failure;
import io.tarn.store.Tags;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// Tag sets, within the limits of the S3 user guide ("Categorizing your objects using tags", "Tag
/// restrictions").
public final class Tagging {
  private static final int MAX_KEY = 128;
  private static final int MAX_VALUE = 256;

  /// How many tags an object can have.
  public static final int ON_OBJECT = 10;

  /// How many tags a bucket can have.
  public static final int ON_BUCKET = 50;

  private Tagging() {}

  /// One tag, as it came.
  public record Tag(String key, String value) {}

  /// @throws S3Failure when there are too many, two of the same key, or one that is none
  public static Tags checked(List<Tag> tags, int most) {
    if (tags.isEmpty()) return Tags.NONE;
    if (tags.size() > most) {
      throw new S3Failure(
          S3Error.BAD_REQUEST,
          (most == ON_OBJECT ? "Object tags" : "Bucket tag count")
              + " cannot be greater than "
              + most);
    }
    Map<String, String> values = new TreeMap<>(); // S3 gives them back in order
    for (Tag tag : tags) {
      if (!isKey(tag.key())) throw invalid("The TagKey you have provided is invalid", tag);
      if (!isText(tag.value(), MAX_VALUE)) {
        throw invalid("The TagValue you have provided is invalid", tag);
      }
      if (values.putIfAbsent(tag.key(), tag.value()) != null) {
        throw invalid("Cannot provide multiple Tags with the same key", tag);
      }
    }
    return new Tags(values);
  }

  /// The tags of an `x-amz-tagging` header: parameters of a URL. Empty for none.
  static Tags ofHeader(String header) {
    if (header.isEmpty()) return Tags.NONE;
    Query query = queryOf(header);
    var tags = new ArrayList<Tag>(query.size());
    var names = new HashSet<String>();
    for (int i = 0; i < query.size(); i++) {
      if (query.name(i).isEmpty() || !names.add(query.name(i))) throw notTags(header);
      tags.add(new Tag(query.name(i), query.value(i)));
    }
    return checked(tags, ON_OBJECT);
  }

  private static Query queryOf(String header) {
    for (String pair : header.split("&", -1)) {
      if (pair.indexOf('=') != pair.lastIndexOf('=')) throw notTags(header);
    }
    try {
      return Query.parse(header);
    } catch (IllegalArgumentException e) {
      throw notTags(header);
    }
  }

  private static S3Failure notTags(String header) {
    return S3Failure.argument(
        "The header 'x-amz-tagging' shall be encoded as UTF-8 then URLEncoded URL query"
            + " parameters without tag name duplicates.",
        "x-amz-tagging",
        Numbers.abbreviated(header));
  }

  private static boolean isKey(String key) {
    return !key.isEmpty() && isText(key, MAX_KEY) && !key.startsWith("aws:");
  }

  private static boolean isText(String text, int most) {
    return text.codePointCount(0, text.length()) <= most
        && text.codePoints().allMatch(Tagging::isAllowed);
  }

  private static boolean isAllowed(int c) {
    return Character.isLetter(c)
        || Character.isSpaceChar(c)
        || isNumber(c)
        || "_.:/=+-@".indexOf(c) >= 0;
  }

  private static boolean isNumber(int c) {
    return switch (Character.getType(c)) {
      case Character.DECIMAL_DIGIT_NUMBER, Character.LETTER_NUMBER, Character.OTHER_NUMBER -> true;
      default -> false;
    };
  }

  private static S3Failure invalid(String message, Tag tag) {
    return new S3Failure(
        S3Error.INVALID_TAG,
        message,
        new S3Failure.Detail("TagKey", Numbers.abbreviated(tag.key())));
  }
}
