package dev.shortwire.ring;

final class WeightedRingTest extends RingContractTest {
    @Override
    Placement placement() {
        return new WeightedPlacement(64);
    }
}
