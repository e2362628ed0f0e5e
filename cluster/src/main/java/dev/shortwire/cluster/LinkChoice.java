package dev.shortwire.cluster;

import dev.shortwire.cluster.Lane.State;
import dev.shortwire.cluster.LinkMoves.Move;
import dev.shortwire.wire.Endpoint;
import dev.shortwire.wire.InProcessWire;
import dev.shortwire.wire.Link;
import dev.shortwire.wire.WireFailure;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// Which wire is used to reach one process: events in, effects out; confined to the serialized machine. It has no clock:
/// each event says when it happens, and each answers when the choice wants to be woken, by [#advance].
///
/// **Lanes.** A lane is a wire that both sides have. Their order, the ranks of the wires or the user's list, is what is
/// believed before anything is measured. A lane is *up* when the process at its other end has said who it is: an open
/// connection alone proves nothing. The best lane that is up is chosen; one more is kept open beside it, so that a call
/// whose wire dies or falls silent finds another one open.
///
/// **Measuring.** Pings (a request and its reply of the smallest size) go over all lanes at the same moments, so that
/// what they show can be compared: rarely while nothing happens, once a second under traffic, ten in a row when calls
/// are late or take longer than they used to. Ranks are overruled only where a lane is *clearly* worse: it takes more
/// than twice as long and 100 µs. Ten idle pings say little about a wire under load, so a move to a worse rank is on
/// trial: if calls do not get faster by it, it is taken back; and where calls flow, they must have become slow themselves.
///
/// **Leaving.** A lane whose link is closed is left at once; one that is *silent* (a ping and all after it unanswered
/// for 100 ms) as soon as another lane answers; one that is slow or loses frames when that was so for a while. If no
/// lane answers, the process is paused or cut off: nothing is left, since nothing is better; callers are told by
/// [#isSilent].
///
/// **Going back.** A lane that was left must have been well for 3 s, less where it was much faster; if it fails again
/// within a minute of its return, for 60 s, then twice as long each time, 10 min at most. Nor is it gone back to as the
/// third move within a minute.
///
/// **One truth about membership.** A lane that fails is no dead node. Only when every lane is refused, which proves that
/// nobody listens, is the process reported as gone.
final class LinkChoice {
    static final long SUSPECT_NANOS = Duration.ofMillis(100).toNanos();
    static final long SILENT_NANOS = Duration.ofMillis(500).toNanos();
    private static final long FIRST_ROUND_PAUSE_NANOS = Duration.ofMillis(50).toNanos();
    private static final long LONGEST_ROUND_PAUSE_NANOS = Duration.ofSeconds(1).toNanos();
    private static final long STAGGER_NANOS = Duration.ofMillis(100).toNanos();
    private static final long SPARE_AFTER_NANOS = Duration.ofMillis(500).toNanos();
    private static final long CLOSE_SILENT_NANOS = Duration.ofSeconds(10).toNanos();
    private static final long SURPLUS_NANOS = Duration.ofSeconds(30).toNanos();
    static final long SLACK_NANOS = 100_000;
    private static final long CONFIRM_NANOS = Duration.ofMillis(60).toNanos();
    private static final int LEAST_PINGS = 4;
    private static final long SOON_NANOS = Duration.ofMillis(25).toNanos();

    private final String title;
    private final LinkEffects effects;
    private final LinkMoves moves = new LinkMoves();
    private final LinkProbes probes;
    private List<Lane> lanes = List.of();
    private @Nullable Lane chosen;
    private @Nullable Lane better;
    private long betterSinceNanos;
    private long chosenAtNanos;
    private boolean silent;
    private boolean closed;
    // rounds of attempts while there is no link
    private long round;
    private long roundAtNanos = Lane.NEVER;
    private int failedRounds;
    private boolean linkedOnce;
    private @Nullable Trial trial;
    private @Nullable Line publishedSpare;

    /// A move to a worse rank whose worth has yet to show.
    private record Trial(Lane from, long callsTookNanos, int answers) {}

    /// A way to reach the peer.
    ///
    /// @param doubt why it will hardly work, or null
    record Candidate(Endpoint endpoint, @Nullable String doubt) {}

    /// @param title names both ends, for people
    LinkChoice(String title, LinkEffects effects) {
        this.title = title;
        this.effects = effects;
        this.probes = new LinkProbes(effects);
    }

    // ---- what is chosen

    @Nullable
    Line line() {
        Lane lane = chosen;
        return lane == null ? null : lane.line;
    }

