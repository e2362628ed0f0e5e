/// The wire between processes of one host that share memory: rings in a sealed file without a name, futexes to sleep on,
/// and a Unix socket as proof that the other process lives. Linux only; `docs/protocol.md` has the bytes.
@NullMarked
package dev.shortwire.wire.shm;

import org.jspecify.annotations.NullMarked;
