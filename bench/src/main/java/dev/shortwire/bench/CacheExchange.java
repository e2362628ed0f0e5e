package dev.shortwire.bench;

import dev.shortwire.Bytes;
import dev.shortwire.Cache;
import dev.shortwire.GroupOptions;
import dev.shortwire.Node;
import dev.shortwire.node.Codecs;
import dev.shortwire.node.Shortwire;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/// The whole path of a read: `Cache.get` of a key that the other node owns and has. Blocking calls only.
final class CacheExchange implements Exchange {
    static final String NAME = "get";
    static final int VALUE_BYTES = 100;

    private static final String GROUP = "bench";
    private static final long LINK_PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(10);

    private final Node node;
    private final Cache<Bytes> cache;
    private final String key;
    private Body body = Body.of(Body.Form.BYTES, VALUE_BYTES);

    private CacheExchange(Node node, Cache<Bytes> cache, String key) {
        this.node = node;
        this.cache = cache;
        this.key = key;
    }

    /// Starts the node that owns the key and puts the value.
    ///
    /// @param registry tells afterwards where it is reached
    static Node serve(String wire, PairRegistry registry) {
        Node node = Shortwire.node(PairRegistry.SERVER).cluster(PairRegistry.CLUSTER).registry(registry).wire(wire)
                .start();
        open(node).put(key(node), Body.of(Body.Form.BYTES, VALUE_BYTES).encode());
        return node;
    }

    /// Starts a node that asks the other one.
    ///
    /// @throws IOException if the two do not meet
    static CacheExchange connect(String wire, String address) throws IOException {
        Node node = Shortwire.node(PairRegistry.CLIENT).cluster(PairRegistry.CLUSTER)
                .registry(new PairRegistry(wire, address)).wire(wire).start();
        Cache<Bytes> cache = open(node);
        String key = key(node);
        long giveUp = System.nanoTime() + LINK_PATIENCE_NANOS;
        while (!node.route(GROUP, key).how().equals(wire)) {
            if (System.nanoTime() > giveUp) {
                node.close();
                throw new IOException("no link over " + wire + " between two nodes within 10 s");
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(5));
        }
        return new CacheExchange(node, cache, key);
    }

    private static Cache<Bytes> open(Node node) {
        return node.cache(GROUP, Codecs.bytes(), GroupOptions.DEFAULT, null);
    }

    /// The first key of 16 bytes that the answering node owns.
    private static String key(Node node) {
        for (int i = 0;; i++) {
            String key = String.format("user:%011d", i);
            if (node.route(GROUP, key).owner().equals(PairRegistry.SERVER)) {
                return key;
            }
        }
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public void ask(Body wanted) {
        body = wanted;
    }

    @Override
    public void call() throws IOException {
        @Nullable
        Bytes value = cache.get(key);
        if (value == null) {
            throw new IOException("the other node lost the value");
        }
        body.accept(value);
    }

    @Override
    public long pipeline(int outstanding, long untilNanos, Histogram sampled) throws IOException {
        long calls = 0;
        for (long start = System.nanoTime(); start < untilNanos; calls++) {
            call();
            long end = System.nanoTime();
            sampled.record(end - start);
            start = end;
        }
        return calls;
    }

    @Override
    public void close() {
        node.close();
    }
}