    /// A line beside the chosen one that calls may go over, or null.
    @Nullable
    Line spare() {
        Lane lane = best(l -> l.isWell() && l != chosen);
        return lane == null ? null : lane.line;
    }

    /// Whether the process answers nothing over any lane, although they are open.
    boolean isSilent() {
        return silent;
    }

    /// Whether there was a link: if there is none now, it was lost, and was not merely not opened yet.
    boolean wasLinked() {
        return linkedOnce;
    }

    /// How long pings take by the slowest wire that was open; 0 if none has been measured.
    long slowestPingNanos() {
        return lanes.stream().mapToLong(lane -> lane.pings.medianNanos()).max().orElse(0);
    }

    boolean hasFailed() {
        return failedRounds > 0;
    }

    // ---- events; after each, advance

    /// The ways to reach the process, best first.
    void candidates(List<Candidate> candidates) {
        List<Lane> next = new ArrayList<>();
        for (Candidate candidate : candidates) {
            int rank = next.size();
            Lane known = find(l -> l.endpoint.equals(candidate.endpoint) && l.rank == rank);
            next.add(known != null ? known : new Lane(candidate.endpoint, rank, candidate.doubt));
        }
        List<Lane> before = lanes;
        lanes = List.copyOf(next);
        before.stream().filter(l -> !next.contains(l)).forEach(this::letGo);
        if (before.isEmpty() || chosen == null) {
            roundAtNanos = Lane.NEVER;
        }
    }

    void opened(Lane lane, Line line, long nowNanos) {
        if (closed || !lanes.contains(lane) || lane.state != State.CONNECTING) {
            effects.close(line.link());
            return;
        }
        lane.opened(line);
        probes.ping(lane, nowNanos);
    }

    void refused(Lane lane, WireFailure failure, long nowNanos) {
        if (lane.state == State.CONNECTING) {
            lane.failed(failure.cause() == WireFailure.Cause.REFUSED, failure.message(), round, nowNanos);
        }
    }

    /// A link went down.
    void closed(Lane lane, Link link, WireFailure failure, long nowNanos) {
        Line line = lane.line;
        if (line != null && line.link() == link) {
            lane.failed(failure.cause() == WireFailure.Cause.REFUSED, failure.message(), round - 1, nowNanos);
        }
    }

    /// A ping was answered. Who does so matters when the link is new; later it may be the same process under another
    /// incarnation, which the next view will tell.
    ///
    /// @param stranger who has answered instead of the peer, or null if it was the peer
    void answered(Lane lane, Line line, long number, long tookNanos, @Nullable String stranger, long nowNanos) {
        if (lane.line != line) {
            return;
        }
        if (lane.state == State.GREETING && stranger != null) {
            drop(lane, stranger, nowNanos);
            return;
        }
        line.heard();
        if (lane == chosen) {
            probes.pong();
        }
        lane.answered(number, tookNanos, nowNanos);
        if (lane.state == State.GREETING) {
            lane.greeted(nowNanos);
        }
    }

    /// A ping was not answered.
    void unanswered(Lane lane, Line line, long number, String why, long nowNanos) {
        if (lane.line != line) {
            return;
        }
        lane.pings.failed(number);
        if (lane.state == State.GREETING) {
            drop(lane, why, nowNanos);
        } else {
            lane.bad(nowNanos);
        }
    }

    /// Calls over that line have waited longer than calls do there.
    void late(Line line, long nowNanos) {
        if (isUp(line)) {
            probes.late(lanes, nowNanos);
        }
    }

    /// Small calls over that line take longer than they used to.
    void slow(Line line, long nowNanos) {
        if (isUp(line)) {
            probes.startBurst(nowNanos);
        }
    }

    /// Lets go of everything.
    void close() {
        closed = true;
        lanes.forEach(this::letGo);
        lanes = List.of();
        chosen = null;
    }

    /// Does what is due.
    ///
    /// @return when to be called again at the latest; [Long#MAX_VALUE] for "not by time"
    long advance(long nowNanos) {
        if (closed) {
            return Long.MAX_VALUE;
        }
        lanes.forEach(lane -> lane.look(nowNanos, SUSPECT_NANOS));
        closeSilent(nowNanos);
        decide(nowNanos);
        listenForSilence(nowNanos);
        connect(nowNanos);
        probes.run(lanes, chosen, better == null, nowNanos);
        Line standing = spare();
        if (standing != publishedSpare) {
            publishedSpare = standing;
            effects.changed();
        }
        return dueNanos(nowNanos);
    }

