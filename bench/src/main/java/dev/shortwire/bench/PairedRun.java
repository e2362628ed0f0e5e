package dev.shortwire.bench;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/// Loops timed against each other: A B C, A B C, … in one thread of one process, so that what slows the machine down slows
/// all of them. The figure to trust is [Result#ratio]: the median of the ratios within each round.
///
/// Filled and run by one thread. What a loop returns must depend on all that it computes; the results are collected, so
/// that the compiler can leave nothing out. Write the body of each loop out, with the concrete types: a body that the loops
/// share would be compiled once, for all of them and well for none.
///
/// ```java
/// PairedRun.Result result = new PairedRun().operations(100_000).rounds(21)
///         .loop("bare", n -> { long sum = 0; for (int i = 0; i < n; i++) { sum += map.get(keys[i & 1023]).length; } return sum; })
///         .loop("ours", n -> { … })
///         .run();
/// double slower = result.ratio("ours").median();
/// ```
public final class PairedRun {
    /// Does something `operations` times.
    @FunctionalInterface
    public interface Loop {
        /// @return a value that depends on every one of the operations
        long run(int operations);
    }

    private final Map<String, Loop> loops = new LinkedHashMap<>();
    private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private int operations = 100_000;
    private int rounds = 21;
    private int warmUpRounds = 10;

    /// Adds a loop; the first is the one that the others are compared with.
    public PairedRun loop(String name, Loop loop) {
        if (loops.putIfAbsent(name, loop) != null) {
            throw new IllegalArgumentException("loop name=" + name + " must be unique; rename one");
        }
        return this;
    }

    /// How often a loop does its work in one go, 1 or more; default 100,000. It should take a millisecond or more.
    public PairedRun operations(int value) {
        operations = positive("operations", value);
        return this;
    }

    /// How many rounds are measured, 1 or more; default 21.
    public PairedRun rounds(int value) {
        rounds = positive("rounds", value);
        return this;
    }

    /// How many rounds run before the first that counts, 1 or more; default 10.
    public PairedRun warmUpRounds(int value) {
        warmUpRounds = positive("warmUpRounds", value);
        return this;
    }

    /// Runs all loops in the calling thread.
    public Result run() {
        positive("loops", loops.size());
        List<Map.Entry<String, Loop>> order = List.copyOf(loops.entrySet());
        double[][] nanos = new double[order.size()][rounds];
        double[][] bytes = new double[order.size()][rounds];
        long checksum = 0;
        for (int round = -warmUpRounds; round < rounds; round++) {
            for (int i = 0; i < order.size(); i++) {
                Loop loop = order.get(i).getValue();
                long allocatedBefore = threads.getCurrentThreadAllocatedBytes();
                long start = System.nanoTime();
                checksum += loop.run(operations);
                long elapsedNanos = System.nanoTime() - start;
                long allocated = threads.getCurrentThreadAllocatedBytes() - allocatedBefore;
                if (round >= 0) {
                    nanos[i][round] = (double) elapsedNanos / operations;
                    bytes[i][round] = (double) allocated / operations;
                }
            }
        }
        return new Result(List.copyOf(loops.keySet()), nanos, bytes, checksum);
    }

    private static int positive(String what, int value) {
        if (value < 1) {
            throw new IllegalArgumentException(what + "=" + value + " must be >= 1; set " + what);
        }
        return value;
    }

    /// What was measured. Immutable.
    public static final class Result {
        private final List<String> names;
        private final double[][] nanos;
        private final double[][] bytes;
        private final long checksum;

        private Result(List<String> names, double[][] nanos, double[][] bytes, long checksum) {
            this.names = names;
            this.nanos = nanos;
            this.bytes = bytes;
            this.checksum = checksum;
        }

        /// Names of the loops in the order in which they ran.
        public List<String> names() {
            return names;
        }

        /// Nanoseconds per operation, a sample a round.
        public Samples nanos(String name) {
            return new Samples(nanos[index(name)]);
        }

        /// Nanoseconds of the loop divided by those of the first one in the same round, a sample a round.
        public Samples ratio(String name) {
            return ratio(name, names.getFirst());
        }

        /// Nanoseconds of the loop divided by those of `base` in the same round, a sample a round.
        public Samples ratio(String name, String base) {
            double[] own = nanos[index(name)];
            double[] others = nanos[index(base)];
            return Samples.of(IntStream.range(0, own.length).mapToDouble(round -> own[round] / others[round]));
        }

        /// Bytes allocated by the thread per operation, a sample a round. Zero is exactly zero in the median; single rounds
        /// may be charged for the runtime's own objects.
        public Samples allocatedBytes(String name) {
            return new Samples(bytes[index(name)]);
        }

        /// Sum of all that the loops returned.
        public long checksum() {
            return checksum;
        }

        /// A table with a row for each loop: median, spread, ratio to the first, bytes.
        public Table table(String title) {
            Table table = new Table(title, Table.columns());
            addRows(table);
            return table;
        }

        /// Adds the rows of [#table] to a table that begins with other columns.
        ///
        /// @param leading cells of those columns, the same for each row
        public void addRows(Table table, Object... leading) {
            for (String name : names) {
                List<Object> cells = new ArrayList<>(List.of(leading));
                cells.addAll(List.of(name, nanos(name).median(), nanos(name).spread(), ratio(name).median(),
                        allocatedBytes(name).median()));
                table.row(cells.toArray());
            }
        }

        private int index(String name) {
            int index = names.indexOf(name);
            if (index < 0) {
                throw new IllegalArgumentException("loop name=" + name + " must be one of " + names);
            }
            return index;
        }
    }
}
