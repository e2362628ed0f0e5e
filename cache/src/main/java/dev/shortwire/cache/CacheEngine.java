package dev.shortwire.cache;

import dev.shortwire.Bytes;
import dev.shortwire.ConfigurationException;
import dev.shortwire.FailureKind;
import dev.shortwire.Fallback;
import dev.shortwire.GroupOptions;
import dev.shortwire.Limits;
import dev.shortwire.PermanentException;
import dev.shortwire.Stats;
import dev.shortwire.Version;
import dev.shortwire.cluster.ClusterListener;
import dev.shortwire.cluster.ClusterNode;
import dev.shortwire.cluster.Environment;
import dev.shortwire.cluster.Kinds;
import dev.shortwire.cluster.Replies;
import dev.shortwire.cluster.Routing;
import dev.shortwire.ring.Placement;
import dev.shortwire.ring.Range;
import dev.shortwire.spi.Scheduler.Timer;
import dev.shortwire.wire.Frame;
import dev.shortwire.wire.FrameHandler;
import dev.shortwire.wire.FrameView;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// The caches of one node: takes calls from this node's callers and requests from its peers, and hands both to the
/// machine or to the owner. It owns no thread and never blocks; whoever wants to wait does so outside. Safe for use by
/// any thread.
public final class CacheEngine {
    private static final long SWEEP_NANOS = Duration.ofSeconds(10).toNanos();
    private static final int SWEEP_BATCH = 1000;
    private static final long BEHIND_WAIT_NANOS = Duration.ofMillis(250).toNanos();
    /// For a read whose asker can load: views are adopted within a few milliseconds of each other, or something is amiss.
    private static final long SHORT_BEHIND_WAIT_NANOS = Duration.ofMillis(20).toNanos();

    private final ClusterNode cluster;
    private final Placement placement;
    private final Store.Factory stores;
    private final CacheMachine machine;
    private final CacheListener listener;
    private final CacheFrames.FrameMaker frames;
    private final Map<String, CacheGroup> groups = new ConcurrentSkipListMap<>();
    private volatile boolean closed;

    /// Becomes the handler of the cluster node's cache messages; before that node starts.
    public CacheEngine(ClusterNode cluster, Placement placement, Store.Factory stores, CacheListener listener) {
        this.cluster = cluster;
        this.placement = placement;
        this.stores = stores;
        this.listener = listener;
        this.frames = cluster::frame;
        this.machine = new CacheMachine(cluster.routing(), new Effects());
        cluster.onHit(CacheKinds.GET, this::hits);
        cluster.on(CacheKinds.GET, this::onGet);
        cluster.on(CacheKinds.PUT, this::onPut);
        cluster.on(CacheKinds.REMOVE, this::onRemove);
        cluster.on(CacheKinds.STATS, (request, caller, deadline, replier) -> replier
                .reply(cluster.frame(CacheKinds.STATS_ARE).payload(StatsCodec.encode(stats())).build()));
        cluster.listen(new ClusterListener() {
            @Override
            public void viewChanged(Routing before, Routing after) {
                machine.viewChanged(after, groups.values());
            }

            @Override
            public void linksChanged(Routing now) {
                machine.linksChanged(now);
            }
        });
        scheduleSweep();
    }

    /// Opens a group.
    ///
    /// @param loader     null for a group that is filled by puts alone
    /// @param decodedToo whether decoded objects are remembered beside their bytes
    /// @throws ConfigurationException if the group is open
    public CacheGroup open(String name, GroupOptions options, @Nullable GroupLoader loader, boolean decodedToo) {
        Limits.requireName("group", name);
        Store.KeyHash hash = key -> placement.hash(name, key);
        Store store = stores.create(name, options.capacityBytes(), decodedToo, hash);
        CacheGroup group = new CacheGroup(name, options, loader, store, hash, cluster.environment().clock(),
                decodedToo);
        if (groups.putIfAbsent(name, group) != null) {
            store.close();
            throw new ConfigurationException("group \"" + name + "\" is open on this node; open it once");
        }
        return group;
    }

