/// Decides about entries: flights, fills, invalidations, expiry. Deterministic: time, timers, randomness, wires, the
/// registry, stores and loaders come in from outside.
@NullMarked
package dev.shortwire.cache;

import org.jspecify.annotations.NullMarked;
