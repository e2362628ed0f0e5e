package dev.shortwire.registry;

import static dev.shortwire.ConfigurationException.require;

import dev.shortwire.spi.Scheduler;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Executor;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// The registry of one cluster within one process: what ZooKeeper is to its clients, this is to [MemoryRegistry].
/// Linearizable: every change is one step under one lock. It has no thread, clock or randomness of its own, so that a
/// simulation with the same seed takes the same course. Safe for use by any thread: all fields, and those of the clients,
/// are guarded by the lock that [#step] takes; what is called within a step checks that.
///
/// Here nobody proposes: each change of presence changes the view in the same step.
public final class MemoryHub {
    /// A published presence: the session that holds it is its client's.
    record Presence(Member member, Profile profile, MemoryRegistry owner) {}

    private final ReentrantLock lock = new ReentrantLock();

    private final List<MemoryRegistry> clients = new ArrayList<>();

    private final TreeMap<String, Presence> presences = new TreeMap<>();

    private final List<View> history = new ArrayList<>();

    private View view;

    /// @param registryIncarnation which life of the registry this is
    public MemoryHub(long registryIncarnation) {
        view = View.empty(registryIncarnation);
        history.add(view);
    }

    /// A client for one node whose listener is called through `scheduler`, without delay.
    public MemoryRegistry client(Scheduler scheduler, Duration joinTimeout) {
        return client(scheduler, task -> scheduler.schedule(0, task), joinTimeout);
    }

    /// A client for one node.
    ///
    /// @param scheduler   runs the join timeout
    /// @param deliveries  runs listener calls and completes stages; whoever delays here makes the client lag
    /// @param joinTimeout how long `join` and `leave` wait for a registry that is away; more than 0
    public MemoryRegistry client(Scheduler scheduler, Executor deliveries, Duration joinTimeout) {
        require(joinTimeout.isPositive(), "joinTimeout=" + joinTimeout + " must be > 0; set registry.join-timeout");
        MemoryRegistry client = new MemoryRegistry(this, scheduler, deliveries, joinTimeout);
        step(() -> clients.add(client));
        return client;
    }

    /// The present view.
    public View view() {
        lock.lock();
        try {
            return view;
        } finally {
            lock.unlock();
        }
    }

    /// Every view there was, of all incarnations, oldest first.
    public List<View> history() {
        lock.lock();
        try {
            return List.copyOf(history);
        } finally {
            lock.unlock();
        }
    }

    /// Loses everything and starts another life, as a registry does whose disks were wiped.
    public void wipe(long newIncarnation) {
        step(() -> {
            presences.clear();
            view = View.empty(newIncarnation);
            history.add(view);
            clients.forEach(client -> client.changed(view, profiles()));
        });
    }

    /// Makes one change under the lock, and delivers what comes of it after.
    void step(Runnable change) {
        List<MemoryRegistry> all;
        lock.lock();
        try {
            change.run();
            all = List.copyOf(clients);
        } finally {
            lock.unlock();
        }
        all.forEach(MemoryRegistry::pump);
    }

    // What follows is called within a step.

    @Nullable
    Presence presence(String name) {
        return held().presences.get(name);
    }

    /// Publishes or replaces a presence; its name must be free or the owner's own.
    void publish(Presence presence) {
        held().presences.put(presence.member().name(), presence);
        presencesChanged();
    }

    /// Takes away the presence `name` if `which` holds for it.
    void remove(String name, java.util.function.Predicate<Presence> which) {
        Presence presence = held().presences.get(name);
        if (presence != null && which.test(presence)) {
            presences.remove(name);
            presencesChanged();
            List.copyOf(clients).forEach(MemoryRegistry::tryJoin);
        }
    }

    /// Tells one client how things stand.
    void tell(MemoryRegistry client) {
        client.changed(held().view, profiles());
    }

    void forget(MemoryRegistry client) {
        held().clients.remove(client);
    }

    private void presencesChanged() {
        View next = Reconciler.next(view, presences.values().stream().map(Presence::member).toList());
        if (next != null) {
            view = next;
            history.add(next);
        }
        clients.forEach(client -> client.changed(view, profiles()));
    }

    private Map<String, Profile> profiles() {
        Map<String, Profile> profiles = new TreeMap<>();
        presences.forEach((name, presence) -> profiles.put(name, presence.profile()));
        return Collections.unmodifiableMap(profiles);
    }

    private MemoryHub held() {
        if (!lock.isHeldByCurrentThread()) {
            throw new IllegalStateException("not within a step");
        }
        return this;
    }
}
