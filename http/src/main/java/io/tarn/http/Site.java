package io.tarn.http;

import java.util.concurrent.atomic.AtomicBoolean;

/// What all connections of one listener share.
///
/// @param draining set once the listener stops: responses from then on close their connection
record Site(
    HttpSettings settings,
    Bounds bounds,
    Budgets budgets,
    Handler handler,
    BadRequest badRequest,
    Forwarding forwarding,
    Census census,
    AtomicBoolean draining) {}
