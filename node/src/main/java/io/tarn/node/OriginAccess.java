package io.tarn.node;

import io.tarn.upstream.OriginMetrics;

/// What origins are spoken to with, and where that is counted.
record OriginAccess(NamedCredentials credentials, OriginMetrics metrics) {}
