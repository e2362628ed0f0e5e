package dev.shortwire.registry;

import dev.shortwire.ConfigurationException;
import dev.shortwire.FailureKind;
import dev.shortwire.ShortwireException;
import dev.shortwire.spi.Scheduler;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/// One node's client of a [MemoryHub]: for nodes in one process, and for simulation. It behaves as a client of a real
/// registry does, and can be made to misbehave as one: [#disconnect()], [#reconnect()], [#expire()], [#lag()],
/// [#catchUp(boolean)]. All its state is guarded by the hub's lock.
public final class MemoryRegistry implements Registry {
    private record Joining(int attempt, Member self, Profile profile, CompletableFuture<View> result,
            Scheduler.Timer timer) {}

    private record Leaving(CompletableFuture<Void> result, Scheduler.Timer timer) {}

    private final MemoryHub hub;
    private final Scheduler scheduler;
    private final Deliveries deliveries;
    private final Duration joinTimeout;
    private final Deque<Runnable> late = new ArrayDeque<>();
    private final Map<String, Long> gone = new TreeMap<>();
    private @Nullable RegistryListener listener;
    private @Nullable Joining joining;
    private @Nullable Leaving leaving;
    private @Nullable String name;
    private int attempts;
    private boolean connected = true;
    private boolean lagging;
    private volatile boolean closed;

    MemoryRegistry(MemoryHub hub, Scheduler scheduler, Executor executor, Duration joinTimeout) {
        this.hub = hub;
        this.scheduler = scheduler;
        this.deliveries = new Deliveries(executor);
        this.joinTimeout = joinTimeout;
    }

    @Override
    public void watch(RegistryListener newListener) {
        hub.step(() -> {
            if (listener != null) {
                throw new IllegalStateException("watch was called before; a registry has one listener");
            }
            listener = newListener;
            if (connected) {
                deliver(() -> newListener.reachable(true));
                hub.tell(this);
            }
        });
    }

    @Override
    public CompletionStage<View> join(Member self, Profile profile) {
        CompletableFuture<View> result = new CompletableFuture<>();
        hub.step(() -> {
            cancelJoining();
            if (closed) {
                result.completeExceptionally(FailureKind.CLOSED.exception("the registry is closed"));
                return;
            }
            endLeaving();
            int attempt = ++attempts;
            Scheduler.Timer timer = scheduler.schedule(joinTimeout.toNanos(), () -> joinTimedOut(attempt));
            joining = new Joining(attempt, self, profile, result, timer);
            tryJoin();
        });
        return result;
    }

    /// Goes on with a join that waits, if it can go on.
    void tryJoin() {
        Joining join = joining;
        if (join == null || !connected) {
            return;
        }
        MemoryHub.Presence holder = hub.presence(join.self().name());
        if (holder != null && holder.owner() != this) {
            if (holder.owner().connected) {
                failJoining(join, nameHeld(holder.member()));
            }
            return;
        }
        if (name != null && !name.equals(join.self().name())) {
            hub.remove(name, presence -> presence.owner() == this);
        }
        joining = null;
        name = join.self().name();
        join.timer().cancel();
        hub.publish(new MemoryHub.Presence(join.self(), join.profile(), this));
        View view = hub.view();
        refreshNow();
        deliveries.add(() -> join.result().complete(view));
    }

    private void joinTimedOut(int attempt) {
        hub.step(() -> {
            Joining join = joining;
            if (join != null && join.attempt() == attempt) {
                MemoryHub.Presence holder = connected ? hub.presence(join.self().name()) : null;
                failJoining(join, holder != null ? nameHeld(holder.member()) : away("join"));
            }
        });
    }

    private void failJoining(Joining join, ShortwireException cause) {
        joining = null;
        join.timer().cancel();
        deliveries.add(() -> join.result().completeExceptionally(cause));
    }

    private void cancelJoining() {
        Joining join = joining;
        if (join != null) {
            failJoining(join, FailureKind.CANCELLED.exception("join was given up for a later join, leave or close"));
        }
    }

    @Override
    public CompletionStage<Void> leave() {
        CompletableFuture<Void> result = new CompletableFuture<>();
        hub.step(() -> {
            cancelJoining();
            if (name == null || connected) {
                leaveNow();
                deliveries.add(() -> result.complete(null));
                return;
            }
            endLeaving();
            leaving = new Leaving(result, scheduler.schedule(joinTimeout.toNanos(), () -> leaveTimedOut(result)));
        });
        return result;
    }

