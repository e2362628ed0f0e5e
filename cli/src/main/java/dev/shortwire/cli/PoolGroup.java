package dev.shortwire.cli;

import dev.shortwire.Answer;
import dev.shortwire.Bytes;
import dev.shortwire.FailureKind;
import dev.shortwire.GroupOptions;
import dev.shortwire.Node;
import dev.shortwire.ShortwireException;
import dev.shortwire.Stats;
import dev.shortwire.Version;
import dev.shortwire.geecache.Group;
import dev.shortwire.geecache.HttpPool;
import dev.shortwire.node.ForeignGroup;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/// A group of a pool, as the node's API shows it: reads come from the pool, writes are refused.
final class PoolGroup implements ForeignGroup {
    private final String node;
    private final String name;
    private final GroupConfig config;
    private final Group group;
    private final HttpPool pool;

    PoolGroup(String node, String name, GroupConfig config, Group group, HttpPool pool) {
        this.node = node;
        this.name = name;
        this.config = config;
        this.group = group;
        this.pool = pool;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public GroupOptions options() {
        return config.options().withTimeToLive(GroupOptions.FOREVER);
    }

    @Override
    public boolean hasLoader() {
        return true;
    }

    @Override
    public Node.Route route(String key) {
        String owner = pool.owner(key).orElse("");
        boolean own = owner.isEmpty() || owner.equals(pool.self());
        return new Node.Route(own ? node : owner, 0, own ? "own" : "http");
    }

    @Override
    public Answer<Bytes> ask(String key, Duration timeout) {
        CompletableFuture<Answer<Bytes>> asked = askAsync(key, timeout);
        try {
            return asked.get();
        } catch (ExecutionException e) {
            throw e.getCause() instanceof ShortwireException known ? known
                    : FailureKind.INTERNAL.exception(e.toString());
        } catch (InterruptedException e) {
            asked.cancel(true);
            Thread.currentThread().interrupt();
            throw FailureKind.CANCELLED.exception("the calling thread was interrupted");
        }
    }

    @Override
    public CompletableFuture<Answer<Bytes>> askAsync(String key, Duration timeout) {
        CompletableFuture<Answer<Bytes>> asked = new CompletableFuture<>();
        Thread asking = Thread.ofVirtual().name("shortwire-pool-" + name).start(() -> {
            try {
                asked.complete(described(key, group.ask(key)));
            } catch (Throwable failure) {
                asked.completeExceptionally(failure);
            }
        });
        CompletableFuture<Answer<Bytes>> told = asked.orTimeout(timeout.toNanos(), TimeUnit.NANOSECONDS)
                .exceptionallyCompose(failure -> CompletableFuture.failedFuture(explained(failure, timeout)));
        var _ = told.whenComplete((answer, failure) -> {
            if (failure != null) {
                // Whoever waits for a load fails alone; the load goes on for the others.
                asking.interrupt();
            }
        });
        return told;
    }

    private Answer<Bytes> described(String key, Answer<Bytes> answer) {
        return new Answer<>(answer.value(), config.contentTypeOrDefault(), answer.version(), answer.source(),
                route(key).owner(), answer.epoch(), answer.stale(), answer.degraded());
    }

    private static Throwable explained(Throwable failure, Duration timeout) {
        Throwable cause = failure instanceof CompletionException && failure.getCause() != null ? failure.getCause()
                : failure;
        return cause instanceof TimeoutException
                ? FailureKind.DEADLINE.exception("no outcome within " + timeout + "; raise timeout") : cause;
    }

    @Override
    public Answer<Bytes> askHere(String key, Duration timeout) {
        Node.Route route = route(key);
        if (!route.owner().equals(node)) {
            throw FailureKind.VIEWS_DIFFER.exception("peer " + route.owner() + " owns the key; ask it");
        }
        return ask(key, timeout);
    }

    @Override
    public Version put(String key, Bytes value, String contentType, @Nullable Duration timeToLive) {
        throw readOnly("put the value into the origin, under a key that nobody has read");
    }

    @Override
    public Version remove(String key) {
        throw readOnly("let changed values have new keys");
    }

    private ShortwireException readOnly(String remedy) {
        return FailureKind.BAD_REQUEST
                .exception("group \"" + name + "\" can only be read: it belongs to a pool of peers"
                        + " whose protocol has no writes and whose members keep what they have loaded; " + remedy);
    }

    @Override
    public Stats stats() {
        return group.stats();
    }
}
