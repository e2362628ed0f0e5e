package dev.shortwire.wire.udp;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/// When a link asks again, and how many requests it lets be on their way at once.
///
/// The time is RFC 6298's: a smoothed round trip and four times its deviation, from replies that were given at once to
/// requests that were asked once (Karn's rule). The window grows by one for as many replies as it has, and is halved by a
/// loss, once in a round trip (RFC 8085, section 3.1.1, asks for some such control). What finds no room in it takes the stream,
/// which has a congestion control of its own: so nothing ever waits for the window.
///
/// The estimate is confined to whoever reads the link; all else may be asked by anybody.
final class Pace {
    static final long MIN_NANOS = TimeUnit.MILLISECONDS.toNanos(3);
    static final long MAX_NANOS = TimeUnit.MILLISECONDS.toNanos(250);
    static final long FIRST_NANOS = TimeUnit.MILLISECONDS.toNanos(20);
    static final int MIN_WINDOW = 16;
    static final int MAX_WINDOW = 1024;

    private static final int FIRST_WINDOW = 256;

    private final AtomicInteger aloft = new AtomicInteger();
    private long smoothed;
    private long deviation;
    private int repliesSinceGrown;
    private long lastLoss = Long.MIN_VALUE / 2;
    private volatile long timeout = FIRST_NANOS;
    private volatile int window = FIRST_WINDOW;

    /// Takes a place in the window.
    ///
    /// @return false if there is none
    boolean takeOff() {
        if (aloft.incrementAndGet() > window) {
            aloft.decrementAndGet();
            return false;
        }
        return true;
    }

    /// Gives a place back.
    void land() {
        aloft.decrementAndGet();
    }

    /// How many requests are on their way.
    int aloft() {
        return aloft.get();
    }

    /// After what time without an answer to ask again.
    ///
    /// @param tries how often it was asked, 1 or more; each doubles the time
    long timeoutNanos(int tries) {
        return Math.min(timeout << Math.min(tries - 1, 10), MAX_NANOS);
    }

    /// A round trip took that long.
    void measured(long nanos) {
        if (smoothed == 0) {
            smoothed = nanos;
            deviation = nanos / 2;
        } else {
            deviation += (Math.abs(smoothed - nanos) - deviation) / 4;
            smoothed += (nanos - smoothed) / 8;
        }
        long wanted = Math.clamp(smoothed + 4 * deviation, MIN_NANOS, MAX_NANOS);
        if (wanted != timeout) {
            timeout = wanted;
        }
    }

    /// A reply came that had to be asked for once.
    void delivered() {
        if (++repliesSinceGrown >= window) {
            repliesSinceGrown = 0;
            window = Math.min(window + 1, MAX_WINDOW);
        }
    }

    /// Something was lost on the way.
    void lost(long now) {
        if (now - lastLoss > Math.max(smoothed, TimeUnit.MILLISECONDS.toNanos(1))) {
            lastLoss = now;
            window = Math.max(window / 2, MIN_WINDOW);
        }
    }
}
