package io.tarn.store;

/// A part made of a range of an object: the part, the version it was made of, and the checksum that
/// may be shown of it, [Checksum#NONE] where its upload was begun without an algorithm.
public record CopiedPart(Part part, Version source, Checksum shown) {}