    // ---- deciding

    private void decide(long now) {
        Lane lane = chosen;
        if (lane == null || !lane.isUp() || !lanes.contains(lane)) {
            replaceLost(lane, now);
        } else if (lane.isSuspect()) {
            Lane answering = best(l -> l.isWell() && l.pings.answeredSentNanos() != Pings.NONE
                    && l.pings.answeredSentNanos() - lane.suspectSinceNanos >= 0);
            if (answering != null) {
                Line left = lane.line;
                if (left != null) {
                    left.leave();
                }
                trial = null;
                move(answering, lane.wire() + " has been silent for " + text(now - lane.suspectSinceNanos) + ", "
                        + answering.wire() + " answers", true, now);
            }
        } else {
            weigh(lane, now);
        }
    }

    private void replaceLost(@Nullable Lane lost, long now) {
        Lane next = best(Lane::isWell);
        if (next == null) {
            next = best(Lane::isUp);
        }
        if (next != null) {
            trial = null;
            move(next, lost == null ? "first link" : lost.wire() + " is down: " + lost.why, true, now);
        } else if (lost != null) {
            moves.add(new Move(now, lost.wire(), "", lost.wire() + " is down: " + lost.why));
            lost.left(now);
            chosen = null;
            trial = null;
            round++;
            roundAtNanos = Lane.NEVER;
            effects.changed();
        }
    }

    private void weigh(Lane current, long now) {
        endTrial(current, now);
        Lane above = above(current, now);
        Lane refuge = best(l -> l.isWell() && l != current && !l.isDistrusted(now));
        boolean bad = refuge != null && isMuchWorse(current, refuge) && callsAgree(current, refuge);
        Lane target = bad ? refuge : above;
        if (target == null) {
            better = null;
            return;
        }
        if (target != better) {
            better = target;
            betterSinceNanos = now;
        }
        if (!bad) {
            move(target, target.wire() + (target.holdNanos == 0 ? " is there now" : " has been well for a while"),
                    false, now);
            return;
        }
        probes.startBurst(now);
        if (now - betterSinceNanos >= CONFIRM_NANOS && current.pings.known() >= LEAST_PINGS
                && target.pings.known() >= LEAST_PINGS) {
            boolean lossy = current.pings.loss() > target.pings.loss();
            Line line = target.line;
            trial = lossy || line == null || target.rank < current.rank ? null : trialOf(current, line);
            move(target, whyBad(current, target), true, now);
        }
    }

    /// Pings over a busy lane wait behind its calls, those over an idle one behind nothing. So where calls flow, and it is
    /// not for lost frames, the calls themselves must take much longer than pings over the other lane.
    private boolean callsAgree(Lane current, Lane refuge) {
        Line line = current.line;
        long calls = line == null ? Line.UNKNOWN : line.callNanos();
        boolean idle = line == null || calls == Line.UNKNOWN || !probes.isActive(line);
        return idle || current.pings.loss() > refuge.pings.loss()
                || calls > 2 * refuge.pings.medianNanos() + SLACK_NANOS;
    }

    /// The best lane of a better rank that may be gone to; takes note of those that are not worth it.
    private @Nullable Lane above(Lane current, long now) {
        Line line = current.line;
        long calls = line == null ? Line.UNKNOWN : line.callNanos();
        Lane above = null;
        for (Lane lane : lanes) {
            if (lane.rank < current.rank && lane.isWell()) {
                if (isWorse(lane, current)) {
                    lane.bad(now);
                } else if (above == null && lane.hasProved(calls, now) && moves.mayMove(now)) {
                    above = lane;
                }
            }
        }
        return above;
    }

    /// Whether going from `other` up to `lane` would be a step back.
    private static boolean isWorse(Lane lane, Lane other) {
        return lane.costNanos() > other.costNanos() + other.costNanos() / 2 + SLACK_NANOS / 2;
    }

    private static boolean isMuchWorse(Lane lane, Lane other) {
        return lane.costNanos() > 2 * other.costNanos() + SLACK_NANOS;
    }

    private static String whyBad(Lane from, Lane to) {
        if (from.pings.loss() > to.pings.loss()) {
            return String.format(Locale.ROOT, "%s loses frames: %.0f %% of the last pings", from.wire(),
                    100 * from.pings.loss());
        }
        return from.wire() + " takes " + text(from.pings.medianNanos()) + ", " + to.wire() + " "
                + text(to.pings.medianNanos());
    }

