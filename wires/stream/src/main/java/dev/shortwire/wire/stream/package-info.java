/// What the wires over an ordered stream of bytes have in common; `docs/protocol.md` has the bytes.
@NullMarked
package dev.shortwire.wire.stream;

import org.jspecify.annotations.NullMarked;
