package io.tarn.http;

import io.tarn.http.RequestHead.Version;

/// A request line with its fields, and what they mean for the connection.
///
/// - `length`: of the body; -1 when it is chunked
/// - `keepAlive`: whether the client wants to go on using the connection
/// - `expectsContinue`: whether the client waits for `100 Continue` before it sends the body
record ParsedHead(
    String method,
    String target,
    Version version,
    Headers headers,
    long length,
    boolean keepAlive,
    boolean expectsContinue) {}