    /// @param left whether the lane before did badly
    private void move(Lane to, String why, boolean left, long now) {
        Lane from = chosen;
        Line line = to.line;
        if (line == null) {
            return;
        }
        if (from != null && left) {
            from.left(now);
        } else {
            trial = null;
        }
        if (to.holdNanos > 0) {
            to.returnedAtNanos = now;
        }
        moves.add(new Move(now, from == null ? "" : from.wire(), to.wire(), why));
        chosen = to;
        chosenAtNanos = now;
        better = null;
        failedRounds = 0;
        linkedOnce = true;
        line.comeBack();
        probes.chosen(line);
        effects.changed();
        tell(from, to, why);
    }

    private static @Nullable Trial trialOf(Lane from, Line to) {
        Line left = from.line;
        long took = left == null ? Line.UNKNOWN : left.callNanos();
        return took == Line.UNKNOWN ? null : new Trial(from, took, to.answers());
    }

    /// A lane whose pings were faster while it was idle, and whose calls are not, is no better.
    private void endTrial(Lane current, long now) {
        Trial running = trial;
        Line line = current.line;
        if (running == null || line == null || line.answers() - running.answers < 100
                || now - chosenAtNanos < 2 * SUSPECT_NANOS) {
            return;
        }
        trial = null;
        if (running.from.isWell() && line.callNanos() > running.callsTookNanos - running.callsTookNanos / 5) {
            current.distrust(now);
            running.from.holdNanos = 0;
            move(running.from, "calls take " + text(line.callNanos()) + " over " + current.wire() + " and took "
                    + text(running.callsTookNanos) + " before", false, now);
        }
    }

    private void tell(@Nullable Lane from, Lane to, String why) {
        Lane first = find(l -> l.doubt == null);
        boolean worse = first != null && first != to && to.rank > first.rank;
        if (from != null) {
            effects.told(title + ": " + to.wire() + " instead of " + from.wire() + ", because " + why,
                    worse && !from.isWell());
        } else if (worse) {
            StringBuilder reasons = new StringBuilder();
            lanes.stream().filter(l -> l.rank < to.rank && l.doubt == null && !l.why.isEmpty())
                    .forEach(l -> reasons.append("; not ").append(l.wire()).append(": ").append(l.why));
            if (!reasons.isEmpty()) {
                effects.told(title + ": " + to.wire() + reasons, true);
            }
        }
    }

    private void listenForSilence(long now) {
        boolean none = chosen != null && lanes.stream().noneMatch(Lane::isWell) && lanes.stream()
                .filter(Lane::isUp).allMatch(l -> now - l.suspectSinceNanos >= SILENT_NANOS);
        if (none != silent) {
            silent = none;
            effects.changed();
        }
    }

    // ---- links

    private void connect(long now) {
        if (chosen == null) {
            tryAll(now);
            return;
        }
        // an attempt that takes long holds nobody up
        boolean alone = lanes.stream().noneMatch(l -> l != chosen && l.state != State.DOWN
                && (l.state != State.CONNECTING || now - l.startedNanos < STAGGER_NANOS));
        for (Lane lane : lanes) {
            if (lane.state == State.DOWN && lane != chosen && isWanted(lane, chosen, alone, now)) {
                start(lane, now);
                alone = false;
            }
        }
        closeSurplus(now);
    }

    private boolean isWanted(Lane lane, Lane current, boolean alone, long now) {
        boolean due = lane.retryAtNanos == Lane.NEVER || now - lane.retryAtNanos >= 0;
        if (current.isSuspect()) {
            return alone && lane.doubt == null && isPast(lane.startedNanos, LinkProbes.WATCHED_NANOS, now);
        }
        boolean upwards = lane.rank < current.rank;
        boolean spare = alone && !current.wire().equals(InProcessWire.NAME)
                && now - chosenAtNanos >= SPARE_AFTER_NANOS;
        return due && lane.doubt == null && (upwards || spare);
    }

    /// One after the other, best first; the next one too when the one before takes long.
    private void tryAll(long now) {
        if (lanes.isEmpty() || roundAtNanos != Lane.NEVER && now - roundAtNanos < 0) {
            return;
        }
        for (boolean doubtful : new boolean[] {false, true}) {
            for (Lane lane : lanes) {
                if (lane.doubt != null != doubtful || lane.failedRound == round) {
                    continue;
                }
                if (lane.state == State.DOWN) {
                    start(lane, now);
                }
                if (now - lane.startedNanos < STAGGER_NANOS) {
                    return;
                }
            }
        }
        if (lanes.stream().allMatch(l -> l.failedRound == round)) {
            endRound(now);
        }
    }

