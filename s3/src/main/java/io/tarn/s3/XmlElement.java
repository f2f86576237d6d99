package io.tarn.s3;

import java.util.List;
import java.util.Set;

/// An element of a small document: its local name, its `xsi:type` (empty when it has none), its own
/// text and its children, in order. Other attributes say nothing in S3's documents and are dropped.
public record XmlElement(String name, String type, String text, List<XmlElement> children) {
  /// Without anything in it.
  public static XmlElement empty(String name) {
    return new XmlElement(name, "", "", List.of());
  }

  /// The children of this name, in order.
  public List<XmlElement> all(String child) {
    return children.stream().filter(one -> one.name.equals(child)).toList();
  }

  /// The text of the first child of this name, empty when there is none.
  public String firstOf(String child) {
    for (XmlElement one : children) {
      if (one.name.equals(child)) return one.text;
    }
    return "";
  }

  /// The text of the only child of this name, empty when there is none.
  ///
  /// @throws S3Failure when there are several
  String textOf(String child) {
    XmlElement found = null;
    for (XmlElement one : children) {
      if (!one.name.equals(child)) continue;
      if (found != null) throw XmlReader.malformed();
      found = one;
    }
    return found == null ? "" : found.text;
  }

  boolean has(String child) {
    for (XmlElement one : children) {
      if (one.name.equals(child)) return true;
    }
    return false;
  }

  /// Refuses a document with children that mean nothing here: one could be a condition.
  XmlElement only(Set<String> names) {
    for (XmlElement one : children) {
      if (!names.contains(one.name)) throw XmlReader.malformed();
    }
    return this;
  }
}
