package io.tarn.upstream;

import io.tarn.store.CompleteUpload;
import io.tarn.store.Tags;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;

/// The documents that requests of S3 carry.
final class OriginDocuments {
  private static final String NAMESPACE = " xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\"";

  private OriginDocuments() {}

  static String tagging(Tags tags) {
    StringBuilder text = new StringBuilder("<Tagging").append(NAMESPACE).append("><TagSet>");
    tags.values()
        .forEach(
            (key, value) -> {
              text.append("<Tag>");
              element("Key", key, text);
              element("Value", value, text);
              text.append("</Tag>");
            });
    return text.append("</TagSet></Tagging>").toString();
  }

  static String completion(CompleteUpload complete) {
    StringBuilder text =
        new StringBuilder("<CompleteMultipartUpload").append(NAMESPACE).append('>');
    for (CompleteUpload.Chosen part : complete.parts()) {
      text.append("<Part>");
      element("PartNumber", Integer.toString(part.number()), text);
      element("ETag", part.etag().quoted(), text);
      if (part.checksum().isPresent()) {
        element("Checksum" + part.checksum().algorithm(), part.checksum().text(), text);
      }
      text.append("</Part>");
    }
    return text.append("</CompleteMultipartUpload>").toString();
  }

  private static void element(String name, String value, StringBuilder text) {
    text.append('<').append(name).append('>');
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      switch (c) {
        case '&' -> text.append("&amp;");
        case '<' -> text.append("&lt;");
        case '>' -> text.append("&gt;");
        case '"' -> text.append("&quot;");
        case '\r' -> text.append("&#13;");
        default -> text.append(c);
      }
    }
    text.append("</").append(name).append('>');
  }

  /// As the header `Content-MD5` has it.
  static String md5(byte[] document) {
    try {
      return Base64.getEncoder().encodeToString(MessageDigest.getInstance("MD5").digest(document));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e); // every Java platform has it
    }
  }
}
