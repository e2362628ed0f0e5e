package dev.shortwire.bench;

import java.io.IOException;

/// A process that keeps a processor busy until its input ends, five minutes at the longest.
final class BusyProcess {
    private static final long LONGEST_NANOS = 300_000_000_000L;

    private static volatile boolean over;

    private BusyProcess() {}

    static void main(String[] args) throws IOException {
        Thread.ofPlatform().daemon().name("shortwire-bench-busy").start(() -> {
            long start = System.nanoTime();
            long sum = 0;
            while (!over && System.nanoTime() - start < LONGEST_NANOS) {
                sum += Long.reverse(sum + 1);
            }
            over = sum == 1 || over;
        });
        System.out.println("busy");
        while (System.in.read() >= 0) {
            // Nothing is asked of it.
        }
        over = true;
    }
}
