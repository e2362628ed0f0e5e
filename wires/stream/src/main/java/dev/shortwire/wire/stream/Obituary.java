package dev.shortwire.wire.stream;

import dev.shortwire.wire.Endpoint;
import dev.shortwire.wire.FrameException;
import dev.shortwire.wire.WireFailure;
import dev.shortwire.wire.WireFailure.Cause;
import java.io.IOException;
import java.net.ConnectException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;

/// Finds out whether the process at the other end of a lost link is gone: somebody greets there, or the connection is
/// refused. While the kernel clears a dead process away, connections may still be taken for a moment and dropped; so one
/// that ends without a greeting is tried again. Blocks: runs on a virtual thread.
final class Obituary {
    private static final int ATTEMPTS = 5;
    private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(20);
    private static final long TIMEOUT_NANOS = TimeUnit.MILLISECONDS.toNanos(500);

    private final StreamWire wire;
    private final Endpoint endpoint;
    private final WireFailure failure;
    private final Consumer<WireFailure> told;

    /// @param told gets a failure whose cause is [Cause#REFUSED], or `failure`; once
    Obituary(StreamWire wire, Endpoint endpoint, WireFailure failure, Consumer<WireFailure> told) {
        this.wire = wire;
        this.endpoint = endpoint;
        this.failure = failure;
        this.told = told;
    }

    void write() {
        WireFailure found = failure;
        for (int i = 0; i < ATTEMPTS && !wire.isClosed(); i++) {
            try (Pipe pipe = wire.transport().connect(endpoint.address(), TIMEOUT_NANOS)) {
                wire.greet(pipe, TIMEOUT_NANOS);
                break;
            } catch (ConnectException e) {
                found = new WireFailure(Cause.REFUSED, failure.happened(),
                        "the process at " + endpoint + " is gone: " + e.getMessage());
                break;
            } catch (IOException | FrameException e) {
                LockSupport.parkNanos(PAUSE_NANOS);
            }
        }
        told.accept(found);
    }
}
