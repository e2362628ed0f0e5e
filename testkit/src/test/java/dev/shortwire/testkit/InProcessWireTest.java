package dev.shortwire.testkit;

import dev.shortwire.wire.InProcessNetwork;
import dev.shortwire.wire.InProcessWire;
import dev.shortwire.wire.Wire;
import dev.shortwire.wire.WireSettings;

final class InProcessWireTest extends WireContractTest {
    private final InProcessNetwork network = new InProcessNetwork();

    @Override
    protected boolean reachesOtherProcesses() {
        return false;
    }

    @Override
    protected boolean readsInOrder() {
        return false;
    }

    @Override
    protected Wire newWire(WireSettings settings) {
        return new InProcessWire(settings, network);
    }
}