    private void endRound(long now) {
        boolean gone = lanes.stream().allMatch(l -> l.refused || l.doubt != null)
                && lanes.stream().anyMatch(Lane::provesDeath);
        round++;
        failedRounds++;
        roundAtNanos = now + Math.min(FIRST_ROUND_PAUSE_NANOS << Math.min(failedRounds - 1, 10),
                LONGEST_ROUND_PAUSE_NANOS);
        moves.because("no wire reaches it");
        effects.unreachable(gone);
    }

    private void start(Lane lane, long now) {
        lane.state = State.CONNECTING;
        lane.startedNanos = now;
        effects.connect(lane);
    }

    private void drop(Lane lane, String why, long now) {
        Line line = lane.line;
        lane.failed(false, why, round, now);
        if (line != null) {
            effects.close(line.link());
        }
    }

    private void letGo(Lane lane) {
        Line line = lane.line;
        lane.line = null;
        lane.state = State.DOWN;
        if (line != null) {
            effects.close(line.link());
        }
    }

    private void closeSilent(long now) {
        for (Lane lane : lanes) {
            if (lane.isUp() && lane.isSuspect() && now - lane.suspectSinceNanos >= CLOSE_SILENT_NANOS) {
                drop(lane, "silent for " + text(now - lane.suspectSinceNanos), now);
            }
        }
    }

    /// Beside the chosen lane and what is better one spare is enough.
    private void closeSurplus(long now) {
        Lane current = chosen;
        if (current == null || now - chosenAtNanos < SURPLUS_NANOS) {
            return;
        }
        boolean spared = false;
        for (Lane lane : lanes) {
            if (lane.rank > current.rank && lane.isUp()) {
                if (spared) {
                    drop(lane, "", now);
                    lane.retryAtNanos = Lane.NEVER;
                }
                spared = true;
            }
        }
    }

    private long dueNanos(long now) {
        Lane current = chosen;
        if (current == null) {
            return lanes.isEmpty() ? Long.MAX_VALUE
                    : roundAtNanos != Lane.NEVER && now - roundAtNanos < 0 ? roundAtNanos : now + STAGGER_NANOS;
        }
        long due = probes.dueNanos(current);
        if (better != null || lanes.stream().anyMatch(l -> l.isUp() && l.pings.anyOpen())) {
            due = Math.min(due, now + SOON_NANOS);
        }
        for (Lane lane : lanes) {
            if (lane.state == State.DOWN && lane.doubt == null && lane.rank < current.rank) {
                due = Math.min(due, Math.max(now + SOON_NANOS, lane.retryAtNanos));
            } else if (lane.isWell() && lane.rank < current.rank && lane.wellSinceNanos != Lane.NEVER) {
                due = Math.min(due,
                        Math.max(now + LinkProbes.WATCHED_NANOS, lane.wellSinceNanos + lane.holdNanos));
            }
        }
        boolean young = now - chosenAtNanos < SPARE_AFTER_NANOS && lanes.size() > 1;
        return young && due != Long.MAX_VALUE ? Math.min(due, chosenAtNanos + SPARE_AFTER_NANOS) : due;
    }

    // ---- for people

    List<Lane> lanes() {
        return lanes;
    }

    @Nullable
    Lane chosen() {
        return chosen;
    }

    String reason() {
        return moves.reason();
    }

    /// Oldest first.
    List<Move> history() {
        return moves.all();
    }

    static String text(long nanos) {
        return nanos < 10_000_000 ? nanos / 1000 + " µs" : nanos / 1_000_000 + " ms";
    }

    // ---- helpers

    private boolean isUp(Line line) {
        return find(l -> l.line == line && l.isUp()) != null;
    }

    private @Nullable Lane best(Predicate<Lane> which) {
        Lane best = null;
        for (Lane lane : lanes) {
            if (which.test(lane) && (best == null || lane.doubt == null && isMuchWorse(best, lane))) {
                best = lane;
            }
        }
        return best;
    }

    private @Nullable Lane find(Predicate<Lane> which) {
        return lanes.stream().filter(which).findFirst().orElse(null);
    }

    private static boolean isPast(long atNanos, long byNanos, long now) {
        return atNanos == Lane.NEVER || now - atNanos >= byNanos;
    }
}
