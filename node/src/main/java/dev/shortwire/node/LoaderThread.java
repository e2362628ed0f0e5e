package dev.shortwire.node;

import dev.shortwire.Bytes;
import dev.shortwire.FailureKind;
import dev.shortwire.Limits;
import dev.shortwire.LoadContext;
import dev.shortwire.LoadCycleException;
import dev.shortwire.Loader;
import dev.shortwire.cache.Ancestry;
import dev.shortwire.cache.GroupLoader;
import dev.shortwire.spi.Codec;
import java.time.Duration;
import java.util.concurrent.ThreadFactory;
import org.jspecify.annotations.Nullable;

/// Runs a user's loader: each load on a virtual thread of its own, where the ancestry of the load is bound, so that the
/// calls that the loader makes carry it.
///
/// @param <V> type of the values
final class LoaderThread<V> implements GroupLoader {
    /// The loads that led to the code that runs now.
    static final ScopedValue<Ancestry> ANCESTRY = ScopedValue.newInstance();

    private final String group;
    private final Loader<V> loader;
    private final Codec<V> codec;
    private final RunningNode node;
    private final ThreadFactory threads;

    LoaderThread(String group, Loader<V> loader, Codec<V> codec, RunningNode node, ThreadFactory threads) {
        this.group = group;
        this.loader = loader;
        this.codec = codec;
        this.node = node;
        this.threads = threads;
    }

    static Ancestry ancestry() {
        return ANCESTRY.isBound() ? ANCESTRY.get() : Ancestry.NONE;
    }

    @Override
    public Runnable load(String key, Ancestry ancestry, long deadlineNanos, LoadResult result) {
        Thread thread = threads.newThread(
                () -> ScopedValue.where(ANCESTRY, ancestry).run(() -> run(key, ancestry, deadlineNanos, result)));
        thread.start();
        return thread::interrupt;
    }

    private void run(String key, Ancestry ancestry, long deadlineNanos, LoadResult result) {
        try {
            node.listener().loading(group, key);
            V value = loader.load(key, new Context(ancestry, deadlineNanos));
            if (value == null) {
                result.absent();
            } else {
                Bytes bytes = codec.encode(value);
                Limits.requireValueLength(bytes.length());
                result.loaded(bytes, codec.contentType());
            }
        } catch (LoadCycleException e) {
            result.failed(FailureKind.LOAD_CYCLE, String.valueOf(e.getMessage()), e);
        } catch (Exception e) {
            result.failed(FailureKind.ORIGIN, "loading " + group + "/" + key + " failed: " + e, e);
        } catch (Throwable e) {
            result.failed(FailureKind.ORIGIN, "loading " + group + "/" + key + " failed: " + e, e);
            throw e;
        }
    }

    private final class Context implements LoadContext {
        private final Ancestry ancestry;
        private final long deadlineNanos;

        Context(Ancestry ancestry, long deadlineNanos) {
            this.ancestry = ancestry;
            this.deadlineNanos = deadlineNanos;
        }

        @Override
        public String group() {
            return group;
        }

        @Override
        public Duration remaining() {
            return Duration.ofNanos(Math.max(0, deadlineNanos - node.clock().nanoTime()));
        }

        @Override
        public @Nullable Bytes get(String otherGroup, String key) {
            return node.ask(otherGroup, key, remaining(), ancestry).value();
        }
    }
}
