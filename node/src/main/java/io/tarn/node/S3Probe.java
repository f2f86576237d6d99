package io.tarn.node;

import io.tarn.node.SignedHttp.Reply;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Random;
import java.util.zip.CRC32C;

/// Uses an S3 endpoint as a client would, in a bucket of its own that it removes again: a small
/// object with a checksum, a range, a listing, a multipart upload.
final class S3Probe {
  private static final int SMALL = 4 << 10;
  private static final int PART =
      5 << 20; // the least that S3 allows for a part that is not the last
  private static final byte[] NOTHING = {};

  private final SignedHttp http;
  private final String bucket;
  private final Random random = new Random(42);

  S3Probe(SignedHttp http, String bucket) {
    this.http = http;
    this.bucket = bucket;
  }

  /// Runs everything; fails with [CommandFailure] that names the first step that went wrong.
  void run() {
    expect("make a bucket", 200, http.send("PUT", at(""), NOTHING));
    try {
      small();
      multipart();
    } finally {
      for (String key : List.of("small", "large")) http.send("DELETE", at(key), NOTHING);
      http.send("DELETE", at(""), NOTHING);
    }
  }

  private String at(String key) {
    return key.isEmpty() ? SignedHttp.path(bucket) : SignedHttp.path(bucket, key);
  }

  private byte[] bytes(int length) {
    byte[] bytes = new byte[length];
    random.nextBytes(bytes);
    return bytes;
  }

  void small() {
    byte[] content = bytes(SMALL);
    Reply put = http.send("PUT", at("small"), content, "x-amz-checksum-crc32c", crc32c(content));
    expect("put an object with a checksum", 200, put);
    Reply wrong = http.send("PUT", at("small"), content, "x-amz-checksum-crc32c", crc32c(NOTHING));
    expect("refuse a wrong checksum", 400, wrong);
    Reply get = http.send("GET", at("small"), NOTHING);
    expect("get the object", 200, get);
    same("get the object", content, get.body());
    Reply range = http.send("GET", at("small"), NOTHING, "range", "bytes=100-199");
    expect("get a range", 206, range);
    same("get a range", Arrays.copyOfRange(content, 100, 200), range.body());
    expect("look at the object", 200, http.send("HEAD", at("small"), NOTHING));
    Reply list = http.send("GET", at("") + "?list-type=2&max-keys=10", NOTHING);
    expect("list the bucket", 200, list);
    if (!list.text().contains("<Key>small</Key>")) throw failed("list the bucket", "no key in it");
    expect("delete the object", 204, http.send("DELETE", at("small"), NOTHING));
    expect("find it deleted", 404, http.send("GET", at("small"), NOTHING));
  }

  private void multipart() {
    Reply begun = http.send("POST", at("large") + "?uploads=", NOTHING);
    expect("begin a multipart upload", 200, begun);
    String upload = SignedHttp.encode(element(begun.text(), "UploadId"));
    byte[] content = bytes(PART + SMALL);
    var parts = new ArrayList<byte[]>();
    parts.add(Arrays.copyOf(content, PART));
    parts.add(Arrays.copyOfRange(content, PART, content.length));
    var list = new StringBuilder("<CompleteMultipartUpload>");
    for (int i = 0; i < parts.size(); i++) {
      String target = at("large") + "?partNumber=" + (i + 1) + "&uploadId=" + upload;
      Reply part = http.send("PUT", target, parts.get(i));
      expect("upload a part", 200, part);
      list.append("<Part><PartNumber>")
          .append(i + 1)
          .append("</PartNumber><ETag>")
          .append(part.header("ETag"))
          .append("</ETag></Part>");
    }
    byte[] document =
        list.append("</CompleteMultipartUpload>").toString().getBytes(StandardCharsets.UTF_8);
    Reply completed = http.send("POST", at("large") + "?uploadId=" + upload, document);
    expect("complete the upload", 200, completed);
    Reply get = http.send("GET", at("large"), NOTHING);
    expect("get what was uploaded in parts", 200, get);
    same("get what was uploaded in parts", content, get.body());
    expect("delete it", 204, http.send("DELETE", at("large"), NOTHING));
  }

  private static String element(String xml, String name) {
    int start = xml.indexOf("<" + name + ">");
    int end = xml.indexOf("</" + name + ">");
    if (start < 0 || end < start) throw failed("read an answer", "no " + name + " in it");
    return xml.substring(start + name.length() + 2, end);
  }

  private static String crc32c(byte[] bytes) {
    var crc = new CRC32C();
    crc.update(bytes);
    byte[] value = ByteBuffer.allocate(4).putInt((int) crc.getValue()).array();
    return Base64.getEncoder().encodeToString(value);
  }

  private static void expect(String step, int status, Reply reply) {
    if (reply.status() == status) return;
    String text = reply.text();
    String code = text.contains("<Code>") ? " " + element(text, "Code") : "";
    throw failed(step, "status " + reply.status() + code + " instead of " + status);
  }

  private static void same(String step, byte[] expected, byte[] actual) {
    if (!Arrays.equals(expected, actual)) throw failed(step, "other bytes came back");
  }

  private static CommandFailure failed(String step, String how) {
    return new CommandFailure(ExitCode.FAILURE, "ProbeFailed", "cannot " + step + ": " + how);
  }
}
