package dev.shortwire.ring;

final class GeecacheRingTest extends RingContractTest {
    @Override
    Placement placement() {
        return new GeecachePlacement();
    }
}
