package dev.shortwire.cluster;

import dev.shortwire.wire.InProcessWire;
import dev.shortwire.wire.Link;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.function.Consumer;

/// An open link to a peer, with what the calls over it have shown. Safe for use by any thread.
///
/// Measuring must cost a call next to nothing, so nothing here is exact. `answers` is counted without a lock and may lose
/// a count when two threads count at once: it only has to *differ* from what it was when something has arrived since.
/// Answers take the time unless calls are so short that this would show, then one in eight does; the average that it goes
/// into may lose one of two samples likewise. What is
/// decided is decided by the machine, which is told when the average passes a limit that the machine has set.
public final class Line {
    /// No answer was timed yet.
    public static final long UNKNOWN = 0;
    private static final int SAMPLED = 8;
    private static final long SHORT_NANOS = 10_000;
    private static final int WEIGHT_SHIFT = 3;
    private static final long FIRST_LATE_NANOS = 20_000_000;

    private static final VarHandle ANSWERS;

    static {
        try {
            ANSWERS = MethodHandles.lookup().findVarHandle(Line.class, "answers", int.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final String peer;
    private final Link link;
    private final Consumer<Line> alarm;
    private final boolean timed;
    @SuppressWarnings("unused") // by its handle
    private int answers;
    private volatile long callNanos = UNKNOWN;
    private volatile long alarmNanos = Long.MAX_VALUE;
    private volatile long lateNanos = FIRST_LATE_NANOS;
    private volatile boolean left;
    // Of the watch alone, which is one thread at a time.
    private int answersSeen;
    private long heardNanos = Long.MIN_VALUE;
    private long reportedNanos = Long.MIN_VALUE;

    /// @param alarm told, at most once for each limit that is set, that calls take longer than it
    Line(String peer, Link link, Consumer<Line> alarm) {
        this.peer = peer;
        this.link = link;
        this.alarm = alarm;
        // A method call is never worth leaving, and too short to be timed beside.
        this.timed = !link.endpoint().wire().equals(InProcessWire.NAME);
    }

    /// Name of the peer.
    public String peer() {
        return peer;
    }

    public Link link() {
        return link;
    }

    /// Name of the wire.
    public String wire() {
        return link.endpoint().wire();
    }

    /// A call that began at `startedNanos` was answered out of the peer's memory: a small answer that took no load.
    ///
    /// @return true where the caller shall take the time and tell it to [#took]
    public boolean answeredSmall() {
        int answer = heard();
        return timed && (callNanos >= SHORT_NANOS || answer % SAMPLED == 0);
    }

    /// Any answer came, of which nothing else is known.
    ///
    /// @return how many have, roughly
    public int heard() {
        int next = (int) ANSWERS.getOpaque(this) + 1;
        ANSWERS.setOpaque(this, next);
        return next;
    }

    /// How long a small call took.
    public void took(long nanos) {
        long average = callNanos;
        long next = average == UNKNOWN ? Math.max(1, nanos) : average + ((nanos - average) >> WEIGHT_SHIFT);
        callNanos = next;
        if (next > alarmNanos) {
            alarmNanos = Long.MAX_VALUE;
            alarm.accept(this);
        }
    }

    /// Whether it went silent and calls that were sent over it are better asked again over another one.
    boolean isLeft() {
        return left;
    }

    void leave() {
        left = true;
    }

    void comeBack() {
        left = false;
    }

    int answers() {
        return (int) ANSWERS.getOpaque(this);
    }

    /// What small calls take, smoothed, or [#UNKNOWN].
    long callNanos() {
        return callNanos;
    }

    /// Asks to be told when small calls take longer than that.
    void alarmAbove(long nanos) {
        alarmNanos = nanos;
    }

    /// How old a call must be before it is worth a question whether anybody is there.
    long lateNanos() {
        return lateNanos;
    }

    void lateAfter(long nanos) {
        lateNanos = nanos;
    }

    // ---- of the watch

    /// Takes note of what has arrived since the last look.
    void look(long nowNanos) {
        int now = answers();
        if (now != answersSeen) {
            answersSeen = now;
            heardNanos = nowNanos;
        }
    }

    /// How long nothing has arrived, as far as the looks can tell, counted from `sinceNanos` at the earliest.
    long silentNanos(long nowNanos, long sinceNanos) {
        boolean heardLater = heardNanos != Long.MIN_VALUE && heardNanos - sinceNanos > 0;
        return nowNanos - (heardLater ? heardNanos : sinceNanos);
    }

    /// Whether it is time to report again that calls are late.
    boolean mayReport(long nowNanos, long pauseNanos) {
        if (reportedNanos != Long.MIN_VALUE && nowNanos - reportedNanos < pauseNanos) {
            return false;
        }
        reportedNanos = nowNanos;
        return true;
    }

    @Override
    public String toString() {
        return peer + " by " + link.endpoint();
    }
}
