package io.tarn.s3;

import static io.tarn.request.Subresource.NONE;

import io.tarn.request.S3Request;
import io.tarn.request.Subresource;

/// Which requests a row of the table is about, and what carrying them out is like: their method,
/// what their path names, the sub-resource in their query, and what must be in them besides.
record RouteAddress(
    Method method, Place place, Subresource subresource, When when, Route.Work work) {

  enum Method {
    GET,
    HEAD,
    PUT,
    DELETE,
    POST
  }

  /// What the path names.
  enum Place {
    SERVICE,
    BUCKET,
    OBJECT
  }

  /// What must be in a request besides.
  enum When {
    ALWAYS,
    /// The header `x-amz-copy-source`.
    COPIES,
    /// The parameter `list-type`.
    LIST_TYPE,
    /// The parameter `id`, where a bucket can have many of a kind.
    ID;

    boolean holds(S3Request request) {
      return switch (this) {
        case ALWAYS -> true;
        case COPIES -> request.headers().has(CopySource.HEADER);
        case LIST_TYPE -> request.query().has("list-type");
        case ID -> request.query().has("id");
      };
    }
  }

  /// Whether a request on its place and sub-resource is one of these.
  boolean isOf(S3Request request) {
    return method.name().equals(request.method()) && when.holds(request);
  }

  /// `GET /bucket?acl`.
  String text() {
    String path =
        switch (place) {
          case SERVICE -> "/";
          case BUCKET -> "/bucket";
          case OBJECT -> "/bucket/key";
        };
    String query = subresource == NONE ? "" : "?" + subresource.parameter();
    String besides =
        switch (when) {
          case ALWAYS -> "";
          case COPIES -> " with " + CopySource.HEADER;
          case LIST_TYPE -> "?list-type=2";
          case ID -> "&id";
        };
    return method + " " + path + query + besides;
  }

  static RouteAddress get(Place place) {
    return get(place, NONE);
  }

  static RouteAddress get(Place place, Subresource subresource) {
    return get(place, subresource, When.ALWAYS);
  }

  static RouteAddress get(Place place, Subresource subresource, When when) {
    return new RouteAddress(Method.GET, place, subresource, when, Route.Work.READ);
  }

  static RouteAddress head(Place place) {
    return new RouteAddress(Method.HEAD, place, NONE, When.ALWAYS, Route.Work.READ);
  }

  /// A GET as well.
  static RouteAddress list(Place place) {
    return list(place, NONE);
  }

  static RouteAddress list(Place place, When when) {
    return new RouteAddress(Method.GET, place, NONE, when, Route.Work.LIST);
  }

  static RouteAddress list(Place place, Subresource subresource) {
    return new RouteAddress(Method.GET, place, subresource, When.ALWAYS, Route.Work.LIST);
  }

  static RouteAddress put(Place place) {
    return put(place, NONE);
  }

  static RouteAddress put(Place place, When when) {
    return put(place, NONE, when);
  }

  static RouteAddress put(Place place, Subresource subresource) {
    return put(place, subresource, When.ALWAYS);
  }

  static RouteAddress put(Place place, Subresource subresource, When when) {
    return new RouteAddress(Method.PUT, place, subresource, when, Route.Work.WRITE);
  }

  static RouteAddress delete(Place place) {
    return delete(place, NONE);
  }

  static RouteAddress delete(Place place, Subresource subresource) {
    return new RouteAddress(Method.DELETE, place, subresource, When.ALWAYS, Route.Work.WRITE);
  }

  static RouteAddress post(Place place, Subresource subresource) {
    return new RouteAddress(Method.POST, place, subresource, When.ALWAYS, Route.Work.WRITE);
  }
}
