package io.tarn.identity;

/// Whether a demand is granted. The reason is for the log of the server: it names policies and
/// statements and is never sent to a caller.
public record Decision(boolean allowed, String reason) {}
