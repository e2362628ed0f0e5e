package dev.shortwire.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.shortwire.Node.LinkChange;
import dev.shortwire.wire.ForwardingLink;
import dev.shortwire.wire.ForwardingWire;
import dev.shortwire.wire.Frame;
import dev.shortwire.wire.Link;
import dev.shortwire.wire.Wire;
import dev.shortwire.wire.WireFailure;
import dev.shortwire.wire.WireFailure.Cause;
import dev.shortwire.wire.WireFailure.Happened;
import java.util.List;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/// Several wires between two nodes under faults. More seeds: `-Dshortwire.link-seeds=10000`; one seed with its trace:
/// `-Dshortwire.link-seed=123`.
final class LinkRunTest {
    private static final int SEEDS = 20;
    private static final int PLANTED_SEEDS = 15;

    @Test
    void theChoiceKeepsItsPromisesWhateverHappensToTheWires() {
        Long one = Long.getLong("shortwire.link-seed");
        if (one != null) {
            LinkRun.run(one, Plants.NONE, true);
            return;
        }
        int seeds = Integer.getInteger("shortwire.link-seeds", SEEDS);
        for (long seed = 1; seed <= seeds; seed++) {
            LinkRun.run(seed, Plants.NONE, false);
        }
    }

    @Test
    void theSameSeedTakesTheSameCourse() {
        assertThat(LinkRun.run(1, Plants.NONE, false)).isEqualTo(LinkRun.run(1, Plants.NONE, false))
                .isNotEqualTo(LinkRun.run(2, Plants.NONE, false));
    }

    @Test
    void aCallThatIsNotCarriedOverIsFound() {
        finds(LinkRun.NO_FAILURE, wire -> new ChangedCalls(wire,
                (link, request, timeout, outcome) -> link.call(request, timeout, new Link.CallOutcome() {
                    @Override
                    public void reply(Frame reply) {
                        outcome.reply(reply);
                    }

                    @Override
                    public void failed(WireFailure failure) {
                        outcome.failed(failure.cause() == Cause.CLOSED && request.kind() > 16
                                ? new WireFailure(Cause.BUSY, Happened.NO, "planted")
                                : failure);
                    }
                })));
    }

    /// Its pings go over any wire but its own.
    @Test
    void pingsThatShowNothingAreFound() {
        TreeMap<String, Link> links = new TreeMap<>();
        finds(LinkRun.REGRET, wire -> new ChangedCalls(wire, (link, request, timeout, outcome) -> {
            links.put(link.endpoint().wire(), link);
            Link last = links.lastEntry().getValue();
            return (request.kind() == 16 && last.isOpen() ? last : link).call(request, timeout, outcome);
        }));
    }

    @Test
    void aDeadWireThatIsKeptIsFound() {
        finds(LinkRun.OFF_DEAD, wire -> wire.name().equals("sim-a") ? new Deaf(wire) : wire);
    }

    @Test
    void tooManyChangesAreFound() {
        Simulation simulation = new Simulation(1);
        List<LinkChange> changes = List.of(change(60_000), change(70_000), change(200_000), change(230_000),
                change(259_000));
        LinkRun.requireFewChanges(simulation, changes.subList(0, 4), 50_000);
        LinkRun.requireFewChanges(simulation, changes, 50_000);
        simulation.after(0, "nothing", () -> {});
        assertThatThrownBy(simulation::step).isInstanceOfSatisfying(Violation.class,
                violation -> assertThat(violation.check()).isEqualTo(LinkRun.FEW_CHANGES));
    }

    private static LinkChange change(long atMillis) {
        return new LinkChange(atMillis, "a", "b", "test");
    }

    private static void finds(String check, UnaryOperator<Wire> bug) {
        Plants plants = new Plants() {
            @Override
            Wire wire(String node, Wire wire) {
                return bug.apply(wire);
            }
        };
        for (long seed = 1; seed <= PLANTED_SEEDS; seed++) {
            try {
                LinkRun.run(seed, plants, false);
            } catch (Violation violation) {
                assertThat(violation.check()).isEqualTo(check);
                return;
            }
        }
        throw new AssertionError("no seed up to " + PLANTED_SEEDS + " shows the planted bug to: " + check);
    }

    /// A wire whose links never tell that they are down.
    private static final class Deaf extends ForwardingWire {
        Deaf(Wire wire) {
            super(wire);
        }

        @Override
        protected Link wrap(Link link) {
            return new DeafLink(link);
        }

        @Override
        protected void closed(Link link, WireFailure failure, LinkObserver observer) {
            // planted
        }
    }

    private static final class DeafLink extends ForwardingLink {
        DeafLink(Link link) {
            super(link);
        }

        @Override
        public Call call(Frame request, long timeoutNanos, CallOutcome outcome) {
            return super.call(request, timeoutNanos, new CallOutcome() {
                @Override
                public void reply(Frame reply) {
                    outcome.reply(reply);
                }

                @Override
                public void failed(WireFailure failure) {
                    if (failure.cause() != Cause.CLOSED) {
                        outcome.failed(failure);
                    }
                }
            });
        }

        @Override
        public boolean isOpen() {
            return true;
        }
    }
}
