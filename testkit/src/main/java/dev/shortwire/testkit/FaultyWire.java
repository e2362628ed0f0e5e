package dev.shortwire.testkit;

import dev.shortwire.spi.Scheduler;
import dev.shortwire.wire.Endpoint;
import dev.shortwire.wire.ForwardingWire;
import dev.shortwire.wire.Link;
import dev.shortwire.wire.Wire;
import dev.shortwire.wire.WireFailure;
import dev.shortwire.wire.WireFailure.Cause;
import dev.shortwire.wire.WireFailure.Happened;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;

/// A wire with a bad line: requests and replies are delayed, thus reordered, or lost, and the line can be cut. What it
/// does depends on the generator and the scheduler alone, so that a simulated run can be repeated. Sends may be lost, but
/// keep their order. While no fault is set it passes everything on at once. The faults are those of the links that this
/// wire opens; who listens here is not touched.
public final class FaultyWire extends ForwardingWire {
    private final Scheduler scheduler;
    private final RandomGenerator random;
    /// In the order of their opening, which is what makes a cut repeatable.
    private final Queue<Link> links = new ConcurrentLinkedQueue<>();
    private volatile Faults faults = Faults.NONE;
    private volatile Predicate<Endpoint> cut = endpoint -> false;

    public FaultyWire(Wire inner, Scheduler scheduler, RandomGenerator random) {
        super(inner);
        this.scheduler = scheduler;
        this.random = random;
    }

    /// How bad the line is.
    ///
    /// @param loseRequest   how often a request or a send is lost, 0 to 1
    /// @param loseReply     how often a reply is lost, 0 to 1
    /// @param maxDelayNanos longest delay in each direction, 0 for none; each frame has one between 0 and that
    public record Faults(double loseRequest, double loseReply, long maxDelayNanos) {
        public static final Faults NONE = new Faults(0, 0, 0);
    }

    /// Sets the faults of the frames that are sent from now on.
    public void set(Faults value) {
        faults = value;
    }

    /// Cuts the lines to these endpoints: their links go down, and connecting again fails as closed, which proves nothing
    /// about the process there.
    public void cut(Predicate<Endpoint> endpoints) {
        cut = endpoints;
        for (Link link : links) {
            if (endpoints.test(link.endpoint())) {
                link.close();
            }
        }
    }

    /// Mends all that was cut and takes all faults away; links that went down stay so.
    public void heal() {
        cut = endpoint -> false;
        faults = Faults.NONE;
    }

    @Override
    public void connect(Endpoint endpoint, long timeoutNanos, LinkObserver observer) {
        if (cut.test(endpoint)) {
            observer.refused(new WireFailure(Cause.CLOSED, Happened.NO, "the line to " + endpoint + " is cut"));
            return;
        }
        super.connect(endpoint, timeoutNanos, observer);
    }

    @Override
    protected Link wrap(Link link) {
        FaultyLink faulty = new FaultyLink(this, link);
        links.add(faulty);
        return faulty;
    }

    @Override
    protected void closed(Link link, WireFailure failure, LinkObserver observer) {
        links.remove(link);
        super.closed(link, failure, observer);
    }

    Faults faults() {
        return faults;
    }

    Scheduler scheduler() {
        return scheduler;
    }

    boolean happens(double probability) {
        return probability > 0 && random.nextDouble() < probability;
    }

    long delayNanos() {
        long max = faults.maxDelayNanos();
        return max == 0 ? 0 : random.nextLong(max + 1);
    }
}
