package dev.shortwire.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shortwire.cluster.LinkChoice.Candidate;
import dev.shortwire.cluster.LinkMoves.Move;
import dev.shortwire.wire.Endpoint;
import dev.shortwire.wire.Frame;
import dev.shortwire.wire.Link;
import dev.shortwire.wire.WireFailure;
import dev.shortwire.wire.WireFailure.Cause;
import dev.shortwire.wire.WireFailure.Happened;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// One choice among wires that do what the test says, in a time that the test moves.
final class LinkChoiceTest {
    private static final long MICRO = 1_000;
    private static final long MILLI = 1_000_000;

    private long now = Duration.ofDays(1).toNanos();
    private long sequence;
    private final PriorityQueue<Later> queue = new PriorityQueue<>();
    private final Map<String, Long> pingNanos = new HashMap<>();
    private final Set<String> silent = new HashSet<>();
    private final Map<String, WireFailure> refusing = new HashMap<>();
    private final List<String> told = new ArrayList<>();
    private final List<Boolean> rounds = new ArrayList<>();
    private final Map<String, TestLink> links = new HashMap<>();
    private @Nullable String stranger;
    private final LinkChoice choice = new LinkChoice("a to b", new World());

    private record Later(long at, long sequence, Runnable task) implements Comparable<Later> {
        @Override
        public int compareTo(Later other) {
            return at != other.at ? Long.compare(at, other.at) : Long.compare(sequence, other.sequence);
        }
    }

    private void later(long nanos, Runnable task) {
        queue.add(new Later(now + nanos, sequence++, task));
    }

    private void candidates(String... wires) {
        List<Candidate> candidates = new ArrayList<>();
        for (String wire : wires) {
            boolean doubtful = wire.startsWith("?");
            candidates.add(new Candidate(new Endpoint(doubtful ? wire.substring(1) : wire, "somewhere"),
                    doubtful ? "it is far away" : null));
        }
        choice.candidates(candidates);
        advance();
    }

    private long due = Long.MAX_VALUE;

    private void advance() {
        due = choice.advance(now);
    }

    private void runFor(Duration time) {
        long end = now + time.toNanos();
        while (true) {
            Later next = queue.peek();
            long at = Math.min(next == null ? Long.MAX_VALUE : next.at, due);
            if (at > end) {
                now = end;
                return;
            }
            now = Math.max(now, at);
            if (next != null && next.at <= at) {
                queue.remove();
                next.task.run();
            }
            advance();
        }
    }

    private String chosen() {
        Line line = choice.line();
        return line == null ? "" : line.wire();
    }

    private static WireFailure failure(Cause cause) {
        return new WireFailure(cause, Happened.NO, "told so by the test");
    }

    private void die(String wire) {
        refusing.put(wire, failure(Cause.CLOSED));
        TestLink link = links.remove(wire);
        if (link != null) {
            link.open = false;
            choice.lanes().stream().filter(lane -> lane.wire().equals(wire)).findFirst()
                    .ifPresent(lane -> choice.closed(lane, link, failure(Cause.CLOSED), now));
            advance();
        }
    }

    /// Everybody calls all the time.
    private void busy() {
        Line line = choice.line();
        if (line != null && !silent.contains(line.wire())) {
            line.heard();
        } else if (line != null) {
            choice.late(line, now);
        }
        later(5 * MILLI, this::busy);
    }

    @Test
    void takesTheFirstWireThatAnswersAndKeepsTheNextOneOpen() {
        candidates("shm", "uds", "tcp");
        runFor(Duration.ofSeconds(2));
        assertThat(chosen()).isEqualTo("shm");
        Line spare = choice.spare();
        assertThat(spare).isNotNull();
        assertThat(spare.wire()).isEqualTo("uds");
        assertThat(links).containsOnlyKeys("shm", "uds");
        assertThat(told).isEmpty();
    }

