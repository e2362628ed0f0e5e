package dev.shortwire.registry;

import static dev.shortwire.ConfigurationException.require;

import dev.shortwire.Limits;

/// A node in a view.
///
/// @param name        stable from one start to the next, `[a-z0-9-]{1,64}` or, in a static list, an address
/// @param incarnation which process of that name: a new number at each start; 0 where the registry can't know it
/// @param weight      share of the keys, 1 to 1,000; 100 is an ordinary node
public record Member(String name, long incarnation, int weight) implements Comparable<Member> {
    public static final int DEFAULT_WEIGHT = 100;

    public Member {
        require(!name.isEmpty() && name.length() <= 255,
                "name=\"" + name + "\" must have 1 to 255 characters; set name");
        require(weight >= 1 && weight <= 1000, "weight=" + weight + " must be 1 to 1000; set weight");
    }

    /// A member with a name that people choose.
    public static Member named(String name, long incarnation) {
        return new Member(Limits.requireName("name", name), incarnation, DEFAULT_WEIGHT);
    }

    @Override
    public int compareTo(Member other) {
        return name.compareTo(other.name);
    }
}
