package dev.shortwire.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shortwire.wire.Endpoint;
import dev.shortwire.wire.Frame;
import dev.shortwire.wire.InProcessNetwork;
import dev.shortwire.wire.InProcessWire;
import dev.shortwire.wire.Link;
import dev.shortwire.wire.WireFailure;
import dev.shortwire.wire.WireFailure.Cause;
import dev.shortwire.wire.WireSettings;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/// Without faults it is a wire like any other; with them it loses, delays and cuts.
final class FaultyWireTest extends WireContractTest {
    private final InProcessNetwork network = new InProcessNetwork();

    @Override
    protected boolean reachesOtherProcesses() {
        return false;
    }

    @Override
    protected boolean readsInOrder() {
        return false;
    }

    @Override
    protected FaultyWire newWire(WireSettings settings) {
        return new FaultyWire(new InProcessWire(settings, network), settings.scheduler(), new SplittableRandom(1));
    }

    private Endpoint peer() {
        return listen(wire(settings())).endpoint();
    }

    @Test
    void losesRequestsAndReplies() {
        FaultyWire wire = (FaultyWire) wire(settings());
        Link link = RecordedLink.connect(wire, peer()).link();
        wire.set(new FaultyWire.Faults(1, 0, 0));
        assertThat(outcomeWithin(link, 50).awaitFailure().cause()).isEqualTo(Cause.DEADLINE);
        assertThat(handler().calls()).isEmpty();
        wire.set(new FaultyWire.Faults(0, 1, 0));
        assertThat(outcomeWithin(link, 50).awaitFailure().cause()).isEqualTo(Cause.DEADLINE);
        assertThat(handler().calls()).hasSize(1);
        wire.heal();
        assertThat(outcomeWithin(link, 30_000).awaitReply()).isNotNull();
    }

    @Test
    void reordersCallsButNotSends() {
        FaultyWire wire = (FaultyWire) wire(settings());
        Link link = RecordedLink.connect(wire, peer()).link();
        wire.set(new FaultyWire.Faults(0, 0, TimeUnit.MILLISECONDS.toNanos(20)));
        List<RecordedOutcome> outcomes = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            outcomes.add(call(link, frame(ScriptedHandler.ECHO).requestId(i).build()));
            assertThat(link.send(frame(ScriptedHandler.ECHO).requestId(i).build())).isTrue();
        }
        for (int i = 0; i < 200; i++) {
            assertThat(outcomes.get(i).awaitReply().requestId()).isEqualTo(i);
        }
        awaiting().until(() -> handler().sends().size() == 200);
        assertThat(handler().sends()).extracting(Frame::requestId).isSorted();
        List<Long> arrived = handler().calls().stream().map(Frame::requestId).toList();
        assertThat(arrived).isNotEqualTo(arrived.stream().sorted().toList());
    }

    @Test
    void cutsAndMendsALine() {
        FaultyWire wire = (FaultyWire) wire(settings());
        Endpoint endpoint = peer();
        RecordedLink recorded = RecordedLink.connect(wire, endpoint);
        wire.cut(e -> e.equals(endpoint));
        assertThat(recorded.awaitClosed().cause()).isEqualTo(Cause.CLOSED);
        WireFailure refusal = RecordedLink.connect(wire, endpoint).refusal();
        assertThat(refusal.cause()).isEqualTo(Cause.CLOSED);
        wire.heal();
        assertThat(RecordedLink.connect(wire, endpoint).link().isOpen()).isTrue();
    }

    private static RecordedOutcome outcomeWithin(Link link, long millis) {
        RecordedOutcome outcome = new RecordedOutcome();
        link.call(frame(ScriptedHandler.ECHO).build(), TimeUnit.MILLISECONDS.toNanos(millis), outcome);
        return outcome;
    }
}
