package dev.shortwire.node;

import dev.shortwire.Answer;
import dev.shortwire.Bytes;
import dev.shortwire.FailureKind;
import dev.shortwire.GroupOptions;
import dev.shortwire.InDoubtException;
import dev.shortwire.RawCache;
import dev.shortwire.RetryableException;
import dev.shortwire.ShortwireException;
import dev.shortwire.Source;
import dev.shortwire.Stats;
import dev.shortwire.Version;
import dev.shortwire.cache.Ancestry;
import dev.shortwire.cache.CacheEngine;
import dev.shortwire.cache.CacheGroup;
import dev.shortwire.cache.Entry;
import dev.shortwire.cache.Outcome;
import dev.shortwire.cache.Pending;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// A group's entries as bytes, on a running node: turns the engine's callbacks into calls that block and futures.
final class RunningRawCache implements RawCache {
    /// How long a blocked caller waits beyond the deadline that the engine itself keeps.
    private static final Duration GRACE = Duration.ofSeconds(1);

    private final RunningNode node;
    private final CacheEngine engine;
    private final CacheGroup group;

    RunningRawCache(RunningNode node, CacheEngine engine, CacheGroup group) {
        this.node = node;
        this.engine = engine;
        this.group = group;
    }

    CacheGroup group() {
        return group;
    }

    @Override
    public String name() {
        return group.name();
    }

    @Override
    public GroupOptions options() {
        return group.options();
    }

    @Override
    public boolean hasLoader() {
        return group.hasLoader();
    }

    @Override
    public Answer<Bytes> ask(String key, Duration timeout) {
        return ask(key, timeout, LoaderThread.ancestry());
    }

    Answer<Bytes> ask(String key, Duration timeout, Ancestry ancestry) {
        Entry entry = group.hit(key);
        return entry != null ? hitAnswer(key, entry) : askElsewhere(key, timeout, ancestry);
    }

    /// The value alone, for a caller who has found that the store here does not answer; null if the key has none.
    @Nullable
    Bytes valueElsewhere(String key, Duration timeout) {
        BlockedReader ended = new BlockedReader();
        Pending pending = engine.read(group, key, LoaderThread.ancestry(), deadline(timeout), ended);
        return ended.valueOf(answered(await(ended, timeout, pending)));
    }

    private Answer<Bytes> askElsewhere(String key, Duration timeout, Ancestry ancestry) {
        BlockedCaller ended = new BlockedCaller();
        Pending pending = engine.read(group, key, ancestry, deadline(timeout), ended);
        return answerOf(await(ended, timeout, pending));
    }

    /// The outcome of a read; cancelling the future gives this caller up.
    CompletableFuture<Answer<Bytes>> askLater(String key, Duration timeout, Ancestry ancestry) {
        return askUntil(key, deadline(timeout), ancestry);
    }

    CompletableFuture<Answer<Bytes>> askUntil(String key, long deadlineNanos, Ancestry ancestry) {
        Entry entry = group.hit(key);
        if (entry != null) {
            return CompletableFuture.completedFuture(hitAnswer(key, entry));
        }
        CompletableFuture<Answer<Bytes>> answer = new CompletableFuture<>();
        Pending pending = engine.read(group, key, ancestry, deadlineNanos, outcome -> completeLater(answer, outcome));
        var _ = answer.whenComplete((value, failure) -> {
            if (answer.isCancelled()) {
                pending.cancel();
            }
        });
        return answer;
    }

    @Override
    public CompletableFuture<Answer<Bytes>> askAsync(String key, Duration timeout) {
        return askLater(key, timeout, LoaderThread.ancestry());
    }

    @Override
    public Answer<Bytes> askHere(String key, Duration timeout) {
        CompletableFuture<Outcome> ended = new CompletableFuture<>();
        engine.readHere(group, key, ended::complete);
        return answerOf(await(ended, timeout, null));
    }

    @Override
    public Version put(String key, Bytes value, String contentType, @Nullable Duration timeToLive) {
        Duration time = timeToLive == null ? group.options().timeToLive() : timeToLive;
        return write(ended -> engine.put(group, key, value, contentType, time, deadline(group.options().timeout()),
                ended));
    }

