package io.tarn.meta;

/// Something [MetaStore#verify] could not read: the file and what is wrong with it.
public record Damage(String file, String problem) {}
