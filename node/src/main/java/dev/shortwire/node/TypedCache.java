package dev.shortwire.node;

import dev.shortwire.Answer;
import dev.shortwire.Bytes;
import dev.shortwire.Cache;
import dev.shortwire.Stats;
import dev.shortwire.cache.CacheGroup;
import dev.shortwire.cache.Entry;
import dev.shortwire.spi.Codec;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/// A group with typed values, on a running node.
///
/// @param <V> type of the values
final class TypedCache<V> implements Cache<V> {
    /// Reads that one [#getAll] has under way: enough to keep every owner busy, far fewer than a link or a group's queue
    /// of loads takes.
    private static final int AT_ONCE = 1000;

    private final RunningRawCache raw;
    private final CacheGroup group;
    private final Codec<V> codec;
    private final boolean remembers;

    /// @param remembers whether decoded objects are kept beside their bytes
    TypedCache(RunningRawCache raw, Codec<V> codec, boolean remembers) {
        this.raw = raw;
        this.group = raw.group();
        this.codec = codec;
        this.remembers = remembers;
    }

    @Override
    public String name() {
        return group.name();
    }

    @Override
    public @Nullable V get(String key) {
        Entry entry = group.hit(key);
        return entry != null ? decode(entry) : decodeValue(raw.valueElsewhere(key, group.options().timeout()));
    }

    @Override
    public @Nullable V get(String key, Duration timeout) {
        Entry entry = group.hit(key);
        return entry != null ? decode(entry) : decodeValue(raw.valueElsewhere(key, timeout));
    }

    @Override
    public Answer<V> ask(String key) {
        Answer<Bytes> a = raw.ask(key, group.options().timeout());
        return new Answer<>(decode(a), a.contentType(), a.version(), a.source(), a.owner(), a.epoch(), a.stale(),
                a.degraded());
    }

    @Override
    public CompletableFuture<@Nullable V> getAsync(String key) {
        return decoded(raw.askLater(key, group.options().timeout(), LoaderThread.ancestry()));
    }

    private CompletableFuture<@Nullable V> decoded(CompletableFuture<Answer<Bytes>> answer) {
        CompletableFuture<@Nullable V> value = answer.thenApply(this::decode);
        var _ = value.whenComplete((v, failure) -> {
            if (value.isCancelled()) {
                answer.cancel(false);
            }
        });
        return value;
    }

    @Override
    public Map<String, V> getAll(Collection<String> keys) {
        long deadline = raw.deadline(group.options().timeout());
        Gathered<V> gathered = new Gathered<>();
        Deque<Asked<V>> underWay = new ArrayDeque<>();
        for (String key : new LinkedHashSet<>(keys)) {
            if (underWay.size() == AT_ONCE) {
                gathered.add(underWay.remove());
            }
            underWay.add(new Asked<>(key, decoded(raw.askUntil(key, deadline, LoaderThread.ancestry()))));
        }
        underWay.forEach(gathered::add);
        return gathered.orThrow();
    }

    private record Asked<V>(String key, CompletableFuture<@Nullable V> answer) {}

    /// What the reads of one [#getAll] gave so far. Confined to its thread.
    private static final class Gathered<V> {
        private static final int MAX_SUPPRESSED = 16;

        private final Map<String, V> found = new LinkedHashMap<>();
        private @Nullable RuntimeException first;

        void add(Asked<V> asked) {
            try {
                V value = asked.answer.join();
                if (value != null) {
                    found.put(asked.key, value);
                }
            } catch (CompletionException e) {
                failed(e.getCause() instanceof RuntimeException cause ? cause : e);
            }
        }

        private void failed(RuntimeException failure) {
            if (first == null) {
                first = failure;
            } else if (first != failure && first.getSuppressed().length < MAX_SUPPRESSED) {
                first.addSuppressed(failure);
            }
        }

        Map<String, V> orThrow() {
            if (first != null) {
                throw first;
            }
            return found;
        }
    }

    @Override
    public void put(String key, V value) {
        put(key, value, group.options().timeToLive());
    }

    @Override
    public void put(String key, V value, Duration timeToLive) {
        raw.put(key, codec.encode(value), codec.contentType(), timeToLive);
    }

    @Override
    public void remove(String key) {
        raw.remove(key);
    }

    @Override
    public Stats stats() {
        return group.stats();
    }

    private @Nullable V decode(Entry entry) {
        if (!entry.hasValue()) {
            return null;
        }
        if (!remembers) {
            return codec.decode(entry.value());
        }
        Object known = entry.decoded();
        if (known != null) {
            return cast(known);
        }
        V value = codec.decode(entry.value());
        entry.remember(value);
        return value;
    }

    /// A group is opened once on a node, so only this cache remembers objects beside its entries.
    @SuppressWarnings("unchecked")
    private V cast(Object object) {
        return (V) object;
    }

    private @Nullable V decode(Answer<Bytes> answer) {
        return decodeValue(answer.value());
    }

    private @Nullable V decodeValue(@Nullable Bytes value) {
        return value == null ? null : codec.decode(value);
    }
}
