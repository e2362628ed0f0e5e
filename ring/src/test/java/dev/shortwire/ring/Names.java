package dev.shortwire.ring;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;

/// Ways in which people name their nodes. All names of one seed are distinct, and of another seed others.
enum Names {
    NUMBERED {
        @Override
        String name(Random random, long seed, int index) {
            return (seed == 0 ? "node-" : "cache" + seed + "-node-") + (index + 1);
        }
    },
    HOST_AND_PORT {
        @Override
        String name(Random random, long seed, int index) {
            return "10." + seed % 256 + "." + index / 8 + "." + (1 + seed / 256) + ":" + (8001 + index % 8);
        }
    },
    RANDOM {
        @Override
        String name(Random random, long seed, int index) {
            return Long.toHexString(random.nextLong());
        }
    };

    abstract String name(Random random, long seed, int index);

    List<RingMember> members(long seed, int count) {
        Random random = new Random(seed);
        Set<String> names = new LinkedHashSet<>();
        while (names.size() < count) {
            names.add(name(random, seed, names.size()));
        }
        List<RingMember> members = new ArrayList<>();
        names.forEach(name -> members.add(new RingMember(name)));
        return members;
    }
}
