package dev.shortwire.wire;

import static dev.shortwire.ConfigurationException.require;

import dev.shortwire.Limits;
import dev.shortwire.spi.Clock;
import dev.shortwire.spi.Scheduler;

/// What a wire is given by its node.
///
/// @param clock            the node's time
/// @param scheduler        the node's timers, for deadlines
/// @param maxFrameBytes    longest frame that is sent or accepted, 1 KiB or more; a longer one is refused before memory
///                         is taken for it
/// @param maxCallsInFlight calls that one link carries at once, 1 or more; the next one is refused as busy
/// @param allowRemote      whether addresses other than loopback may be bound without TLS and authentication
/// @param spin             whether a link may wait for a few microseconds awake where that pays (`docs/choosing.md`)
public record WireSettings(Clock clock, Scheduler scheduler, int maxFrameBytes, int maxCallsInFlight,
        boolean allowRemote, boolean spin) {
    /// A value and a key of full length and 64 KiB for the other fields.
    public static final int DEFAULT_MAX_FRAME_BYTES = Limits.MAX_VALUE_BYTES + Limits.MAX_KEY_BYTES + 64 * 1024;
    public static final int DEFAULT_MAX_CALLS_IN_FLIGHT = 8192;

    public WireSettings {
        require(maxFrameBytes >= 1024,
                "max-frame-bytes=" + maxFrameBytes + " must be >= 1024; set wire.max-frame-bytes");
        require(maxCallsInFlight >= 1,
                "max-calls-in-flight=" + maxCallsInFlight + " must be >= 1; set wire.max-calls-in-flight");
    }

    public WireSettings(Clock clock, Scheduler scheduler) {
        this(clock, scheduler, DEFAULT_MAX_FRAME_BYTES, DEFAULT_MAX_CALLS_IN_FLIGHT, false, true);
    }

    public WireSettings withSpin(boolean value) {
        return new WireSettings(clock, scheduler, maxFrameBytes, maxCallsInFlight, allowRemote, value);
    }
}
