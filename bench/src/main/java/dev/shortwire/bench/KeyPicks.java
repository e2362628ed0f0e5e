package dev.shortwire.bench;

import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;

/// Keys, and which of them are asked for one after the other. The same for the same seed.
final class KeyPicks {
    /// How many picks before they repeat: a power of two, more than any processor's cache predicts.
    static final int PICKS = 1 << 20;

    private final String[] keys;
    private final long seed;

    KeyPicks(int count, long seed) {
        this.keys = IntStream.range(0, count).mapToObj(i -> "user:" + i).toArray(String[]::new);
        this.seed = seed;
    }

    List<String> all() {
        return Collections.unmodifiableList(Arrays.asList(keys));
    }

    String[] uniform() {
        Random random = new Random(seed);
        return IntStream.range(0, PICKS).mapToObj(i -> keys[random.nextInt(keys.length)]).toArray(String[]::new);
    }

    /// The key of rank r, 1 to the number of keys, with a probability in proportion to `1 / r^exponent`; ranks are dealt
    /// out at random.
    String[] zipf(double exponent) {
        Random random = new Random(seed);
        double[] upTo = new double[keys.length];
        double sum = 0;
        for (int rank = 1; rank <= upTo.length; rank++) {
            sum += 1 / Math.pow(rank, exponent);
            upTo[rank - 1] = sum;
        }
        double total = sum;
        List<String> ranked = Arrays.asList(keys.clone());
        Collections.shuffle(ranked, random);
        return IntStream.range(0, PICKS).mapToObj(i -> {
            int found = Arrays.binarySearch(upTo, random.nextDouble() * total);
            return ranked.get(Math.min(found < 0 ? -found - 1 : found, upTo.length - 1));
        }).toArray(String[]::new);
    }
}
