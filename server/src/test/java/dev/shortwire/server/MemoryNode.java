package dev.shortwire.server;

import dev.shortwire.Answer;
import dev.shortwire.Bytes;
import dev.shortwire.Cache;
import dev.shortwire.ConfigurationException;
import dev.shortwire.FailureKind;
import dev.shortwire.GroupOptions;
import dev.shortwire.Limits;
import dev.shortwire.LoadContext;
import dev.shortwire.Loader;
import dev.shortwire.Node;
import dev.shortwire.RawCache;
import dev.shortwire.Source;
import dev.shortwire.Stats;
import dev.shortwire.Version;
import dev.shortwire.spi.Codec;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/// A node of a cluster that lives in one map: what the API tests ran on before there were real ones.
final class MemoryNode implements Node {
    private final String name;
    private final boolean member;
    private final List<String> members;
    private final Map<String, MemoryNode> peers;
    private final Map<String, MemoryCache> groups = new TreeMap<>();

    private MemoryNode(String name, boolean member, List<String> members, Map<String, MemoryNode> peers) {
        this.name = name;
        this.member = member;
        this.members = members;
        this.peers = peers;
    }

    static List<MemoryNode> cluster(int size, Map<String, Loader<Bytes>> loaders) {
        List<String> names = IntStream.rangeClosed(1, size).mapToObj(i -> "node-" + i).toList();
        Map<String, MemoryNode> peers = new ConcurrentHashMap<>();
        for (String name : names) {
            peers.put(name, new MemoryNode(name, true, names, peers));
        }
        peers.values().forEach(node -> loaders
                .forEach((group, loader) -> node.groups.put(group, node.new MemoryCache(group, loader))));
        return names.stream().map(name -> Objects.requireNonNull(peers.get(name))).toList();
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public String cluster() {
        return "test";
    }

    @Override
    public long incarnation() {
        return 0xFEED_0000_0000_0000L + members.indexOf(name);
    }

    @Override
    public boolean isMember() {
        return member;
    }

    @Override
    public <V> Cache<V> cache(String group, Class<V> type, Loader<V> loader) {
        throw new UnsupportedOperationException();
    }

    @Override
    public <V> Cache<V> cache(String group, Codec<V> codec, GroupOptions options, @Nullable Loader<V> loader) {
        throw new UnsupportedOperationException();
    }

    @Override
    public RawCache raw(String group) {
        MemoryCache cache = groups.get(group);
        if (cache == null) {
            throw new ConfigurationException(FailureKind.UNKNOWN_GROUP, "group \"" + group + "\" is not open");
        }
        return cache;
    }

    @Override
    public List<String> groups() {
        return List.copyOf(groups.keySet());
    }

    @Override
    public ClusterView view() {
        return new ClusterView(3, members.stream().map(m -> new MemberView(m, 0xFEED_0000_0000_0000L
                + members.indexOf(m), "127.0.0.1:800" + m.substring(5), 100, m.equals(name) ? "self" : "linked",
                m.equals(name) ? "" : "in-process")).toList(), true);
    }

    @Override
    public Route route(String group, String key) {
        raw(group);
        String owner = members.get(Math.floorMod(Limits.requireKey(key).hashCode(), members.size()));
        return new Route(owner, 3, owner.equals(name) ? "own" : "in-process");
    }

    @Override
    public Map<String, Long> adoptedEpochs(Duration timeout) {
        Map<String, Long> epochs = new TreeMap<>();
        members.forEach(m -> epochs.put(m, 3L));
        return epochs;
    }

    @Override
    public Map<String, Map<String, Stats>> statsByNode(Duration timeout) {
        Map<String, Map<String, Stats>> all = new TreeMap<>();
        peers.forEach((peer, node) -> {
            Map<String, Stats> own = new TreeMap<>();
            node.groups.forEach((group, cache) -> own.put(group, cache.stats()));
            all.put(peer, own);
        });
        return all;
    }

    @Override
    public void close() {}

    private record Held(Bytes value, String contentType, Version version) {}

    private final class MemoryCache implements RawCache {
        private final String group;
        private final Loader<Bytes> loader;
        private final ConcurrentMap<String, Held> store = new ConcurrentHashMap<>();
        private final AtomicLong counter = new AtomicLong();
        private final AtomicLong gets = new AtomicLong();
        private final AtomicLong hits = new AtomicLong();
        private final AtomicLong peerLoads = new AtomicLong();
        private final AtomicLong loads = new AtomicLong();
        private final AtomicLong serverRequests = new AtomicLong();
        private final AtomicLong loadNanos = new AtomicLong();

        MemoryCache(String group, Loader<Bytes> loader) {
            this.group = group;
            this.loader = loader;
        }

        @Override
        public String name() {
            return group;
        }

        @Override
        public GroupOptions options() {
            return GroupOptions.DEFAULT;
        }

        @Override
        public boolean hasLoader() {
            return true;
        }

        @Override
        public Answer<Bytes> ask(String key, Duration timeout) {
            try {
                return askAsync(key, timeout).join();
            } catch (CompletionException e) {
                throw e.getCause() instanceof RuntimeException cause ? cause : e;
            }
        }

        @Override
        public CompletableFuture<Answer<Bytes>> askAsync(String key, Duration timeout) {
            Route route = route(group, key);
            MemoryCache owner = owner(route);
            gets.incrementAndGet();
            if (owner != this) {
                owner.serverRequests.incrementAndGet();
                peerLoads.incrementAndGet();
            }
            Held held = owner.store.get(key);
            Source source = owner == this ? Source.OWN : Source.PEER;
            if (held != null) {
                (owner == this ? hits : new AtomicLong()).incrementAndGet();
                return CompletableFuture.completedFuture(answer(held, source, route));
            }
            CompletableFuture<Answer<Bytes>> future = new CompletableFuture<>();
            Thread.startVirtualThread(() -> {
                try {
                    Held loaded = owner.load(key);
                    future.complete(answer(loaded, Source.LOADER, route));
                } catch (Throwable e) {
                    future.completeExceptionally(e);
                }
            });
            return future.orTimeout(timeout.toMillis(), TimeUnit.MILLISECONDS).exceptionallyCompose(e -> {
                Throwable cause = e instanceof CompletionException c && c.getCause() != null ? c.getCause() : e;
                return CompletableFuture.failedFuture(cause instanceof java.util.concurrent.TimeoutException
                        ? FailureKind.DEADLINE.exception("no answer within " + timeout)
                        : cause);
            });
        }

        private MemoryCache owner(Route route) {
            return Objects.requireNonNull(Objects.requireNonNull(peers.get(route.owner())).groups.get(group));
        }

        private @Nullable Held load(String key) {
            long began = System.nanoTime();
            loads.incrementAndGet();
            try {
                Bytes value = loader.load(key, new NoContext(group));
                if (value == null) {
                    return null;
                }
                Held held = new Held(value, "application/octet-stream", draw());
                store.put(key, held);
                return held;
            } catch (Exception e) {
                throw FailureKind.ORIGIN.exception(String.valueOf(e.getMessage()));
            } finally {
                loadNanos.addAndGet(System.nanoTime() - began);
            }
        }

        private Version draw() {
            return new Version(3, counter.incrementAndGet());
        }

        private Answer<Bytes> answer(@Nullable Held held, Source source, Route route) {
            return held == null
                    ? new Answer<>(null, "application/octet-stream", Version.NONE, source, route.owner(), 3, false,
                            false)
                    : new Answer<>(held.value, held.contentType, held.version, source, route.owner(), 3, false, false);
        }

        @Override
        public Answer<Bytes> askHere(String key, Duration timeout) {
            if (!route(group, key).owner().equals(MemoryNode.this.name)) {
                throw FailureKind.VIEWS_DIFFER.exception("another node owns the key");
            }
            return ask(key, timeout);
        }

        @Override
        public Version put(String key, Bytes value, String contentType, @Nullable Duration timeToLive) {
            MemoryCache owner = owner(route(group, key));
            Held held = new Held(value, contentType, owner.draw());
            owner.store.put(key, held);
            return held.version;
        }

        @Override
        public Version remove(String key) {
            MemoryCache owner = owner(route(group, key));
            owner.store.remove(key);
            return owner.draw();
        }

        @Override
        public Stats stats() {
            return new Stats(gets.get(), hits.get(), peerLoads.get(), 0, loads.get(), 0, loads.get(), 0,
                    serverRequests.get(), 0, 0, 0, loadNanos.get(), loadNanos.get() / 2, store.size(),
                    store.values().stream().mapToLong(held -> held.value.length()).sum());
        }
    }

    private record NoContext(String group) implements LoadContext {
        @Override
        public Duration remaining() {
            return Duration.ofSeconds(1);
        }

        @Override
        public @Nullable Bytes get(String ofGroup, String key) {
            return null;
        }
    }
}
