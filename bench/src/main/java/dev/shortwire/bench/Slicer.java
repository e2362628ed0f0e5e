package dev.shortwire.bench;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/// Measures two exchanges in turn, A B B A A B B A …, so that what changes on the machine meanwhile meets both. The
/// calling thread makes the calls.
///
/// Paced calls begin on a grid of [#PERIOD_NANOS]. Until the next point the thread sleeps, which lets the processor halt
/// as it would in a service; it wakes up to some tens of microseconds late, which delays the call and is not counted
/// as a part of it.
final class Slicer {
    static final long PERIOD_NANOS = 200_000;
    private static final long ROUND_MILLIS = 400;
    private static final int MAX_SETTLING = 10;
    private static final double NANOS_PER_MICRO = 1_000;

    private final Backend backend;
    private final Histogram histogram = new Histogram();

    Slicer(Backend backend) {
        this.backend = backend;
    }

    /// Runs both for some time without looking, then measures.
    List<Slice.Pair> pairs(Comparison comparison, Exchange wire, Exchange floor, long settleMillis) throws IOException {
        Body body = Body.of(comparison.form(), comparison.bytes());
        wire.ask(body);
        floor.ask(body);
        settle(comparison, floor, settleMillis);
        settle(comparison, wire, settleMillis);
        List<Slice.Pair> pairs = new ArrayList<>();
        while (pairs.size() < comparison.pairs()) {
            Slice ours = slice(comparison, wire, comparison.sliceMillis());
            Slice bare = slice(comparison, floor, comparison.sliceMillis());
            pairs.add(new Slice.Pair(ours, bare));
            bare = slice(comparison, floor, comparison.sliceMillis());
            ours = slice(comparison, wire, comparison.sliceMillis());
            pairs.add(new Slice.Pair(ours, bare));
        }
        return pairs;
    }

    /// Lets an exchange run, with many calls under way and one after the other in turn, for `millis` at least and until the
    /// compilers of both processes have little left to do, four times that at the longest.
    void warm(Exchange exchange, long millis) throws IOException {
        exchange.ask(Body.of(Body.Form.BYTES, 100));
        exchange.wake();
        long start = System.nanoTime();
        long elapsedMillis;
        long compiledMillis;
        do {
            histogram.clear();
            long before = compileMillis();
            exchange.pipeline(64, System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(ROUND_MILLIS / 2), histogram);
            oneByOne(exchange, System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(ROUND_MILLIS / 2));
            compiledMillis = compileMillis() - before;
            elapsedMillis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start);
        } while (elapsedMillis < millis || compiledMillis > ROUND_MILLIS / 10 && elapsedMillis < 4 * millis);
        exchange.rest();
    }

    /// Runs an exchange in the state that is measured next, a few times if there is still something to compile.
    private void settle(Comparison comparison, Exchange exchange, long millis) throws IOException {
        for (int round = 0; round < MAX_SETTLING; round++) {
            long before = compileMillis();
            slice(comparison, exchange, millis);
            if (compileMillis() - before <= millis / 10) {
                return;
            }
        }
    }

    private long compileMillis() throws IOException {
        return Meters.used().compileMillis() + backend.used().compileMillis();
    }

    private Slice slice(Comparison comparison, Exchange exchange, long millis) throws IOException {
        histogram.clear();
        exchange.wake();
        Meters serverBefore = backend.used();
        Meters clientBefore = Meters.used();
        long start = System.nanoTime();
        long until = start + TimeUnit.MILLISECONDS.toNanos(millis);
        long calls = switch (comparison.state()) {
            case PIPELINED -> exchange.pipeline(comparison.outstanding(), until, histogram);
            case PACED -> paced(exchange, until);
            case PINNED, AWAKE, CROWDED -> oneByOne(exchange, until);
        };
        long elapsed = System.nanoTime() - start;
        Meters client = Meters.used().minus(clientBefore);
        Meters server = backend.used().minus(serverBefore);
        exchange.rest();
        return slice(Math.max(1, calls), elapsed, client, server);
    }

    private Slice slice(long calls, long elapsedNanos, Meters client, Meters server) {
        return new Slice(calls, calls * 1e9 / elapsedNanos, micros(0.5), micros(0.99), micros(0.999),
                (client.cpuNanos() + server.cpuNanos()) / NANOS_PER_MICRO / calls,
                (double) client.allocatedBytes() / calls, (double) server.allocatedBytes() / calls,
                (double) (client.writtenBytes() + server.writtenBytes()) / calls);
    }

    private double micros(double q) {
        return histogram.quantile(q) / NANOS_PER_MICRO;
    }

    private long oneByOne(Exchange exchange, long until) throws IOException {
        int batch = exchange.callsPerStamp();
        long calls = 0;
        long start = System.nanoTime();
        do {
            for (int i = 0; i < batch; i++) {
                exchange.call();
            }
            calls += batch;
            long end = System.nanoTime();
            histogram.record(end - start, batch);
            start = end;
        } while (start < until);
        return calls;
    }

    private long paced(Exchange exchange, long until) throws IOException {
        long calls = 0;
        for (long next = System.nanoTime() + PERIOD_NANOS; next < until; next += PERIOD_NANOS) {
            long now = System.nanoTime();
            while (now < next) {
                LockSupport.parkNanos(next - now);
                now = System.nanoTime();
            }
            exchange.call();
            histogram.record(System.nanoTime() - now);
            calls++;
            next = Math.max(next, now); // a call that took longer than the period is not made up for
        }
        return calls;
    }
}
