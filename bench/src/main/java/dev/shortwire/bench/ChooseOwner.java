package dev.shortwire.bench;

import dev.shortwire.Bytes;
import dev.shortwire.GroupOptions;
import dev.shortwire.Node;
import dev.shortwire.node.Codecs;
import dev.shortwire.node.Shortwire;
import dev.shortwire.registry.MemoryHub;
import dev.shortwire.registry.Profile;
import dev.shortwire.registry.Registry;
import dev.shortwire.registry.View;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/// The other process of [ChooseBench]: a node that owns every key. Prints where it can be reached, then waits for the
/// end of its input.
public final class ChooseOwner {
    static final String NAME = "owner";
    static final String CLUSTER = "bench-choose";
    static final String GROUP = "bench";
    static final String KEY = "key";
    static final long REGISTRY_INCARNATION = 1;
    static final int VALUE_BYTES = 100;

    private ChooseOwner() {}

    /// @param args the wires that it listens on, as [dev.shortwire.node.NodeBuilder#wires] takes them
    public static void main(String[] args) throws IOException {
        MemoryHub hub = new MemoryHub(REGISTRY_INCARNATION);
        try (Node node = Shortwire.node(NAME).cluster(CLUSTER).registry(hub).wires(args[0]).start();
                Registry watching = hub.client((delayNanos, task) -> {
                    Thread.startVirtualThread(task);
                    return () -> {};
                }, Duration.ofSeconds(5))) {
            node.cache(GROUP, Codecs.bytes(), GroupOptions.DEFAULT, null);
            node.raw(GROUP).put(KEY, Bytes.adopt(new byte[VALUE_BYTES]), "", null);
            Profile profile = profileOf(watching);
            profile.endpoints().forEach((wire, address) -> System.out.println("endpoint " + wire + " " + address));
            System.out.println("owner " + profile.incarnation() + " " + profile.pid() + " " + profile.host());
            System.out.flush();
            while (System.in.read() >= 0) {
                // until whoever has started this lets go
            }
        }
    }

    private static Profile profileOf(Registry registry) {
        CompletableFuture<Profile> found = new CompletableFuture<>();
        registry.watch(new Registry.RegistryListener() {
            @Override
            public void changed(View view, Map<String, Profile> profiles) {
                Profile profile = profiles.get(NAME);
                if (profile != null) {
                    found.complete(profile);
                }
            }

            @Override
            public void reachable(boolean reachable) {
                // It is in this process.
            }
        });
        return found.orTimeout(10, java.util.concurrent.TimeUnit.SECONDS).join();
    }
}
