package dev.shortwire.cache;

import dev.shortwire.Bytes;
import dev.shortwire.FailureKind;
import org.jspecify.annotations.Nullable;

/// A group's loader as the cache engine starts it: within the serialized machine, so it must not block; what does goes to
/// a thread of its own.
@FunctionalInterface
public interface GroupLoader {
    /// Begins to load `key` and tells `result` once, now or later, on any thread.
    ///
    /// @param ancestry      the loads that led here, this one included
    /// @param deadlineNanos when nobody waits any more
    /// @return what gives the load up; called at most once, when the load takes too long
    Runnable load(String key, Ancestry ancestry, long deadlineNanos, LoadResult result);

    /// Who waits for a load. Only the first call counts.
    interface LoadResult {
        void loaded(Bytes value, String contentType);

        /// The origin has no such key.
        void absent();

        /// @param kind [FailureKind#ORIGIN], or what a load within this one failed with
        void failed(FailureKind kind, String message, @Nullable Throwable cause);
    }
}
