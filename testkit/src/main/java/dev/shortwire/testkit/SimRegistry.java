package dev.shortwire.testkit;

import dev.shortwire.registry.Member;
import dev.shortwire.registry.MemoryHub;
import dev.shortwire.registry.MemoryRegistry;
import dev.shortwire.registry.Profile;
import dev.shortwire.registry.Registry;
import dev.shortwire.registry.View;
import java.time.Duration;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/// A simulated process's client of the registry's model: what it asks and what it is told takes time, in order, and its
/// session lives by heartbeats. A paused or cut-off process sends none, and after [#SESSION] it is taken for gone.
final class SimRegistry implements Registry {
    static final Duration SESSION = Duration.ofSeconds(6);
    static final Duration JOIN_TIMEOUT = Duration.ofSeconds(10);

    private static final long HEARTBEAT_NANOS = Duration.ofSeconds(2).toNanos();
    private static final long MAX_DELAY_NANOS = Duration.ofMillis(3).toNanos();

    private final Simulation simulation;
    private final SimProcess process;
    private final SplittableRandom random;
    private final MemoryRegistry client;
    private long lastHeardNanos;
    private long lastCallArrives;
    private boolean cut;
    private boolean closed;
    /// What watches and replies take longer now: others see views that this one does not.
    long lagNanos;

    SimRegistry(Simulation simulation, SimProcess process, MemoryHub hub) {
        this.simulation = simulation;
        this.process = process;
        this.random = simulation.fork();
        this.client = hub.client(process.environment().scheduler(),
                task -> process.after(delay() + lagNanos, "registry", task), JOIN_TIMEOUT);
    }

    @Override
    public void watch(RegistryListener listener) {
        client.watch(listener);
        heartbeat();
    }

    @Override
    public CompletionStage<View> join(Member self, Profile profile) {
        CompletableFuture<View> result = new CompletableFuture<>();
        ask("join", () -> client.join(self, profile).whenComplete((view, failure) -> complete(result, view, failure)));
        return result;
    }

    @Override
    public CompletionStage<Void> leave() {
        CompletableFuture<Void> result = new CompletableFuture<>();
        ask("leave", () -> client.leave().whenComplete((nothing, failure) -> complete(result, null, failure)));
        return result;
    }

    @Override
    public void refresh() {
        ask("refresh", client::refresh);
    }

    @Override
    public void reportGone(String name, long incarnation) {
        ask("report " + name + " gone", () -> client.reportGone(name, incarnation));
    }

    @Override
    public void close() {
        closed = true;
        ask("close", client::close);
    }

    /// The process is gone, and its connection with it; its session lives on for a while.
    void died() {
        cut = true;
        client.disconnect();
    }

    /// Nothing gets to the registry or from it until [#reconnect()].
    void disconnect() {
        cut = true;
        client.disconnect();
    }

    void reconnect() {
        cut = false;
        client.reconnect();
    }

    /// Views are held back until [#catchUp].
    void lag() {
        client.lag();
    }

    /// @param all whether none of the views held back is left out
    void catchUp(boolean all) {
        client.catchUp(all);
    }

    private void ask(String kind, Runnable call) {
        long now = simulation.nowNanos();
        lastCallArrives = Math.max(lastCallArrives, now + delay());
        simulation.after(lastCallArrives - now, kind + " by " + process.name(), call);
    }

    private long delay() {
        return random.nextLong(MAX_DELAY_NANOS);
    }

    private void heartbeat() {
        if (!closed) {
            if (!cut) {
                heard();
            }
            process.after(HEARTBEAT_NANOS, "heartbeat", this::heartbeat);
        }
    }

    private void heard() {
        lastHeardNanos = simulation.nowNanos();
        simulation.after(SESSION.toNanos(), "session of " + process.name(), () -> {
            if (simulation.nowNanos() - lastHeardNanos >= SESSION.toNanos()) {
                client.expire();
            }
        });
    }

    private static <T> void complete(CompletableFuture<T> result, @Nullable T value, @Nullable Throwable failure) {
        if (failure == null) {
            result.complete(value);
        } else {
            result.completeExceptionally(failure);
        }
    }
}