    @Test
    void fallsToTheNextWireAndSaysWhyOnce() {
        refusing.put("shm", failure(Cause.CLOSED));
        candidates("shm", "uds", "tcp");
        runFor(Duration.ofMinutes(2));
        assertThat(chosen()).isEqualTo("uds");
        assertThat(told).containsExactly("a to b: uds; not shm: told so by the test");
    }

    @Test
    void triesWhatWillHardlyWorkOnlyWhenNothingElseDoes() {
        candidates("?shm", "tcp");
        runFor(Duration.ofSeconds(5));
        assertThat(links).containsOnlyKeys("tcp");
        die("tcp");
        runFor(Duration.ofSeconds(1));
        assertThat(chosen()).isEqualTo("shm");
    }

    @Test
    void doesNotTakeAnotherProcessForThePeer() {
        stranger = "node x answers there";
        candidates("tcp");
        runFor(Duration.ofSeconds(3));
        assertThat(chosen()).isEmpty();
        assertThat(rounds).isNotEmpty().doesNotContain(true);
        stranger = null;
        runFor(Duration.ofSeconds(3));
        assertThat(chosen()).isEqualTo("tcp");
    }

    @Test
    void onlyRefusalOfEveryWireProvesThatTheProcessIsGone() {
        refusing.put("uds", failure(Cause.REFUSED));
        refusing.put("tcp", failure(Cause.CLOSED));
        candidates("uds", "tcp");
        runFor(Duration.ofSeconds(3));
        assertThat(rounds).isNotEmpty().doesNotContain(true);
        refusing.put("tcp", failure(Cause.REFUSED));
        runFor(Duration.ofSeconds(3));
        assertThat(rounds).contains(true);
    }

    @Test
    void aLocalWireThatNeverWorkedProvesNothingByRefusing() {
        refusing.put("uds", failure(Cause.REFUSED));
        candidates("uds");
        runFor(Duration.ofSeconds(3));
        assertThat(rounds).isNotEmpty().doesNotContain(true);
        refusing.clear();
        runFor(Duration.ofSeconds(3));
        assertThat(chosen()).isEqualTo("uds");
        refusing.put("uds", failure(Cause.REFUSED));
        die("uds");
        refusing.put("uds", failure(Cause.REFUSED));
        runFor(Duration.ofSeconds(3));
        assertThat(rounds).contains(true);
    }

    @Test
    void leavesADeadWireAtOnceAndGoesBackWhenItHasBeenWellForAWhile() {
        candidates("uds", "tcp");
        busy();
        runFor(Duration.ofSeconds(3));
        die("uds");
        assertThat(chosen()).isEqualTo("tcp");
        refusing.clear();
        runFor(Duration.ofSeconds(2));
        assertThat(chosen()).isEqualTo("tcp");
        runFor(Duration.ofSeconds(6));
        assertThat(chosen()).isEqualTo("uds");
        assertThat(told).hasSize(2);
    }

    @Test
    void leavesASilentWireWhenAnotherOneAnswers() {
        candidates("uds", "tcp");
        busy();
        runFor(Duration.ofSeconds(3));
        silent.add("uds");
        runFor(Duration.ofMillis(200));
        assertThat(chosen()).isEqualTo("tcp");
        assertThat(choice.isSilent()).isFalse();
    }

    @Test
    void anAttemptThatHangsHoldsTheNextWireUpForAMomentOnly() {
        candidates("uds", "tcp", "http");
        busy();
        runFor(Duration.ofMillis(400)); // no spare yet
        silent.addAll(List.of("uds", "tcp"));
        runFor(Duration.ofMillis(500));
        assertThat(chosen()).isEqualTo("http");
    }

