package io.tarn.bytes;

import java.util.concurrent.Executor;

/// What large bodies are taken in with: threads that hash (bounded, platform threads) while their
/// bytes are being written, and blocks to gather them in.
public record Ingest(Executor hashing, BlockPool blocks) {}
