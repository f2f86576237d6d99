package io.tarn.s3;

import io.tarn.request.S3Error;
import io.tarn.request.S3Failure;
import io.tarn.store.Key;
import java.io.StringReader;
import java.util.ArrayList;
import java.util.List;
import java.util.MissingResourceException;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;
import org.jspecify.annotations.Nullable;

/// Reads the documents of requests and of other servers' answers: UTF-8 only, without DTD, entities
/// or processing instructions, within limits of depth and number. What exceeds them is refused as
/// it is met, so a hostile document costs no more than its own length.
public final class XmlReader {
  static final String NAMESPACE = "http://s3.amazonaws.com/doc/2006-03-01/";
  private static final int MAX_DEPTH = 8;
  private static final int MAX_ELEMENTS = 100_000;
  private static final int MAX_ATTRIBUTES = 16;
  private static final String INSTANCE = "http://www.w3.org/2001/XMLSchema-instance";

  private final XMLStreamReader reader;
  private final boolean foreign;
  private int elements;

  private XmlReader(XMLStreamReader reader, boolean foreign) {
    this.reader = reader;
    this.foreign = foreign;
  }

  /// The root of a document that another server made, whatever its namespaces: not all of them have
  /// S3's.
  ///
  /// @throws S3Failure when it is not well formed
  public static XmlElement readForeign(byte[] document) {
    return read(document, true);
  }

  /// The root of a document, which must have this name.
  ///
  /// @throws S3Failure when it is not well formed, or not what is expected
  static XmlElement read(byte[] document, String root) {
    XmlElement element = read(document, false);
    if (!element.name().equals(root)) throw malformed();
    return element;
  }

  private static XmlElement read(byte[] document, boolean foreign) {
    try {
      String text = Key.decode(document);
      if (text.startsWith("\uFEFF")) text = text.substring(1);
      XMLStreamReader stream = factory().createXMLStreamReader(new StringReader(text));
      try {
        return new XmlReader(stream, foreign).document();
      } finally {
        stream.close();
      }
    } catch (XMLStreamException | IllegalArgumentException | MissingResourceException e) {
      throw malformed(); // the JDK's parser has no text for some of its messages about a DTD
    }
  }

  // One per document: a factory is cheap beside the parser, and not safe to share.
  private static XMLInputFactory factory() {
    XMLInputFactory factory = XMLInputFactory.newDefaultFactory();
    factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
    factory.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
    factory.setProperty(XMLInputFactory.IS_REPLACING_ENTITY_REFERENCES, true);
    factory.setProperty(XMLInputFactory.IS_NAMESPACE_AWARE, true);
    factory.setXMLResolver(
        (_, _, _, _) -> {
          throw new XMLStreamException("no external entities");
        });
    return factory;
  }

  static S3Failure malformed() {
    return new S3Failure(S3Error.MALFORMED_XML);
  }

  private XmlElement document() throws XMLStreamException {
    XmlElement root = null;
    while (reader.hasNext()) {
      switch (reader.next()) {
        case XMLStreamConstants.START_ELEMENT -> root = element(1);
        case XMLStreamConstants.COMMENT,
            XMLStreamConstants.SPACE,
            XMLStreamConstants.CHARACTERS,
            XMLStreamConstants.END_DOCUMENT -> {}
        default -> throw malformed(); // a DTD or a processing instruction
      }
    }
    if (root == null) throw malformed();
    return root;
  }

  private XmlElement element(int depth) throws XMLStreamException {
    if (depth > MAX_DEPTH
        || ++elements > MAX_ELEMENTS
        || reader.getAttributeCount() > MAX_ATTRIBUTES
        || !(foreign || isOurs(reader.getNamespaceURI()))) {
      throw malformed();
    }
    String name = reader.getLocalName();
    String type = reader.getAttributeValue(INSTANCE, "type");
    var text = new StringBuilder();
    List<XmlElement> children = List.of();
    while (true) {
      switch (reader.next()) {
        case XMLStreamConstants.START_ELEMENT -> {
          if (children.isEmpty()) children = new ArrayList<>();
          children.add(element(depth + 1));
        }
        case XMLStreamConstants.CHARACTERS, XMLStreamConstants.CDATA, XMLStreamConstants.SPACE ->
            text.append(reader.getText());
        case XMLStreamConstants.COMMENT -> {}
        case XMLStreamConstants.END_ELEMENT -> {
          String own = children.isEmpty() ? text.toString() : "";
          return new XmlElement(name, type == null ? "" : type.strip(), own, children);
        }
        default -> throw malformed();
      }
    }
  }

  private static boolean isOurs(@Nullable String namespace) {
    return namespace == null || namespace.isEmpty() || namespace.equals(NAMESPACE);
  }
}