    public @Nullable CacheGroup group(String name) {
        return groups.get(name);
    }

    /// Names of the open groups, sorted.
    public List<String> groups() {
        return List.copyOf(groups.keySet());
    }

    /// Reads `key` and tells `caller` once, soon after the deadline at the latest.
    ///
    /// @return the call under way
    public Pending read(CacheGroup group, String key, Ancestry ancestry, long deadlineNanos,
            Consumer<Outcome> caller) {
        Limits.requireKey(key);
        group.counters().misses.increment();
        return start(group, key, Request.Read.of(ancestry), deadlineNanos, caller);
    }

    /// Stores a value and tells `caller` once.
    ///
    /// @throws PermanentException if key, value or media type is over its limit
    public Pending put(CacheGroup group, String key, Bytes value, String contentType, Duration timeToLive,
            long deadlineNanos, Consumer<Outcome> caller) {
        Limits.requireKey(key);
        Limits.requireValueLength(value.length());
        requireFits(group, key, value);
        requireContentType(contentType);
        ConfigurationException.require(timeToLive.isPositive() && timeToLive.compareTo(GroupOptions.FOREVER) <= 0,
                "time to live " + timeToLive + " must be > 0 and at most 100 years");
        return start(group, key, new Request.Put(value, contentType, timeToLive, newRequestId()), deadlineNanos,
                caller);
    }

    /// Invalidates and tells `caller` once.
    public Pending remove(CacheGroup group, String key, long deadlineNanos, Consumer<Outcome> caller) {
        Limits.requireKey(key);
        return start(group, key, new Request.Remove(newRequestId()), deadlineNanos, caller);
    }

    /// Reads as the owner or not at all.
    public void readHere(CacheGroup group, String key, Consumer<Outcome> caller) {
        Limits.requireKey(key);
        cluster.serial().run(() -> machine.read(group, key, Ancestry.NONE, caller));
    }

    /// This node's statistics, by group.
    public Map<String, Stats> stats() {
        Map<String, Stats> byGroup = new TreeMap<>();
        groups.forEach((name, group) -> byGroup.put(name, group.stats()));
        return byGroup;
    }

    /// A frame that asks a peer for its statistics; [#statsOf] reads the reply.
    public Frame statsRequest() {
        return cluster.frame(CacheKinds.STATS).build();
    }

    public Map<String, Stats> statsOf(Frame reply) {
        return reply.kind() == CacheKinds.STATS_ARE ? StatsCodec.decode(reply.payload()) : Map.of();
    }

    /// Stops the sweep and drops all entries; calls that are still under way end as closed when they next move. The
    /// cluster node is closed by its owner.
    public void close() {
        closed = true;
        cluster.serial().run(() -> {
            machine.close("node " + cluster.config().name() + " is closed");
            groups.values().forEach(group -> group.store().close());
        });
    }

    ClusterNode cluster() {
        return cluster;
    }

    boolean isClosed() {
        return closed;
    }

    CacheListener listener() {
        return listener;
    }

    CacheMachine machine() {
        return machine;
    }

    /// An event of the machine: does `request` as the owner.
    void asOwner(CacheGroup group, String key, Request request, long sender, Consumer<Outcome> then) {
        switch (request) {
            case Request.Read read -> machine.read(group, key, read.ancestry(), then);
            case Request.Put put -> machine.put(group, key, put.value(), put.contentType(), put.timeToLive(),
                    new CacheMachine.RequestId(sender, put.id()), then);
            case Request.Remove remove ->
                machine.remove(group, key, new CacheMachine.RequestId(sender, remove.id()), then);
        }
    }

    private Pending start(CacheGroup group, String key, Request request, long deadlineNanos,
            Consumer<Outcome> caller) {
        Ask ask = new Ask(this, group, key, request, deadlineNanos, caller);
        ask.start();
        return ask;
    }

