package dev.shortwire.testkit;

import dev.shortwire.registry.MemoryHub;
import dev.shortwire.registry.MemoryRegistry;
import dev.shortwire.registry.Registry;
import dev.shortwire.registry.RegistryProvider.RegistrySettings;
import java.util.concurrent.ForkJoinPool;

/// The in-process model keeps the contract, with listeners called by many threads.
final class MemoryRegistryContractTest extends RegistryContractTest {
    private final MemoryHub hub = new MemoryHub(99);

    @Override
    protected Registry open(RegistrySettings settings) {
        return hub.client(settings.scheduler(), ForkJoinPool.commonPool(), settings.joinTimeout());
    }

    @Override
    protected Faults faults() {
        return new Faults() {
            @Override
            public void disconnect(Registry client) {
                ((MemoryRegistry) client).disconnect();
            }

            @Override
            public void reconnect(Registry client) {
                ((MemoryRegistry) client).reconnect();
            }

            @Override
            public void expire(Registry client) {
                ((MemoryRegistry) client).expire();
            }
        };
    }
}
