package dev.shortwire.http;

import io.netty.channel.Channel;
import io.netty.channel.ChannelOutboundBuffer;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Watches the time that a connection takes: for a request to arrive, for an answer to be taken, between requests. Looks
/// twice within the shortest of these times, at least every five seconds, so that a limit acts at the latest when one
/// and a half of it have passed, and costs nothing per request. Confined to the event loop.
final class ConnectionClock {
    private static final long NONE = Long.MIN_VALUE;
    private static final long LONGEST_TICK_NANOS = TimeUnit.SECONDS.toNanos(5);
    private static final long SHORTEST_TICK_NANOS = TimeUnit.MILLISECONDS.toNanos(10);

    private final Channel channel;
    private final long requestNanos;
    private final long idleNanos;
    private long requestSince = NONE;
    private long idleSince = System.nanoTime();
    private long stalledSince = NONE;
    private long lastPending;
    private long lastProgress;
    private boolean keepWhileIdle;
    private @Nullable Future<?> ticking;

    ConnectionClock(Channel channel, HttpServerOptions options) {
        this.channel = channel;
        this.requestNanos = options.requestTimeout().toNanos();
        this.idleNanos = options.idleTimeout().toNanos();
    }

    /// @param busy     whether a request waits for its answer
    /// @param timedOut told that a limit passed, again and again, with true if a request is half read
    void start(BooleanSupplier busy, Consumer<Boolean> timedOut) {
        long tick = Math.clamp(Math.min(requestNanos, idleNanos) / 2, SHORTEST_TICK_NANOS, LONGEST_TICK_NANOS);
        ticking = channel.eventLoop().scheduleAtFixedRate(() -> look(busy, timedOut), tick, tick, TimeUnit.NANOSECONDS);
    }

    void stop() {
        if (ticking != null) {
            ticking.cancel(false);
        }
    }

    void bytesArrived() {
        if (requestSince == NONE) {
            requestSince = System.nanoTime();
        }
    }

    void requestComplete() {
        requestSince = NONE;
    }

    /// An answer is written. While it was waited for, the next request had no turn: what has come of it begins its time
    /// now.
    void answered() {
        idleSince = System.nanoTime();
        if (requestSince != NONE) {
            requestSince = idleSince;
        }
    }

    void keepWhileIdle() {
        keepWhileIdle = true;
    }

    private void look(BooleanSupplier busy, Consumer<Boolean> timedOut) {
        long now = System.nanoTime();
        if (isStalled(now)) {
            timedOut.accept(false);
        } else if (requestSince != NONE && !busy.getAsBoolean()) {
            if (now - requestSince >= requestNanos) {
                timedOut.accept(true);
            }
        } else if (!busy.getAsBoolean() && !keepWhileIdle && stalledSince == NONE && now - idleSince >= idleNanos) {
            timedOut.accept(false);
        }
    }

    /// Whether bytes wait to be written and none was taken for a whole request time.
    private boolean isStalled(long now) {
        ChannelOutboundBuffer buffer = channel.unsafe().outboundBuffer();
        long pending = buffer == null ? 0 : buffer.totalPendingWriteBytes();
        long progress = buffer == null ? 0 : buffer.currentProgress();
        if (pending == 0) {
            stalledSince = NONE;
        } else if (stalledSince == NONE || pending != lastPending || progress != lastProgress) {
            stalledSince = now;
        }
        lastPending = pending;
        lastProgress = progress;
        return stalledSince != NONE && now - stalledSince >= requestNanos;
    }
}