    private long newRequestId() {
        long id = cluster.environment().random().nextLong();
        return id == 0 ? 1 : id;
    }

    /// A value that the store would drop at once must not be acknowledged as stored.
    private static void requireFits(CacheGroup group, String key, Bytes value) {
        long size = group.sizeOf(key, value);
        if (size > group.options().capacityBytes()) {
            throw new PermanentException(FailureKind.TOO_LARGE, "key and value take " + size
                    + " bytes, more than the whole group " + group.name() + " may hold, capacity-bytes="
                    + group.options().capacityBytes() + "; raise capacity-bytes");
        }
    }

    private static void requireContentType(String contentType) {
        if (!CacheFrames.isContentType(contentType)) {
            throw new PermanentException(FailureKind.BAD_REQUEST,
                    "content type must have at most 255 visible ASCII characters");
        }
    }

    /// Answers a read out of the store, if this node's view is not behind the sender's.
    private boolean hits(FrameView request, Frame.Builder reply) {
        CacheGroup group = groups.get(request.group());
        if (group == null || request.key().isEmpty() || request.epoch() > cluster.routing().epoch()) {
            return false;
        }
        Entry entry = group.peerHit(request.key());
        if (entry == null) {
            return false;
        }
        group.counters().serverRequests.increment();
        CacheFrames.fillHit(cluster.begin(reply, CacheFrames.hitKind(entry)), entry);
        return true;
    }

    private void onGet(Frame request, FrameHandler.Caller caller, long deadlineNanos, FrameHandler.Replier replier) {
        CacheGroup group = groupOf(request, replier);
        if (group == null) {
            return;
        }
        Frame.Builder hit = Frame.builder();
        if (hits(request, hit)) {
            replier.reply(hit.build());
            return;
        }
        group.counters().serverRequests.increment();
        long patience = group.hasLoader() && group.options().fallback() == Fallback.LOAD ? SHORT_BEHIND_WAIT_NANOS
                : BEHIND_WAIT_NANOS;
        onceUpToDate(request, deadlineNanos, patience, replier,
                () -> machine.read(group, request.key(), CacheFrames.ancestry(request),
                        outcome -> reply(outcome, replier)));
        listener.served(group.name(), request.key(), request.sender().name());
    }

    private void onPut(Frame request, FrameHandler.Caller caller, long deadlineNanos, FrameHandler.Replier replier) {
        CacheGroup group = groupOf(request, replier);
        if (group == null) {
            return;
        }
        if (request.payload().length() > Limits.MAX_VALUE_BYTES) {
            refuse(FailureKind.TOO_LARGE, "value has " + request.payload().length() + " bytes", replier);
            return;
        }
        Duration asked = CacheFrames.timeToLive(request);
        Duration timeToLive = asked == null ? group.options().timeToLive() : asked;
        onceUpToDate(request, deadlineNanos, BEHIND_WAIT_NANOS, replier,
                () -> machine.put(group, request.key(), request.payload(),
                        CacheFrames.contentType(request), timeToLive, requestId(request),
                        outcome -> reply(outcome, replier)));
    }

    private void onRemove(Frame request, FrameHandler.Caller caller, long deadlineNanos,
            FrameHandler.Replier replier) {
        CacheGroup group = groupOf(request, replier);
        if (group != null) {
            onceUpToDate(request, deadlineNanos, BEHIND_WAIT_NANOS, replier,
                    () -> machine.remove(group, request.key(), requestId(request),
                            outcome -> reply(outcome, replier)));
        }
    }

