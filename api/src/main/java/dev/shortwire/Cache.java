package dev.shortwire;

import java.time.Duration;
import java.util.Collection;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/// One group as this node sees it. Safe for use by any thread; blocking calls are made for virtual threads and work
/// from platform threads too. A call that takes longer than the group's timeout ends with a [RetryableException] of
/// kind [FailureKind#DEADLINE] (a read) or an [InDoubtException] (a write that was sent).
///
/// A key is a non-empty well-formed string of at most 65,536 bytes in UTF-8; an encoded value has at most 16 MiB.
///
/// @param <V> type of the values
public interface Cache<V> {
    /// Name of the group.
    String name();

    /// The value of `key`, loaded by its owner where nobody has it. A hit in this node's own store changes no thread,
    /// copies nothing and, for `Bytes`, allocates nothing.
    ///
    /// @return null where the key has no value
    /// @throws OriginException if the load failed; the next call loads again
    @Nullable
    V get(String key);

    /// Like [#get(String)], with a timeout of its own.
    @Nullable
    V get(String key, Duration timeout);

    /// Like [#get(String)], and says where the answer came from.
    Answer<V> ask(String key);

    /// Like [#get(String)] without blocking. Cancelling the future gives up this caller alone; a load that others wait
    /// for goes on. The future completes on a virtual thread.
    CompletableFuture<@Nullable V> getAsync(String key);

    /// The values of all `keys` that have one, asked for at the same time. The first failure is thrown, with the others
    /// attached as suppressed.
    Map<String, V> getAll(Collection<String> keys);

    /// Stores `value` at the owner for the group's time to live. Does not write to the origin. Not repeated by itself:
    /// an [InDoubtException] means that it may have been stored.
    void put(String key, V value);

    /// Stores `value` at the owner for `timeToLive`, greater than zero.
    void put(String key, V value, Duration timeToLive);

    /// Invalidates `key` at its owner. A load that is under way no longer fills the cache, and whoever asks after this
    /// call returned loads anew. Safe to repeat.
    void remove(String key);

    /// What this node has counted for this group so far.
    Stats stats();
}
