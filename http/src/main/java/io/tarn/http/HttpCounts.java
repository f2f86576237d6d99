package io.tarn.http;

/// A listener's totals since its start, but for `open`, which is now.
///
/// - `open`: connections open
/// - `accepted`: connections accepted, the refused ones included
/// - `refused`: connections refused because too many were open
/// - `requests`: requests handed to the handler
/// - `malformed`: requests answered by the {@link BadRequest} renderer with a 4xx
/// - `timedOut`: connections closed by a timeout in the middle of a request or response
/// - `failed`: requests whose handler threw or did not respond
/// - `overdrawn`: requests and connections that were ended because the memory for what clients
///   send, or leave unread, was used up
public record HttpCounts(
    long open,
    long accepted,
    long refused,
    long requests,
    long malformed,
    long timedOut,
    long failed,
    long overdrawn) {}
