package dev.shortwire.testkit;

import dev.shortwire.Answer;
import dev.shortwire.Bytes;
import dev.shortwire.FailureKind;
import dev.shortwire.Version;
import dev.shortwire.cache.Outcome;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// A call of a client of a simulated node, and how it ended.
public final class SimCall {
    /// What was asked for.
    public enum Kind { GET, PUT, REMOVE }

    private final SimNode node;
    private final Kind kind;
    private final String group;
    private final String key;
    private final @Nullable Bytes written;
    private final long startedNanos;
    private final long deadlineNanos;
    private @Nullable Outcome outcome;
    private long endedNanos;
    private int endings;
    private boolean cancelled;
    private Runnable cancel = () -> {};

    SimCall(SimNode node, Kind kind, String group, String key, @Nullable Bytes written, long startedNanos,
            Duration timeout) {
        this.node = node;
        this.kind = kind;
        this.group = group;
        this.key = key;
        this.written = written;
        this.startedNanos = startedNanos;
        this.deadlineNanos = startedNanos + timeout.toNanos();
    }

    SimNode node() {
        return node;
    }

    public Kind kind() {
        return kind;
    }

    public String group() {
        return group;
    }

    public String key() {
        return key;
    }

    /// What a put stores.
    public @Nullable Bytes written() {
        return written;
    }

    /// When it began, in virtual time.
    public long startedNanos() {
        return startedNanos;
    }

    public long deadlineNanos() {
        return deadlineNanos;
    }

    public boolean isDone() {
        return outcome != null;
    }

    public boolean isCancelled() {
        return cancelled;
    }

    /// How long it took.
    ///
    /// @throws IllegalStateException if it has not ended
    public Duration took() {
        outcome();
        return Duration.ofNanos(endedNanos - startedNanos);
    }

    /// How it ended.
    ///
    /// @throws IllegalStateException if it has not
    public Outcome outcome() {
        if (outcome == null) {
            throw new IllegalStateException(this + " has not ended; run the simulation further");
        }
        return outcome;
    }

    /// The answer of a read that has one.
    ///
    /// @throws IllegalStateException if it ended otherwise
    public Answer<Bytes> answer() {
        if (outcome() instanceof Outcome.Answered answered) {
            return answered.answer();
        }
        throw new IllegalStateException(this + " has no answer");
    }

    /// The value that was read, as text; null for none.
    public @Nullable String text() {
        Bytes value = answer().value();
        return value == null ? null : value.utf8();
    }

    /// Why it failed, or null if it did not.
    public @Nullable FailureKind failure() {
        return outcome() instanceof Outcome.Failed failed ? failed.kind() : null;
    }

    /// The version that a read answered or a write got; [Version#NONE] where there is none.
    public Version version() {
        return switch (outcome()) {
            case Outcome.Answered answered -> answered.answer().version();
            case Outcome.Written written -> written.version();
            case Outcome.Moved moved -> Version.NONE;
            case Outcome.Failed failed -> Version.NONE;
        };
    }

    /// Gives the call up, as its caller.
    public void cancel() {
        cancelled = true;
        cancel.run();
    }

    void cancelBy(Runnable action) {
        cancel = action;
    }

    int endings() {
        return endings;
    }

    long endedNanos() {
        return endedNanos;
    }

    void end(Outcome how, long nowNanos) {
        endings++;
        if (outcome == null) {
            outcome = how;
            endedNanos = nowNanos;
        }
    }

    @Override
    public String toString() {
        return kind + " " + group + "/" + key + " by " + node.name() + " at " + startedNanos / 1000 + " µs"
                + (outcome == null ? ""
                        : " → " + text(outcome) + " after " + (endedNanos - startedNanos) / 1000 + " µs");
    }

    private static String text(Outcome outcome) {
        return switch (outcome) {
            case Outcome.Answered a -> {
                Bytes value = a.answer().value();
                yield (value == null ? "absent" : value.utf8()) + " " + a.answer().version() + " "
                        + a.answer().source().text() + (a.answer().stale() ? " stale" : "")
                        + (a.answer().degraded() ? " degraded" : "");
            }
            case Outcome.Written w -> "written " + w.version();
            case Outcome.Moved m -> "moved";
            case Outcome.Failed f -> f.kind() + " " + f.message();
        };
    }
}
