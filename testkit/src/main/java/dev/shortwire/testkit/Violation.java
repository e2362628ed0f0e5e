package dev.shortwire.testkit;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// A promise that a simulated run broke. The message has the seed, the virtual time, what happened before, and the
/// command that shows the same run again.
public final class Violation extends AssertionError {
    private static final long serialVersionUID = 1;

    private final String check;

    Violation(long seed, long nowNanos, String check, String message, List<String> history,
            @Nullable Throwable cause) {
        super(text(seed, nowNanos, check, message, history), cause);
        this.check = check;
    }

    /// Which promise it was.
    public String check() {
        return check;
    }

    private static String text(long seed, long nowNanos, String check, String message, List<String> history) {
        return "broken: " + check + "\n" + message + "\nseed " + seed + ", virtual time " + nowNanos / 1_000_000
                + " ms; before that:\n  " + String.join("\n  ", history) + "\nbroken: " + check + "\n" + message
                + "\nseen again with its whole trace by:\n  mvn -q -pl testkit -am test -Dtest=SimulationTest"
                + " -Dsurefire.failIfNoSpecifiedTests=false -Dshortwire.seed=" + seed;
    }
}
