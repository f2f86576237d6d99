package io.tarn.http;

import java.util.concurrent.atomic.AtomicBoolean;

/// What all connections of one listener share.
///
/// - `draining`: set once the listener stops: responses from then on close their connection
record ListenerState(
    HttpSettings settings,
    Bounds bounds,
    Budgets budgets,
    Handler handler,
    BadRequest badRequest,
    Forwarding forwarding,
    OpenCount open,
    AtomicBoolean draining) {}
