package dev.shortwire.bench;

import dev.shortwire.registry.Member;
import dev.shortwire.registry.Profile;
import dev.shortwire.registry.Registry;
import dev.shortwire.registry.View;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/// A registry of two nodes that know each other beforehand: one answers, the other asks. Nothing ever changes. Guarded by
/// its own lock, under which the listener is told.
final class PairRegistry implements Registry {
    static final String CLUSTER = "bench";
    static final String SERVER = "bench-server";
    static final String CLIENT = "bench-client";

    private static final View VIEW = new View(1, 1, List.of(new Member(CLIENT, 0, Member.DEFAULT_WEIGHT),
            new Member(SERVER, 0, Member.DEFAULT_WEIGHT)));

    private final Map<String, Profile> profiles = new TreeMap<>();
    private @Nullable RegistryListener listener;
    private @Nullable Profile own;

    /// For the node that answers: nobody is known to it.
    PairRegistry() {}

    /// For the node that asks.
    PairRegistry(String wire, String serverAddress) {
        profiles.put(SERVER, new Profile(SERVER, 0, "", 0, Map.of(wire, serverAddress), Map.of()));
    }

    /// Where the node of this registry is reached, once it has joined.
    synchronized String address(String wire) {
        String address = own == null ? null : own.endpoints().get(wire);
        if (address == null) {
            throw new IllegalStateException("the node does not listen on " + wire);
        }
        return address;
    }

    @Override
    public synchronized void watch(RegistryListener newListener) {
        listener = newListener;
        newListener.reachable(true);
        newListener.changed(VIEW, profiles);
    }

    @Override
    public synchronized CompletionStage<View> join(Member self, Profile profile) {
        own = profile;
        return CompletableFuture.completedFuture(VIEW);
    }

    @Override
    public CompletionStage<Void> leave() {
        return CompletableFuture.completedFuture(null);
    }

    @Override
    public synchronized void refresh() {
        if (listener != null) {
            listener.changed(VIEW, profiles);
        }
    }

    @Override
    public void reportGone(String name, long incarnation) {}

    @Override
    public void close() {}
}
