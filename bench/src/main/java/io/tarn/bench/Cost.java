package io.tarn.bench;

/// What a round cost: CPU time of this client and of the server, and the server's resident memory
/// before, after and at its highest during the round (sampled). Server figures are 0 when its
/// processes are not known.
record Cost(
    long clientCpuNanos,
    long serverCpuNanos,
    long residentBefore,
    long residentAfter,
    long residentPeak) {}