    private void leaveNow() {
        if (name != null) {
            hub.remove(name, presence -> presence.owner() == this);
            name = null;
            refreshNow();
        }
    }

    /// The wish to leave outlives its timeout: it is carried out on reconnection.
    private void leaveTimedOut(CompletableFuture<Void> result) {
        hub.step(() -> deliveries.add(() -> result.completeExceptionally(away("leave"))));
    }

    private void endLeaving() {
        Leaving leave = leaving;
        if (leave != null) {
            leaving = null;
            leave.timer().cancel();
            deliveries.add(() -> leave.result().complete(null));
        }
    }

    @Override
    public void refresh() {
        hub.step(this::refreshNow);
    }

    @Override
    public void reportGone(String memberName, long incarnation) {
        hub.step(() -> {
            if (connected) {
                hub.remove(memberName, presence -> presence.member().incarnation() == incarnation);
            } else {
                gone.put(memberName, incarnation);
            }
        });
    }

    @Override
    public void close() {
        hub.step(() -> {
            if (closed) {
                return;
            }
            cancelJoining();
            if (connected) {
                leaveNow();
            }
            endLeaving();
            closed = true;
            connected = false;
            late.clear();
        });
        hub.step(() -> hub.forget(this));
    }

    /// Loses the connection; the session goes on. Nothing reaches the client until [#reconnect()].
    public void disconnect() {
        hub.step(() -> {
            if (connected) {
                connected = false;
                late.clear();
                deliver(() -> listening().reachable(false));
            }
        });
    }

    /// Finds the connection again: what was waiting for it is done, and the listener is told how things stand.
    public void reconnect() {
        hub.step(() -> {
            if (connected || closed) {
                return;
            }
            connected = true;
            deliver(() -> listening().reachable(true));
            if (leaving != null) {
                leaveNow();
                endLeaving();
            }
            gone.forEach((member, incarnation) -> hub.remove(member,
                    presence -> presence.member().incarnation() == incarnation));
            gone.clear();
            tryJoin();
            refreshNow();
        });
    }

    /// Ends the session, connected or not: the presence is gone, and the next view is without this process.
    public void expire() {
        hub.step(() -> {
            if (name != null) {
                hub.remove(name, presence -> presence.owner() == this);
            }
        });
    }

    /// From now on, views are held back.
    public void lag() {
        hub.step(() -> lagging = true);
    }

    /// Ends [#lag()]: tells every view held back, or only the newest.
    ///
    /// @param all whether none is left out
    public void catchUp(boolean all) {
        hub.step(() -> {
            lagging = false;
            while (!late.isEmpty()) {
                Runnable change = late.remove();
                if (all || late.isEmpty()) {
                    deliver(change);
                }
            }
        });
    }

    /// Called within a step: there is a new view, or there are new profiles.
    void changed(View view, Map<String, Profile> profiles) {
        if (!connected || listener == null) {
            return;
        }
        Runnable change = () -> listening().changed(view, profiles);
        if (lagging) {
            late.add(change);
        } else {
            deliver(change);
        }
    }

    /// A read overtakes what the watches have not told yet; that is then left out.
    private void refreshNow() {
        if (connected) {
            boolean wasLagging = lagging;
            late.clear();
            lagging = false;
            hub.tell(this);
            lagging = wasLagging;
        }
    }

    private void deliver(Runnable call) {
        if (listener != null) {
            deliveries.add(() -> {
                if (!closed) {
                    call.run();
                }
            });
        }
    }

    void pump() {
        deliveries.pump();
    }

    private RegistryListener listening() {
        return java.util.Objects.requireNonNull(listener);
    }

    private ShortwireException away(String what) {
        return FailureKind.REGISTRY_AWAY.exception(what + " did not reach the registry within " + joinTimeout.toMillis()
                + " ms; call again when it is back");
    }

    private static ShortwireException nameHeld(Member holder) {
        return new ConfigurationException(
                "name=\"" + holder.name() + "\" is held by another living process (incarnation "
                        + holder.incarnation() + "); set another name or stop that process");
    }
}
