package dev.shortwire.node;

import dev.shortwire.Answer;
import dev.shortwire.Bytes;
import dev.shortwire.Cache;
import dev.shortwire.ConfigurationException;
import dev.shortwire.FailureKind;
import dev.shortwire.GroupOptions;
import dev.shortwire.Limits;
import dev.shortwire.Loader;
import dev.shortwire.Node;
import dev.shortwire.RawCache;
import dev.shortwire.Stats;
import dev.shortwire.cache.Ancestry;
import dev.shortwire.cache.CacheEngine;
import dev.shortwire.cache.CacheGroup;
import dev.shortwire.cluster.ClusterNode;
import dev.shortwire.cluster.Kinds;
import dev.shortwire.cluster.Routing;
import dev.shortwire.registry.Member;
import dev.shortwire.registry.Profile;
import dev.shortwire.spi.Clock;
import dev.shortwire.spi.Codec;
import dev.shortwire.wire.Frame;
import dev.shortwire.wire.Link;
import dev.shortwire.wire.WireFailure;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BiConsumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// A node with real time, threads and wires around the deterministic parts. Safe for use by any thread.
final class RunningNode implements Node {
    private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(5);
    private static final Duration LOOK_TIMEOUT = Duration.ofSeconds(5);

    private final ClusterNode cluster;
    private final CacheEngine engine;
    private final SystemScheduler scheduler;
    private final ExecutorService workers;
    private final ThreadFactory loaderThreads;
    private final NodeListener listener;
    private final Map<String, RunningRawCache> raws = new ConcurrentHashMap<>();
    private final Map<String, ForeignGroup> foreign = new ConcurrentHashMap<>();

    RunningNode(ClusterNode cluster, CacheEngine engine, SystemScheduler scheduler, ExecutorService workers,
            NodeListener listener) {
        this.cluster = cluster;
        this.engine = engine;
        this.scheduler = scheduler;
        this.workers = workers;
        this.listener = listener;
        this.loaderThreads = Thread.ofVirtual().name("shortwire-load-" + cluster.config().name() + "-", 0).factory();
    }

    @Override
    public String name() {
        return cluster.config().name();
    }

    @Override
    public String cluster() {
        return cluster.config().cluster();
    }

    @Override
    public long incarnation() {
        return cluster.incarnation();
    }

    @Override
    public boolean isMember() {
        return !cluster.config().observer();
    }

    @Override
    public <V> Cache<V> cache(String group, Class<V> type, Loader<V> loader) {
        return cache(group, Codecs.of(type), GroupOptions.DEFAULT, loader);
    }

    @Override
    public <V> Cache<V> cache(String group, Codec<V> codec, GroupOptions options, @Nullable Loader<V> loader) {
        requireNew(group);
        boolean remembers = codec.isImmutable() && codec != Codecs.bytes();
        LoaderThread<V> thread = loader == null ? null : new LoaderThread<>(group, loader, codec, this, loaderThreads);
        CacheGroup opened = engine.open(group, options, thread, remembers);
        RunningRawCache raw = new RunningRawCache(this, engine, opened);
        raws.put(group, raw);
        return new TypedCache<>(raw, codec, remembers);
    }

    /// Answers for a group of others.
    void attach(ForeignGroup group) {
        requireNew(group.name());
        foreign.put(group.name(), group);
    }

    private void requireNew(String group) {
        if (foreign.containsKey(group) || raws.containsKey(group)) {
            throw new ConfigurationException("group \"" + group + "\" is open on this node; open it once");
        }
    }

    @Override
    public RawCache raw(String group) {
        RawCache other = foreign.get(group);
        return other != null ? other : own(group);
    }

    private RunningRawCache own(String group) {
        RunningRawCache raw = raws.get(group);
        if (raw == null) {
            throw new ConfigurationException(FailureKind.UNKNOWN_GROUP,
                    "group \"" + group + "\" is not one of " + groups() + "; open it on this node first");
        }
        return raw;
    }

    /// Reads on behalf of a load; the ancestry ends at a group of others.
    Answer<Bytes> ask(String group, String key, Duration timeout, Ancestry ancestry) {
        RawCache other = foreign.get(group);
        return other != null ? other.ask(key, timeout) : own(group).ask(key, timeout, ancestry);
    }

    @Override
    public List<String> groups() {
        return Stream.concat(engine.groups().stream(), foreign.keySet().stream()).sorted().toList();
    }

