package io.tarn.identity;

import io.tarn.identity.Wildcard.Syntax;
import java.util.ArrayList;
import java.util.List;

/// Reads `Resource` and `NotResource`: `*` or `arn:aws:s3:::bucket/key` with wildcards. A bucket's
/// policy may only speak of what it is attached to; a user's policy may also name resources of
/// other services, which are not here and match nothing.
final class ResourceReader {
  private static final int LONGEST = 2048;

  private final PolicyReader.Kind kind;
  private final Syntax syntax;

  ResourceReader(PolicyReader.Kind kind, boolean variables) {
    this.kind = kind;
    this.syntax = variables ? Syntax.WILD_WITH_VARIABLES : Syntax.WILD;
  }

  Resources read(List<String> texts, boolean negated, String where) {
    var patterns = new ArrayList<Wildcard>(texts.size());
    var paths = new ArrayList<String>(texts.size());
    for (String text : texts) {
      if (text.length() > LONGEST) {
        throw new MalformedPolicy(where, "a resource longer than " + LONGEST + " characters");
      }
      String path = path(text, where);
      if (path.isEmpty()) continue;
      Wildcard pattern = Wildcard.parse(path, syntax, where);
      if (!text.equals("*")
          && kind instanceof PolicyReader.OfBucket(var bucket)
          && !pattern.concerns(bucket.text())) {
        throw invalid(text, where);
      }
      patterns.add(pattern);
      paths.add(path);
    }
    return new Resources(negated, patterns, paths);
  }

  /// What follows `arn:aws:s3:::`; empty for what belongs to another service.
  private String path(String text, String where) {
    if (text.equals("*")) return text;
    String[] fields = text.split(":", 6);
    if (fields.length != 6 || !fields[0].equals("arn")) throw invalid(text, where);
    if (!isS3(fields)) {
      if (kind instanceof PolicyReader.OfBucket) throw invalid(text, where);
      return "";
    }
    if (fields[5].isEmpty()) throw invalid(text, where);
    return fields[5];
  }

  private static boolean isS3(String[] fields) {
    boolean partition = fields[1].startsWith("aws") || fields[1].equals("*");
    boolean service = fields[2].equals("s3") || fields[2].equals("*");
    return partition && service && isOpen(fields[3]) && isOpen(fields[4]);
  }

  private static boolean isOpen(String field) {
    return field.isEmpty() || field.equals("*");
  }

  private static MalformedPolicy invalid(String text, String where) {
    return new MalformedPolicy(where, "Policy has invalid resource " + ConditionKeys.quoted(text));
  }
}
