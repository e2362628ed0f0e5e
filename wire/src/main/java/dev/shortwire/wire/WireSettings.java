package dev.shortwire.wire;

import static dev.shortwire.ConfigurationException.require;

import dev.shortwire.Limits;
import dev.shortwire.spi.Clock;
import dev.shortwire.spi.Scheduler;
import org.jspecify.annotations.Nullable;

/// What a wire is given by its node.
///
/// @param clock            the node's time
/// @param scheduler        the node's timers, for deadlines
/// @param maxFrameBytes    longest frame that is sent or accepted, 1 KiB or more; a longer one is refused before memory
///                         is taken for it
/// @param maxCallsInFlight calls that one link carries at once, 1 or more; the next one is refused as busy
/// @param allowRemote      whether addresses other than loopback may be bound without TLS and authentication
/// @param tls              with what connections are encrypted and peers authenticated; null: neither. A wire that has
///                         no use for it (it does not leave the host) ignores it; one that has uses it on every
///                         connection, refuses frames whose sender is not in the peer's certificate, and may bind
///                         addresses other than loopback whatever `allowRemote` says.
/// @param spin             whether a link may wait for a few microseconds awake where that pays (`docs/choosing.md`)
public record WireSettings(Clock clock, Scheduler scheduler, int maxFrameBytes, int maxCallsInFlight,
        boolean allowRemote, @Nullable Tls tls, boolean spin) {
    /// A value and a key of full length and 64 KiB for the other fields.
    public static final int DEFAULT_MAX_FRAME_BYTES = Limits.MAX_VALUE_BYTES + Limits.MAX_KEY_BYTES + 64 * 1024;
    public static final int DEFAULT_MAX_CALLS_IN_FLIGHT = 8192;

    public WireSettings {
        require(maxFrameBytes >= 1024,
                "max-frame-bytes=" + maxFrameBytes + " must be >= 1024; set wire.max-frame-bytes");
        require(maxCallsInFlight >= 1,
                "max-calls-in-flight=" + maxCallsInFlight + " must be >= 1; set wire.max-calls-in-flight");
    }

    /// Without TLS.
    public WireSettings(Clock clock, Scheduler scheduler, int maxFrameBytes, int maxCallsInFlight, boolean allowRemote,
            boolean spin) {
        this(clock, scheduler, maxFrameBytes, maxCallsInFlight, allowRemote, null, spin);
    }

    /// Loopback only, without TLS.
    public WireSettings(Clock clock, Scheduler scheduler) {
        this(clock, scheduler, DEFAULT_MAX_FRAME_BYTES, DEFAULT_MAX_CALLS_IN_FLIGHT, false, true);
    }

    /// Whether a wire that uses [#tls()] may bind addresses other than loopback.
    public boolean mayBindRemotely() {
        return allowRemote || tls != null;
    }

    public WireSettings withTls(@Nullable Tls value) {
        return new WireSettings(clock, scheduler, maxFrameBytes, maxCallsInFlight, allowRemote, value, spin);
    }

    public WireSettings withSpin(boolean value) {
        return new WireSettings(clock, scheduler, maxFrameBytes, maxCallsInFlight, allowRemote, tls, value);
    }
}
