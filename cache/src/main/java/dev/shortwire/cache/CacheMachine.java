package dev.shortwire.cache;

import dev.shortwire.Answer;
import dev.shortwire.Bytes;
import dev.shortwire.FailureKind;
import dev.shortwire.Source;
import dev.shortwire.Version;
import dev.shortwire.cluster.Routing;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// What the owner of keys decides: who waits for which load, what is stored under which version, what is invalidated.
/// Events in, effects out; confined to the serialized machine, so that a write of the past can't land after its range
/// has moved away.
///
/// **One load per key.** A read that finds nothing joins the key's flight or starts it. The flight draws its version
/// when it starts, so whatever is written or removed meanwhile is newer and wins. A write or a removal *detaches* the
/// flight: those who wait for it get its outcome (they asked before), those who come later load anew, and its result is
/// not stored. A change of view does the same to the flights of keys that this node no longer owns.
///
/// **Failures.** All who wait get the flight's failure, then the flight is gone: the next read loads again. A stale
/// value that the group may still show on errors answers instead.
final class CacheMachine {
    /// How long a tombstone stays before the floor takes over; longer than any load that could bring the past back.
    static final Duration TOMBSTONE = Duration.ofSeconds(60);
    private static final int REMEMBERED_WRITES = 4096;

    private final MachineEffects effects;
    private final Map<Flight.Id, Flight> flights = new HashMap<>();
    private final Map<RequestId, Version> recentWrites = new LinkedHashMap<>();
    private Routing routing;
    private long counter;
    private Outcome.@Nullable Failed closed;

    CacheMachine(Routing routing, MachineEffects effects) {
        this.routing = routing;
        this.effects = effects;
    }

    /// Who asked for a write, and under which number: what tells a repetition from a new one.
    record RequestId(long sender, long number) {
        static final RequestId NONE = new RequestId(0, 0);
    }

    /// Reads as the owner: from the store, from a flight, or by a new one.
    void read(CacheGroup group, String key, Ancestry ancestry, Consumer<Outcome> waiter) {
        long hash = group.hash(key);
        if (!routing.owns(hash)) {
            waiter.accept(moved(hash));
            return;
        }
        Entry entry = group.store().get(key);
        long now = effects.nanoTime();
        if (entry != null && group.answers(entry, now)) {
            waiter.accept(answered(entry, hash, Source.OWN, false));
            return;
        }
        if (entry != null && group.mayServeWhileRefreshing(entry, now)) {
            group.counters().stale.increment();
            waiter.accept(answered(entry, hash, Source.OWN, true));
            refresh(group, key, ancestry);
            return;
        }
        load(group, key, ancestry, true, waiter);
    }

    /// Loads here a key that another node owns but can't be asked for: the group's fallback. Stores nothing.
    void readUnstored(CacheGroup group, String key, Ancestry ancestry, Consumer<Outcome> waiter) {
        load(group, key, ancestry, false, waiter);
    }

    /// Stores a value as the owner.
    void put(CacheGroup group, String key, Bytes value, String contentType, Duration timeToLive, RequestId id,
            Consumer<Outcome> waiter) {
        write(group, key, id, waiter,
                version -> group.entry(value, contentType, version, effects.nanoTime(), timeToLive));
    }

    /// Invalidates as the owner.
    void remove(CacheGroup group, String key, RequestId id, Consumer<Outcome> waiter) {
        write(group, key, id, waiter,
                version -> Entry.tombstone(version, effects.nanoTime() + TOMBSTONE.toNanos(), group.generation()));
    }

    /// A view was adopted: entries and flights of keys that are no longer ours go. Where a view was left out, or the
    /// registry is another, somebody else may have owned our keys in between, so everything goes.
    void viewChanged(Routing after, Iterable<CacheGroup> groups) {
        Routing before = routing;
        routing = after;
        counter = 0;
        boolean sameRegistry = after.view().registryIncarnation() == before.view().registryIncarnation();
        if (!sameRegistry) {
            // Frames of the other life are refused, and its versions mean nothing in this one.
            recentWrites.clear();
        }
        boolean seamless = before.isMember() && after.isMember() && after.epoch() == before.epoch() + 1
                && after.incarnation() == before.incarnation() && sameRegistry;
        for (CacheGroup group : groups) {
            if (seamless) {
                group.store().dropIf((key, hash, entry) -> !after.owns(hash));
            } else {
                group.store().clear();
            }
        }
        flights.values().removeIf(flight -> {
            boolean gone = flight.stored && !(seamless && after.owns(flight.group.hash(flight.key)));
            flight.detached |= gone;
            return gone;
        });
    }

