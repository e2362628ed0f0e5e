package dev.shortwire.server;

import static dev.shortwire.ConfigurationException.require;

import java.time.Duration;
import java.util.List;

/// What the HTTP API of a node is told from outside.
///
/// @param expectedMembers members that `/readyz` waits for, 0 or more; with 0 the node is ready as soon as all the
///                        members of its view have adopted it
/// @param registry        how a joining node reaches the registry, as `/api/v1/cluster` publishes it; empty: not told.
///                        Everybody who can reach the API can read it: no passwords in it.
/// @param defaultGroup    group of a request to `/api` or `/internal/cache` that names none; empty: they must name one
/// @param timeout         how long a request waits that names no timeout, more than 0 and at most [#MAX_TIMEOUT]
/// @param samples         keys that the page proposes to try
public record ApiSettings(int expectedMembers, String registry, String defaultGroup, Duration timeout,
        List<Sample> samples) {
    /// The longest that a request may wait, so that nobody holds connections for ever.
    public static final Duration MAX_TIMEOUT = Duration.ofSeconds(60);

    /// No expected members, no registry, no default group, timeout 1 s, no samples.
    public static final ApiSettings DEFAULT = new ApiSettings(0, "", "", Duration.ofSeconds(1), List.of());

    public ApiSettings {
        require(expectedMembers >= 0,
                "expected-members=" + expectedMembers + " must be >= 0; set expected-members");
        require(timeout.isPositive() && timeout.compareTo(MAX_TIMEOUT) <= 0,
                "timeout=" + timeout + " must be > 0 and at most " + MAX_TIMEOUT.toSeconds() + "s; set timeout");
        samples = List.copyOf(samples);
    }

    /// A key that the page proposes to try.
    public record Sample(String group, String key) {}

    public ApiSettings withExpectedMembers(int members) {
        return new ApiSettings(members, registry, defaultGroup, timeout, samples);
    }

    public ApiSettings withRegistry(String uri) {
        return new ApiSettings(expectedMembers, uri, defaultGroup, timeout, samples);
    }

    public ApiSettings withDefaultGroup(String group) {
        return new ApiSettings(expectedMembers, registry, group, timeout, samples);
    }

    public ApiSettings withTimeout(Duration time) {
        return new ApiSettings(expectedMembers, registry, defaultGroup, time, samples);
    }

    public ApiSettings withSamples(List<Sample> keys) {
        return new ApiSettings(expectedMembers, registry, defaultGroup, timeout, keys);
    }
}