    @Override
    public Version remove(String key) {
        return write(ended -> engine.remove(group, key, deadline(group.options().timeout()), ended));
    }

    @Override
    public Stats stats() {
        return group.stats();
    }

    private Version write(Function<Consumer<Outcome>, Pending> start) {
        BlockedCaller ended = new BlockedCaller();
        Pending pending = start.apply(ended);
        Outcome outcome;
        try {
            outcome = awaitWrite(ended, group.options().timeout(), pending);
        } catch (RetryableException e) {
            InDoubtException doubt = new InDoubtException(e.getMessage() + "; read the key to find out");
            doubt.initCause(e);
            throw doubt;
        }
        if (outcome instanceof Outcome.Written written) {
            return written.version();
        }
        throw failure(outcome);
    }

    long deadline(Duration timeout) {
        return node.clock().nanoTime() + timeout.toNanos();
    }

    /// A write goes on when its caller no longer waits: whether it happens is not the caller's to decide any more.
    private static Outcome awaitWrite(CompletableFuture<Outcome> ended, Duration timeout, Pending pending) {
        lend(ended, pending);
        return await(ended, timeout, null);
    }

    private static Outcome await(CompletableFuture<Outcome> ended, Duration timeout, @Nullable Pending pending) {
        if (pending != null) {
            lend(ended, pending);
        }
        if (ended.isDone()) {
            return ended.join();
        }
        try {
            return ended.get(timeout.plus(GRACE).toMillis() + 1, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            cancel(pending);
            Thread.currentThread().interrupt();
            throw FailureKind.CANCELLED.exception("the calling thread was interrupted");
        } catch (TimeoutException e) {
            cancel(pending);
            throw FailureKind.DEADLINE.exception("no outcome within " + timeout + "; raise timeout");
        } catch (ExecutionException e) {
            throw new IllegalStateException("outcomes are values, not exceptions", e);
        }
    }

    /// Instead of being woken for the answer, the thread that waits for it reads it.
    private static void lend(CompletableFuture<Outcome> ended, Pending pending) {
        boolean more = true;
        while (more && !ended.isDone()) {
            more = pending.lend();
        }
    }

    private static void cancel(@Nullable Pending pending) {
        if (pending != null) {
            pending.cancel();
        }
    }

    private Answer<Bytes> hitAnswer(String key, Entry entry) {
        Bytes value = entry.kind() == Entry.Kind.VALUE ? entry.value() : null;
        return new Answer<>(value, entry.contentType(), entry.version(), Source.OWN, node.ownerOf(group, key),
                node.epoch(), false, false);
    }

    private void completeLater(CompletableFuture<Answer<Bytes>> answer, Outcome outcome) {
        try {
            node.workers().execute(() -> complete(answer, outcome));
        } catch (RejectedExecutionException e) {
            // The node is closed and has no workers any more; whoever waits is told all the same.
            complete(answer, outcome);
        }
    }

    private static void complete(CompletableFuture<Answer<Bytes>> answer, Outcome outcome) {
        if (outcome instanceof Outcome.Answered answered) {
            answer.complete(answered.answer());
        } else {
            answer.completeExceptionally(failure(outcome));
        }
    }

    private static Answer<Bytes> answerOf(Outcome outcome) {
        return answered(outcome).answer();
    }

    private static Outcome.Answered answered(Outcome outcome) {
        if (outcome instanceof Outcome.Answered answered) {
            return answered;
        }
        throw failure(outcome);
    }

    private static ShortwireException failure(Outcome outcome) {
        return switch (outcome) {
            case Outcome.Failed failed -> {
                ShortwireException exception = failed.kind().exception(failed.message());
                Throwable cause = failed.cause();
                if (cause != null) {
                    exception.initCause(cause);
                }
                yield exception;
            }
            case Outcome.Moved moved -> FailureKind.VIEWS_DIFFER.exception(
                    "node " + moved.owner() + " owns the key in the view of epoch " + moved.epoch());
            case Outcome.Answered answered ->
                throw new IllegalStateException("a write was answered like a read: " + answered);
            case Outcome.Written written ->
                throw new IllegalStateException("a read was answered like a write: " + written);
        };
    }
}