    /// From now on nothing is loaded or stored. Whoever waits for a load is told that, and not that it took too long.
    void close(String why) {
        closed = new Outcome.Failed(FailureKind.CLOSED, why);
        for (Flight flight : List.copyOf(flights.values())) {
            end(flight, closed);
            if (flight.holdsPermit) {
                flight.giveUp.run();
            }
        }
    }

    /// The same view with other links.
    void linksChanged(Routing now) {
        routing = now;
    }

    private interface EntryMaker {
        Entry make(Version version);
    }

    private void write(CacheGroup group, String key, RequestId id, Consumer<Outcome> waiter, EntryMaker maker) {
        if (closed != null) {
            waiter.accept(closed);
            return;
        }
        long hash = group.hash(key);
        if (!routing.owns(hash)) {
            waiter.accept(moved(hash));
            return;
        }
        Version repeated = id.number() == 0 ? null : recentWrites.get(id);
        if (repeated != null) {
            waiter.accept(new Outcome.Written(repeated));
            return;
        }
        Version version = nextVersion();
        group.store().putIfNewer(key, maker.make(version));
        Flight flight = flights.remove(new Flight.Id(group.name(), key, true));
        if (flight != null) {
            flight.detached = true;
        }
        rememberWrite(id, version);
        waiter.accept(new Outcome.Written(version));
    }

    private void rememberWrite(RequestId id, Version version) {
        if (id.number() == 0) {
            return;
        }
        recentWrites.put(id, version);
        if (recentWrites.size() > REMEMBERED_WRITES) {
            recentWrites.remove(recentWrites.keySet().iterator().next());
        }
    }

    private void refresh(CacheGroup group, String key, Ancestry ancestry) {
        if (!flights.containsKey(new Flight.Id(group.name(), key, true))) {
            load(group, key, ancestry, true, outcome -> {});
        }
    }

    private void load(CacheGroup group, String key, Ancestry ancestry, boolean stored, Consumer<Outcome> waiter) {
        if (closed != null) {
            waiter.accept(closed);
            return;
        }
        group.counters().loads.increment();
        if (!group.hasLoader()) {
            waiter.accept(new Outcome.Answered(absence(group.hash(key), Version.NONE, Source.OWN, !stored)));
            return;
        }
        if (ancestry.contains(group.name(), key) || ancestry.isTooDeep()) {
            waiter.accept(new Outcome.Failed(FailureKind.LOAD_CYCLE, "the load of " + group.name() + "/" + key
                    + " would wait for itself: " + ancestry.with(group.name(), key).text()));
            return;
        }
        Flight.Id id = new Flight.Id(group.name(), key, stored);
        Flight flight = flights.get(id);
        if (flight != null) {
            group.counters().loadsDeduped.increment();
            flight.waiters.add(waiter);
            if (flight.state == Flight.State.QUEUED && ancestry.containsGroup(group.name())) {
                // The load that waits for it now may hold the place that it queues for.
                group.gate().letPass(flight);
                run(flight);
            }
            return;
        }
        flight = new Flight(group, key, nextVersion(), ancestry.with(group.name(), key), effects.nanoTime(), stored);
        flight.waiters.add(waiter);
        if (!group.gate().enter(flight)) {
            waiter.accept(new Outcome.Failed(FailureKind.BUSY, group.gate().refusal()));
            return;
        }
        flights.put(id, flight);
        start(flight);
    }

    private void start(Flight flight) {
        long timeout = flight.group.options().loadTimeout().toNanos();
        flight.timeout = effects.later(timeout, () -> timedOut(flight));
        if (flight.holdsPermit) {
            run(flight);
        }
    }

    private void run(Flight flight) {
        flight.state = Flight.State.RUNNING;
        flight.loadStartedNanos = effects.nanoTime();
        effects.startLoad(flight, new Landing(flight));
    }

    /// Tells the machine, once, how a load ended.
    private final class Landing implements GroupLoader.LoadResult {
        private final Flight flight;

        Landing(Flight flight) {
            this.flight = flight;
        }

        @Override
        public void loaded(Bytes value, String contentType) {
            effects.event(() -> landed(flight, version -> flight.group.entry(value, contentType, version,
                    effects.nanoTime(), flight.group.options().timeToLive()), null));
        }

