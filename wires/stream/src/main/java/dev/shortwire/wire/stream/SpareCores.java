package dev.shortwire.wire.stream;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/// Whether this machine has a core that nobody else wants just now: as many cores for this process as threads want to
/// run on the machine, at least. Looked up every few milliseconds at most. Where the system does not tell how many
/// threads want to run (other systems than Linux), it is enough that there are two cores. Safe for use by any thread; two
/// that look at the same time find the same.
///
/// One look is one moment: a compiler or a collector that runs for a few milliseconds looks like a crowd. Where there is one,
/// look after look finds it; [#wereThereLately] tells the two apart.
final class SpareCores {
    private static final Path LOAD = Path.of("/proc/loadavg");
    private static final long KEPT_NANOS = TimeUnit.MILLISECONDS.toNanos(10);

    /// So many looks in a row that find none make a crowd: a third of a second where waits follow each other.
    static final int LOOKS = 32;

    private final BooleanSupplier look;
    private volatile long lookedAt = Long.MIN_VALUE / 2;
    /// How many looks in a row have found none.
    private volatile int missed;

    SpareCores() {
        this(SpareCores::look);
    }

    /// @param look finds out whether a core is spare at that moment
    SpareCores(BooleanSupplier look) {
        this.look = look;
    }

    /// @param now as [System#nanoTime] says
    boolean areThere(long now) {
        if (now - lookedAt > KEPT_NANOS) {
            int before = missed;
            missed = look.getAsBoolean() ? 0 : Math.min(before + 1, LOOKS);
            lookedAt = now;
        }
        return missed == 0;
    }

    /// Whether one of the last looks has found one, the last [#LOOKS] that [#areThere] has taken.
    boolean wereThereLately() {
        return missed < LOOKS;
    }

    private static boolean look() {
        int cores = Runtime.getRuntime().availableProcessors();
        return cores > 1 && running() <= cores;
    }

    /// How many threads run or want to, this one included; 0 if that is not known.
    private static int running() {
        try {
            return parse(Files.readString(LOAD));
        } catch (IOException e) {
            return 0; // no Linux, or a sandbox: the loss of the core still tells
        }
    }

    /// Reads the fourth field, `running/all`.
    static int parse(String load) {
        String[] fields = load.trim().split(" ", -1);
        String field = fields.length > 3 ? fields[3] : "";
        int slash = field.indexOf('/');
        return slash > 0 && field.substring(0, slash).chars().allMatch(c -> c >= '0' && c <= '9')
                ? Integer.parseInt(field.substring(0, slash))
                : 0;
    }
}
