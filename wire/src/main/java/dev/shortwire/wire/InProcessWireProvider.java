package dev.shortwire.wire;

/// Makes in-process wires on the network of this JVM.
public final class InProcessWireProvider implements WireProvider {
    @Override
    public String name() {
        return InProcessWire.NAME;
    }

    @Override
    public Wire create(WireSettings settings) {
        return new InProcessWire(settings, InProcessNetwork.ofThisJvm());
    }
}
