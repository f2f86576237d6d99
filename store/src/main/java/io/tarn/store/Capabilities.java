package io.tarn.store;

/// What a store can do; asked, never assumed.
public record Capabilities(boolean atomicConditions, boolean versions, boolean serverSideCopy) {}
