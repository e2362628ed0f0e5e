package dev.shortwire.bench;

import dev.shortwire.Node;
import dev.shortwire.spi.Clock;
import dev.shortwire.wire.Wire;
import dev.shortwire.wire.WireProvider;
import dev.shortwire.wire.WireSettings;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.ServiceLoader;
import java.util.stream.Collectors;

/// The answering side of all that is measured, in this process: wires that listen, and bare loops. Confined to one thread.
final class Serving implements Backend {
    private final Timers timers = new Timers();
    private final List<Wire> wires = new ArrayList<>();
    private final List<Node> nodes = new ArrayList<>();
    private final List<Floor.Server> floors = new ArrayList<>();

    /// A wire of that name with the defaults of a node.
    ///
    /// @param spin whether it may wait awake
    static Wire wire(String name, boolean spin, Timers timers) {
        boolean remote = !Floors.host().isLoopbackAddress(); // then within a network of our own
        return provider(name).create(new WireSettings(Clock.SYSTEM, timers, WireSettings.DEFAULT_MAX_FRAME_BYTES,
                WireSettings.DEFAULT_MAX_CALLS_IN_FLIGHT, remote, spin));
    }

    /// All that are on the class path.
    static List<WireProvider> providers() {
        return ServiceLoader.load(WireProvider.class).stream().map(ServiceLoader.Provider::get).toList();
    }

    static WireProvider provider(String name) {
        return providers().stream().filter(provider -> provider.name().equals(name)).findFirst()
                .orElseThrow(() -> new IllegalArgumentException("wire=" + name + " must be one of "
                        + providers().stream().map(WireProvider::name).collect(Collectors.joining(", "))));
    }

    @Override
    public String listen(String name, boolean spin) {
        Wire wire = wire(name, spin, timers);
        wires.add(wire);
        String address = Floors.host().isLoopbackAddress() ? "" : Floors.host().getHostAddress() + ":0";
        return wire.listen(address, new ValueHandler()).endpoint().address();
    }

    @Override
    public String floor(String name) throws IOException {
        Floor.Server server = Floors.named(name).serve();
        floors.add(server);
        return server.address();
    }

    @Override
    public String node(String wire) {
        PairRegistry registry = new PairRegistry();
        nodes.add(CacheExchange.serve(wire, registry));
        return registry.address(wire);
    }

    @Override
    public Meters used() {
        return Meters.ZERO; // this process reads its own meters
    }

    @Override
    public Meters held() {
        return Meters.ZERO;
    }

    @Override
    public void close() {
        nodes.forEach(Node::close);
        floors.forEach(Floor.Server::close);
        wires.forEach(Wire::close);
        timers.close();
    }
}
