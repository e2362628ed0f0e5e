package dev.shortwire;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/// A group's entries as bytes with their media types: what gateways and tools use. Keys, limits, failures and threads as
/// in [Cache].
public interface RawCache {
    /// Name of the group.
    String name();

    GroupOptions options();

    /// Whether the group has a loader; one without is filled by puts alone.
    boolean hasLoader();

    /// Whether this group is one of a pool of other programs, in which the cluster has no part.
    default boolean isForeign() {
        return false;
    }

    /// Reads `key`, loading it where nobody has it. Blocks.
    Answer<Bytes> ask(String key, Duration timeout);

    /// Like [#ask] without blocking; completes on a virtual thread.
    CompletableFuture<Answer<Bytes>> askAsync(String key, Duration timeout);

    /// Answers as the owner or not at all: reads `key` from this node's store or loader if this node owns it in its
    /// present view, and never asks another node.
    ///
    /// @throws RetryableException of kind [FailureKind#VIEWS_DIFFER] if another node owns it
    Answer<Bytes> askHere(String key, Duration timeout);

    /// Stores at the owner, for the group's time to live where `timeToLive` is null.
    ///
    /// @param contentType media type, 1 to 255 ASCII characters
    /// @return the version that the owner drew
    Version put(String key, Bytes value, String contentType, @Nullable Duration timeToLive);

    /// Invalidates at the owner.
    ///
    /// @return the version of the removal
    Version remove(String key);

    Stats stats();
}
