package dev.shortwire.wire.shm;

import java.io.IOException;

/// The peer does not keep to the protocol of the rings. The pipe can't go on; a new connection may.
final class BrokenRingException extends IOException {
    private static final long serialVersionUID = 1;

    BrokenRingException(String message) {
        super(message);
    }
}
