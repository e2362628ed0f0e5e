package dev.shortwire.wire.grpc;

import dev.shortwire.wire.FrameEncoder;
import java.nio.ByteBuffer;

/// A part of a packet that waits to be written.
interface Item {
    /// Length in a packet, in bytes, more than 0; the same each time.
    int encodedBytes();

    /// Takes the item out of its owner's reach: once this returned true it is on its way. On the event loop.
    ///
    /// @return false if it has become void and is to be left out
    boolean take();

    /// Appends its bytes, a frame by means of the stream's encoder. On the event loop, once, after [#take].
    void writeTo(ByteBuffer target, FrameEncoder encoder);
}
