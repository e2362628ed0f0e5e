package dev.shortwire.testkit;

import java.util.ArrayList;
import java.util.List;

/// What happened: a hash of all of it, and the last lines as text.
final class Trace {
    private static final int KEPT = 400;

    private final long[] times = new long[KEPT];
    private final String[] who = new String[KEPT];
    private final String[] what = new String[KEPT];
    private long count;
    private long hash = 0x9E3779B97F4A7C15L;
    private boolean printed;

    void add(long time, String node, String kind) {
        int at = (int) (count++ % KEPT);
        times[at] = time;
        who[at] = node;
        what[at] = kind;
        mix(time);
        mix(((long) node.hashCode() << 32) ^ kind.hashCode());
        if (printed) {
            System.out.println(line(at));
        }
    }

    void print() {
        printed = true;
    }

    long hash() {
        return hash;
    }

    /// The last lines, oldest first.
    List<String> recent() {
        List<String> lines = new ArrayList<>();
        for (long i = Math.max(0, count - KEPT); i < count; i++) {
            lines.add(line((int) (i % KEPT)));
        }
        return lines;
    }

    private String line(int at) {
        long micros = times[at] / 1000;
        String seconds = micros / 1_000_000 + "." + Long.toString(1_000_000 + micros % 1_000_000).substring(1);
        return seconds + " " + who[at] + ": " + what[at];
    }

    private void mix(long value) {
        long z = (hash ^ value) * 0xBF58476D1CE4E5B9L;
        hash = (z ^ (z >>> 29)) * 0x94D049BB133111EBL;
    }
}