    @Override
    public ClusterView view() {
        Routing routing = cluster.routing();
        Map<String, Profile> profiles = cluster.profiles();
        List<MemberView> members = new ArrayList<>();
        for (Member member : routing.view().members()) {
            Profile profile = profiles.get(member.name());
            Link link = routing.link(member.name());
            members.add(new MemberView(member.name(), member.incarnation(), address(profile),
                    profile == null ? 0 : profile.pid(), cluster.stateOf(member.name()),
                    link == null ? "" : link.endpoint().wire()));
        }
        return new ClusterView(routing.epoch(), members, cluster.isRegistryReachable());
    }

    @Override
    public Route route(String group, String key) {
        ForeignGroup other = foreign.get(group);
        if (other != null) {
            return other.route(Limits.requireKey(key));
        }
        Routing routing = cluster.routing();
        long hash = own(group).group().hash(Limits.requireKey(key));
        String owner = routing.owner(hash);
        Link link = routing.link(owner);
        String how = routing.owns(hash) ? "own" : link == null ? "none" : link.endpoint().wire();
        return new Route(owner, routing.epoch(), how);
    }

    @Override
    public List<PeerLinks> links() {
        try {
            return cluster.links().toCompletableFuture().get(LOOK_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw FailureKind.CANCELLED.exception("the calling thread was interrupted");
        } catch (TimeoutException e) {
            throw FailureKind.DEADLINE.exception("node " + name() + " is too busy to say how its links are");
        } catch (ExecutionException e) {
            throw new IllegalStateException("a report of the links failed", e);
        }
    }

    @Override
    public Map<String, Long> adoptedEpochs(Duration timeout) {
        Map<String, Long> epochs = new TreeMap<>();
        if (cluster.routing().isMember()) {
            epochs.put(name(), cluster.routing().epoch());
        }
        epochs.putAll(askAll(cluster.frame(Kinds.STATUS).build(), timeout,
                (reply, into) -> into.accept(reply.kind() == Kinds.STATUS_IS ? reply.epoch() : null)));
        return epochs;
    }

    @Override
    public Map<String, Map<String, Stats>> statsByNode(Duration timeout) {
        Map<String, Map<String, Stats>> stats = new TreeMap<>();
        Map<String, Stats> own = new TreeMap<>(engine.stats());
        foreign.forEach((group, cache) -> own.put(group, cache.stats()));
        stats.put(name(), own);
        stats.putAll(askAll(engine.statsRequest(), timeout, (reply, into) -> into.accept(engine.statsOf(reply))));
        return stats;
    }

    @Override
    public void close() {
        cluster.close();
        engine.close();
        scheduler.close();
        workers.shutdownNow();
        try {
            if (!workers.awaitTermination(CLOSE_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS)) {
                throw FailureKind.DEADLINE
                        .exception("node " + name() + " did not end its work within " + CLOSE_TIMEOUT);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    Executor workers() {
        return workers;
    }

    Clock clock() {
        return cluster.environment().clock();
    }

    NodeListener listener() {
        return listener;
    }

    long epoch() {
        return cluster.routing().epoch();
    }

    String ownerOf(CacheGroup group, String key) {
        return cluster.routing().owner(group.hash(key));
    }

    private static String address(@Nullable Profile profile) {
        if (profile == null) {
            return "";
        }
        String api = profile.details().get("api");
        return api != null ? api : profile.endpoints().values().stream().sorted().findFirst().orElse("");
    }

    private interface Take<T> {
        void accept(@Nullable T answer);
    }

    /// Asks every member that a link leads to at once and collects what came back in time.
    private <T> Map<String, T> askAll(Frame request, Duration timeout, BiConsumer<Frame, Take<T>> read) {
        Map<String, Link> links = cluster.routing().links();
        Map<String, T> answers = new ConcurrentHashMap<>();
        CountDownLatch open = new CountDownLatch(links.size());
        links.forEach((member, link) -> link.call(request, timeout.toNanos(), new Link.CallOutcome() {
            @Override
            public void reply(Frame reply) {
                read.accept(reply, answer -> {
                    if (answer != null) {
                        answers.put(member, answer);
                    }
                });
                open.countDown();
            }

            @Override
            public void failed(WireFailure failure) {
                open.countDown();
            }
        }));
        try {
            open.await(timeout.toMillis() + 100, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return new TreeMap<>(answers);
    }
}