        @Override
        public void absent() {
            effects.event(() -> landed(flight, version -> Entry.absent(version,
                    effects.nanoTime() + flight.group.options().absentTimeToLive().toNanos(),
                    flight.group.generation()), null));
        }

        @Override
        public void failed(FailureKind kind, String message, @Nullable Throwable cause) {
            effects.event(() -> landed(flight, null, new Outcome.Failed(kind, message, cause)));
        }
    }

    private void landed(Flight flight, @Nullable EntryMaker maker, Outcome.@Nullable Failed failure) {
        if (!flight.holdsPermit) {
            return;
        }
        CacheGroup group = flight.group;
        long now = effects.nanoTime();
        group.counters().loadTook(now - flight.loadStartedNanos);
        if (maker != null) {
            group.counters().localLoads.increment();
        } else if (flight.state != Flight.State.ENDED) {
            group.counters().localLoadErrors.increment();
        }
        Outcome outcome = maker != null ? landedWith(flight, maker) : orStale(flight, failure, now);
        end(flight, outcome);
        Flight next = group.gate().leave(flight);
        if (next != null && closed == null) {
            run(next);
        }
    }

    private Outcome landedWith(Flight flight, EntryMaker maker) {
        CacheGroup group = flight.group;
        Entry entry = maker.make(flight.version);
        if (flight.stored && !flight.detached && flight.state != Flight.State.ENDED) {
            if (entry.kind() == Entry.Kind.ABSENT && group.options().absentTimeToLive().isZero()) {
                group.store().drop(flight.key, flight.version);
            } else {
                group.store().putIfNewer(flight.key, entry);
            }
        }
        return answered(entry, group.hash(flight.key), Source.LOADER, false, !flight.stored);
    }

    private Outcome orStale(Flight flight, Outcome.@Nullable Failed failure, long now) {
        Entry entry = flight.group.store().get(flight.key);
        if (entry != null && flight.stored && flight.group.mayServeOnError(entry, now)) {
            flight.group.counters().stale.increment();
            return answered(entry, flight.group.hash(flight.key), Source.OWN, true);
        }
        return failure == null ? new Outcome.Failed(FailureKind.INTERNAL, "a load ended without a reason") : failure;
    }

    /// Everybody is told; the loader may go on, and holds its place at the origin until it ends.
    private void timedOut(Flight flight) {
        if (flight.state == Flight.State.ENDED) {
            return;
        }
        Outcome.Failed late = new Outcome.Failed(FailureKind.DEADLINE, "the load of " + flight.group.name() + "/"
                + flight.key + " took longer than load-timeout=" + flight.group.options().loadTimeout()
                + "; look at the origin, or raise load-timeout");
        flight.group.counters().localLoadErrors.increment();
        end(flight, orStale(flight, late, effects.nanoTime()));
        if (flight.holdsPermit) {
            flight.giveUp.run();
        } else {
            flight.group.gate().withdraw(flight);
        }
    }

    private void end(Flight flight, Outcome outcome) {
        if (flight.state == Flight.State.ENDED) {
            return;
        }
        flight.state = Flight.State.ENDED;
        flights.remove(flight.id(), flight);
        if (flight.timeout != null) {
            flight.timeout.cancel();
        }
        flight.waiters.forEach(waiter -> waiter.accept(outcome));
        flight.waiters.clear();
    }

    private Version nextVersion() {
        return new Version(routing.epoch(), ++counter);
    }

    private Outcome moved(long hash) {
        return new Outcome.Moved(routing.owner(hash), routing.epoch());
    }

    private Outcome answered(Entry entry, long hash, Source source, boolean stale) {
        return answered(entry, hash, source, stale, false);
    }

    private Outcome answered(Entry entry, long hash, Source source, boolean stale, boolean degraded) {
        if (entry.kind() != Entry.Kind.VALUE) {
            return new Outcome.Answered(absence(hash, entry.version(), source, degraded));
        }
        return new Outcome.Answered(new Answer<>(entry.value(), entry.contentType(), entry.version(), source,
                routing.owner(hash), routing.epoch(), stale, degraded));
    }

    private Answer<Bytes> absence(long hash, Version version, Source source, boolean degraded) {
        return new Answer<>(null, "", version, source, routing.owner(hash), routing.epoch(), false, degraded);
    }
}
