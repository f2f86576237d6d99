package io.tarn.upstream;

import io.tarn.request.Percent;
import io.tarn.store.OriginTraffic.Request;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A request to an origin in the making. `key` is empty for a request about the bucket.
final class OriginRequest {
  /// What may be done when it is not known how it went.
  enum Repeat {
    /// Made again whatever happened: it changes nothing, or the same again.
    ALWAYS,
    /// Made again only where the origin has certainly not done it.
    IF_UNDONE
  }

  private final String method;
  private final LinkedPlace place;
  private final String key;
  private final List<String> headers = new ArrayList<>();
  private final StringBuilder query = new StringBuilder();
  private @Nullable OriginBody body;
  private byte[] document = new byte[0];
  private Repeat repeat;

  private OriginRequest(String method, LinkedPlace place, String key) {
    this.method = method;
    this.place = place;
    this.key = key;
    this.repeat = reads() ? Repeat.ALWAYS : Repeat.IF_UNDONE;
  }

  /// `key` as it is called there.
  static OriginRequest of(String method, LinkedPlace place, String key) {
    return new OriginRequest(method, place, key);
  }

  static OriginRequest ofBucket(String method, LinkedPlace place) {
    return new OriginRequest(method, place, "");
  }

  /// A query parameter.
  OriginRequest with(String name, String value) {
    if (!query.isEmpty()) query.append('&');
    Percent.encode(name, false, query);
    query.append('=');
    Percent.encode(value, false, query);
    return this;
  }

  /// A query parameter, unless its value is empty.
  OriginRequest withAny(String name, String value) {
    return value.isEmpty() ? this : with(name, value);
  }

  OriginRequest header(String name, String value) {
    headers.add(name);
    headers.add(value);
    return this;
  }

  /// A header, unless there is nothing to say.
  OriginRequest headerIf(String name, @Nullable String value) {
    return value == null ? this : header(name, value);
  }

  OriginRequest body(OriginBody body) {
    this.body = body;
    return this;
  }

  OriginRequest document(byte[] document) {
    this.document = document;
    return this;
  }

  /// Says that doing it twice is doing it once.
  OriginRequest repeatable() {
    repeat = Repeat.ALWAYS;
    return this;
  }

  /// The same as a GET of one byte, which can be refused with a reason.
  OriginRequest asGet() {
    var get = new OriginRequest("GET", place, key);
    get.query.append(query);
    for (int i = 0; i < headers.size(); i += 2) get.header(headers.get(i), headers.get(i + 1));
    return query.indexOf("partNumber=") >= 0 ? get : get.header("Range", "bytes=0-0");
  }

  String method() {
    return method;
  }

  /// What it is to whoever counts requests.
  Request kind() {
    return switch (method) {
      case "HEAD" -> Request.HEAD;
      case "DELETE" -> Request.DELETE;
      case "POST" -> Request.POST;
      case "PUT" -> headers.contains("x-amz-copy-source") ? Request.COPY : Request.PUT;
      default -> key.isEmpty() || query.indexOf("uploadId=") >= 0 ? Request.LIST : Request.GET;
    };
  }

  LinkedPlace place() {
    return place;
  }

  boolean reads() {
    return method.equals("GET") || method.equals("HEAD");
  }

  Repeat repeat() {
    return repeat;
  }

  @Nullable OriginBody body() {
    return body;
  }

  byte[] document() {
    return document;
  }

  /// Names and values alternately.
  List<String> headers() {
    return Collections.unmodifiableList(headers);
  }

  /// Path and query, encoded; `inHost` where the bucket stands in the host.
  String target(boolean inHost) {
    var target = new StringBuilder("/");
    if (!inHost) {
      target.append(place.bucket());
      if (!key.isEmpty()) target.append('/');
    }
    Percent.encode(key, true, target);
    if (!query.isEmpty()) target.append('?').append(query);
    return target.toString();
  }
}