    @Test
    void aPausedProcessIsSilentAndNothingIsLeft() {
        candidates("uds", "tcp");
        busy();
        runFor(Duration.ofSeconds(3));
        silent.addAll(List.of("uds", "tcp"));
        runFor(Duration.ofMillis(300));
        assertThat(chosen()).isEqualTo("uds");
        assertThat(choice.isSilent()).isFalse();
        runFor(Duration.ofMillis(500));
        assertThat(chosen()).isEqualTo("uds");
        assertThat(choice.isSilent()).isTrue();
        silent.clear();
        runFor(Duration.ofMillis(600));
        assertThat(choice.isSilent()).isFalse();
        assertThat(choice.history()).hasSize(1);
        assertThat(rounds).isEmpty();
    }

    @Test
    void leavesASlowWireForAFasterOneOfWorseRank() {
        candidates("uds", "tcp");
        busy();
        runFor(Duration.ofSeconds(3));
        pingNanos.put("uds", 3 * MILLI);
        choice.slow(java.util.Objects.requireNonNull(choice.line()), now);
        advance();
        runFor(Duration.ofMillis(300));
        assertThat(chosen()).isEqualTo("tcp");
    }

    @Test
    void aLittleFasterIsNoReasonToChange() {
        pingNanos.put("uds", 90 * MICRO);
        pingNanos.put("tcp", 45 * MICRO);
        candidates("uds", "tcp");
        busy();
        runFor(Duration.ofMinutes(5));
        assertThat(choice.history()).hasSize(1);
    }

    @Test
    void aWireThatKeepsFailingIsGoneBackToLessAndLessOften() {
        candidates("uds", "tcp");
        busy();
        runFor(Duration.ofSeconds(3));
        for (int i = 0; i < 300; i++) {
            die("uds");
            runFor(Duration.ofMillis(500));
            refusing.clear();
            runFor(Duration.ofMillis(9_500));
        }
        List<Move> moves = choice.history();
        assertThat(moves.size()).isLessThan(32);
        assertThat(told.size()).isLessThan(20);
    }

    /// What lies outside.
    private final class World implements LinkEffects {
        @Override
        public void connect(Lane lane) {
            later(50 * MICRO, () -> {
                WireFailure refusal = refusing.get(lane.wire());
                if (refusal != null) {
                    choice.refused(lane, refusal, now);
                } else if (!silent.contains(lane.wire())) {
                    TestLink link = new TestLink(lane.endpoint);
                    links.put(lane.wire(), link);
                    choice.opened(lane, new Line("b", link, line -> {}), now);
                } else {
                    later(Duration.ofSeconds(1).toNanos(), () -> choice.refused(lane, failure(Cause.DEADLINE), now));
                }
            });
        }

        @Override
        public void close(Link link) {
            link.close();
            links.values().remove(link);
        }

        @Override
        public void ping(Lane lane, Line line, long number) {
            long took = pingNanos.getOrDefault(lane.wire(), 50 * MICRO);
            if (silent.contains(lane.wire())) {
                later(Duration.ofSeconds(1).toNanos(),
                        () -> choice.unanswered(lane, line, number, "no answer", now));
            } else {
                later(took, () -> choice.answered(lane, line, number, took, stranger, now));
            }
        }

        @Override
        public void changed() {
            // The tests look for themselves.
        }

        @Override
        public void unreachable(boolean gone) {
            rounds.add(gone);
        }

        @Override
        public void told(String what, boolean worse) {
            told.add(what);
        }
    }

    private static final class TestLink implements Link {
        private final Endpoint endpoint;
        private boolean open = true;

        TestLink(Endpoint endpoint) {
            this.endpoint = endpoint;
        }

        @Override
        public Endpoint endpoint() {
            return endpoint;
        }

        @Override
        public Call call(Frame request, long timeoutNanos, CallOutcome outcome) {
            throw new UnsupportedOperationException("the choice makes no calls itself");
        }

        @Override
        public boolean send(Frame message) {
            return false;
        }

        @Override
        public boolean isOpen() {
            return open;
        }

        @Override
        public void close() {
            open = false;
        }
    }
}
