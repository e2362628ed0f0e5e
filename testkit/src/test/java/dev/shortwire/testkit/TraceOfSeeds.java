package dev.shortwire.testkit;

/// Prints the trace hashes of some seeds, for another JVM to compare.
final class TraceOfSeeds {
    private static final int SEEDS = 10;

    private TraceOfSeeds() {}

    public static void main(String[] args) {
        System.out.println(text());
    }

    static String text() {
        StringBuilder text = new StringBuilder();
        for (long seed = 1; seed <= SEEDS; seed++) {
            text.append(Long.toHexString(SimulationRun.run(seed, false))).append(' ');
        }
        return text.toString().strip();
    }
}
