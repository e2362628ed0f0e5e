package dev.shortwire.ring;

import static dev.shortwire.ConfigurationException.require;

/// A node as the ring sees it.
///
/// @param name   unique within a ring
/// @param weight share of the keys relative to the other members, 1 to 1,000; 100 is an ordinary node
public record RingMember(String name, int weight) {
    public static final int DEFAULT_WEIGHT = 100;

    public RingMember {
        require(weight >= 1 && weight <= 1000, "weight=" + weight + " must be 1 to 1000; set weight");
    }

    public RingMember(String name) {
        this(name, DEFAULT_WEIGHT);
    }
}
