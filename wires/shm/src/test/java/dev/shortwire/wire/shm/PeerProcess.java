package dev.shortwire.wire.shm;

import dev.shortwire.spi.Clock;
import dev.shortwire.testkit.RecordedLink;
import dev.shortwire.testkit.RecordedOutcome;
import dev.shortwire.testkit.ScriptedHandler;
import dev.shortwire.testkit.ThreadScheduler;
import dev.shortwire.wire.Endpoint;
import dev.shortwire.wire.Frame;
import dev.shortwire.wire.FrameCodec;
import dev.shortwire.wire.Link;
import dev.shortwire.wire.Sender;
import dev.shortwire.wire.Wire;
import dev.shortwire.wire.WireSettings;
import java.io.IOException;
import java.util.concurrent.TimeUnit;

/// A peer in a process of its own, to be killed: it listens and prints where, or it connects to its argument and prints
/// that it has made a call. It ends with its standard input.
public final class PeerProcess {
    static final String AT = "listening at ";
    static final String CALLED = "called";

    private PeerProcess() {}

    public static void main(String[] args) throws IOException {
        WireSettings settings = new WireSettings(Clock.SYSTEM, new ThreadScheduler());
        try (Wire wire = new ShmWireProvider().create(settings)) {
            if (args.length == 0) {
                System.out.println(AT + wire.listen("", new ScriptedHandler()).endpoint().address());
            } else {
                Link link = RecordedLink.connect(wire, new Endpoint("shm", args[0])).link();
                RecordedOutcome outcome = new RecordedOutcome();
                link.call(frame(ScriptedHandler.ECHO), TimeUnit.SECONDS.toNanos(20), outcome);
                outcome.awaitReply();
                System.out.println(CALLED);
            }
            while (System.in.read() >= 0) {
                // until the end
            }
        }
        System.exit(0);
    }

    static Frame frame(int kind) {
        return Frame.of(kind, new Sender(FrameCodec.clusterId("test"), 1, "node-1", 1)).key("key").build();
    }
}