    /// Runs `event` in the machine, at once if this node's view is not behind the sender's, else when the registry has
    /// told the newer one. Where it does not within `patienceNanos`, the answer is that the views differ: somebody else may
    /// have owned the key in between, so neither the store nor a write here would be worth anything.
    private void onceUpToDate(Frame request, long deadlineNanos, long patienceNanos, FrameHandler.Replier replier,
            Runnable event) {
        if (request.epoch() <= cluster.routing().epoch()) {
            cluster.serial().run(event);
        } else {
            long remaining = deadlineNanos - cluster.environment().clock().nanoTime();
            cluster.awaitEpoch(request.epoch(), Math.max(1, Math.min(remaining / 2, patienceNanos)), () -> {
                long epoch = cluster.routing().epoch();
                if (epoch >= request.epoch()) {
                    event.run();
                } else {
                    reply(new Outcome.Moved("", epoch), replier);
                }
            });
        }
    }

    private static CacheMachine.RequestId requestId(Frame request) {
        return new CacheMachine.RequestId(request.sender().incarnation(), request.requestId());
    }

    private @Nullable CacheGroup groupOf(Frame request, FrameHandler.Replier replier) {
        CacheGroup group = groups.get(request.group());
        if (group == null) {
            refuse(FailureKind.UNKNOWN_GROUP, "node " + cluster.config().name() + " has no group \"" + request.group()
                    + "\"; open it on every member", replier);
        } else if (request.key().isEmpty()) {
            refuse(FailureKind.BAD_REQUEST, "key is empty", replier);
            return null;
        }
        return group;
    }

    private void refuse(FailureKind kind, String message, FrameHandler.Replier replier) {
        reply(new Outcome.Failed(kind, message), replier);
    }

    private void reply(Outcome outcome, FrameHandler.Replier replier) {
        Frame reply;
        try {
            reply = CacheFrames.reply(outcome, frames);
        } catch (RuntimeException e) {
            reply = Replies.failed(cluster.frame(Kinds.FAILED), FailureKind.INTERNAL, e.toString());
        }
        replier.reply(reply);
    }

    private void scheduleSweep() {
        cluster.environment().scheduler().schedule(SWEEP_NANOS, () -> {
            if (!closed) {
                cluster.environment().workers().execute(this::sweep);
                scheduleSweep();
            }
        });
    }

    /// Drops what is over. Looks for it beside the machine, and drops it there in small batches, so that nobody waits
    /// for the sweep of a large store.
    private void sweep() {
        long now = cluster.environment().clock().nanoTime();
        for (CacheGroup group : groups.values()) {
            List<Over> batch = new ArrayList<>();
            group.store().forEach(Range.WHOLE, (key, hash, entry) -> {
                if (entry.isOver(now)) {
                    batch.add(new Over(key, entry.version()));
                }
            });
            for (int from = 0; from < batch.size(); from += SWEEP_BATCH) {
                List<Over> part = batch.subList(from, Math.min(batch.size(), from + SWEEP_BATCH));
                cluster.serial().run(() -> part.forEach(over -> group.store().drop(over.key, over.version)));
            }
        }
    }

    private record Over(String key, Version version) {}

    private final class Effects implements MachineEffects {
        private final Environment environment = cluster.environment();

        @Override
        public long nanoTime() {
            return environment.clock().nanoTime();
        }

        @Override
        public Timer later(long delayNanos, Runnable event) {
            return environment.scheduler().schedule(delayNanos, () -> cluster.serial().run(event));
        }

        @Override
        public void event(Runnable event) {
            cluster.serial().run(event);
        }

        @Override
        public void startLoad(Flight flight, GroupLoader.LoadResult result) {
            GroupLoader loader = flight.group.loader();
            if (loader == null) {
                result.absent();
                return;
            }
            if (closed) {
                result.failed(FailureKind.CLOSED, "node " + cluster.config().name() + " is closed", null);
                return;
            }
            long deadline = flight.startedNanos + flight.group.options().loadTimeout().toNanos();
            try {
                flight.giveUp = loader.load(flight.key, flight.ancestry, deadline, result);
            } catch (RuntimeException | Error e) {
                // An error too: a load that never ends would keep its place at the origin for ever.
                result.failed(FailureKind.ORIGIN, String.valueOf(e.getMessage()), e);
            }
        }
    }
}
