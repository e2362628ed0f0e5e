package dev.shortwire.cli;

import static dev.shortwire.ConfigurationException.require;

import dev.shortwire.Fallback;
import dev.shortwire.GroupOptions;
import dev.shortwire.Level;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// What a configuration can say of one group; what it leaves out is as in [GroupOptions#DEFAULT].
record GroupConfig(
        @Setting(value = "What fills a miss; without one the group is filled by puts alone (cache-aside).", unset = "none") @Nullable OriginConfig origin,
        @Setting(value = "Media type of what the origin gives, 1 to 255 ASCII characters.", unset = "`application/octet-stream`") @Nullable String contentType,
        @Setting(value = "Bound on the encoded bytes of this group's entries on each node. Raising it costs memory.", unset = GIVEN) @Nullable ByteSize capacityBytes,
        @Setting(value = "How long a value is fresh. Raising it serves older values.", unset = GIVEN) @Nullable Duration timeToLive,
        @Setting(value = "How long the origin's \"no such key\" is remembered; 0: not at all. Raising it hides new keys"
                + " longer.", unset = GIVEN) @Nullable Duration absentTimeToLive,
        @Setting(value = "How long after its end a value still answers while one refresh runs; 0: not at all. Raising"
                + " it serves older values.", unset = GIVEN) @Nullable Duration staleWhileRevalidate,
        @Setting(value = "How long after its end a value still answers when its load fails; 0: not at all. Raising it"
                + " serves older values while the origin is down.", unset = GIVEN) @Nullable Duration staleIfError,
        @Setting(value = "What a read promises: `nearby` or `owner`.", unset = GIVEN) @Nullable Level level,
        @Setting(value = "How long a call waits in all. Raising it lets callers hang longer.", unset = GIVEN) @Nullable Duration timeout,
        @Setting(value = "How long a load may take. Raising it lets a slow origin hold more loads.", unset = GIVEN) @Nullable Duration loadTimeout,
        @Setting(value = "Loads that run at once on one node, 1 or more. Raising it costs the origin connections.", unset = GIVEN) @Nullable Integer maxConcurrentLoads,
        @Setting(value = "Loads that may wait for their turn beyond these, 0 or more; more are refused as busy."
                + " Raising it costs memory and waiting.", unset = GIVEN) @Nullable Integer maxQueuedLoads,
        @Setting(value = "What a read does when the owner can't be asked: `load` here, marked degraded, or `fail`.", unset = GIVEN) @Nullable Fallback fallback,
        @Setting(value = "Makes this a group of a pool of groupcache or geecache programs instead of one of the cluster.", unset = "none") @Nullable PoolConfig peers) {
    /// Stands for the default of [GroupOptions] in the table of options.
    static final String GIVEN = "=";
    static final GroupConfig EMPTY = of(null, null, null);
    static final String DEFAULT_CONTENT_TYPE = "application/octet-stream";

    GroupConfig {
        require(contentType == null || contentType.matches("[\\x20-\\x7e]{1,255}"),
                "content-type=" + contentType + " must be 1 to 255 ASCII characters; set content-type");
        if (peers != null) {
            require(origin != null,
                    "a group with peers must have an origin, since nobody can put values into it; set origin");
            requireUnset("time-to-live", timeToLive);
            requireUnset("absent-time-to-live", absentTimeToLive);
            requireUnset("stale-while-revalidate", staleWhileRevalidate);
            requireUnset("stale-if-error", staleIfError);
            requireUnset("level", level);
            requireUnset("max-concurrent-loads", maxConcurrentLoads);
            requireUnset("max-queued-loads", maxQueuedLoads);
            requireUnset("fallback", fallback);
        }
    }

    /// A group of which no more is said.
    static GroupConfig of(@Nullable OriginConfig origin, @Nullable String contentType,
            @Nullable Integer maxConcurrentLoads) {
        return new GroupConfig(origin, contentType, null, null, null, null, null, null, null, null, maxConcurrentLoads,
                null, null, null);
    }

    private static void requireUnset(String option, @Nullable Object value) {
        require(value == null, option + "=" + value + " means nothing to a group with peers, whose values never change"
                + " and are loaded here when a peer fails; leave it out");
    }

    String contentTypeOrDefault() {
        return contentType == null ? DEFAULT_CONTENT_TYPE : contentType;
    }

    /// These options as a group takes them.
    ///
    /// @throws dev.shortwire.ConfigurationException if one has a value that it can't have
    GroupOptions options() {
        GroupOptions d = GroupOptions.DEFAULT;
        return new GroupOptions(capacityBytes == null ? d.capacityBytes() : capacityBytes.bytes(),
                or(timeToLive, d.timeToLive()), or(absentTimeToLive, d.absentTimeToLive()),
                or(staleWhileRevalidate, d.staleWhileRevalidate()), or(staleIfError, d.staleIfError()),
                or(level, d.level()), or(timeout, d.timeout()), or(loadTimeout, d.loadTimeout()),
                or(maxConcurrentLoads, d.maxConcurrentLoads()), or(maxQueuedLoads, d.maxQueuedLoads()),
                or(fallback, d.fallback()));
    }

    private static <T> T or(@Nullable T said, T otherwise) {
        return said == null ? otherwise : said;
    }
}
