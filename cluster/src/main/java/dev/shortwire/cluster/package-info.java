/// Decides from views and links: who owns what, and how to reach him. Deterministic: time, timers, randomness, wires and
/// the registry come in from outside.
@NullMarked
package dev.shortwire.cluster;

import org.jspecify.annotations.NullMarked;
