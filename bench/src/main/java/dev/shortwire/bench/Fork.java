package dev.shortwire.bench;

import dev.shortwire.bench.Comparison.Path;
import dev.shortwire.wire.Wire;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;

/// Measures one wire: this process asks, another one answers (for the in-process wire this one does both). Confined to
/// one thread.
final class Fork implements AutoCloseable {
    private static final String IN_PROCESS = "in-process";
    private static final int SETTLE_MILLIS = 150;
    private static final int BUSY = 2;
    private static final int MAX_SETTLING = 12;
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final ForkPlan plan;
    private final Consumer<Event> tell;
    private final List<Long> pids = new ArrayList<>();
    private final Map<String, Exchange> exchanges = new HashMap<>();
    private final Timers timers = new Timers();
    private final Backend backend;

    /// @throws IOException if the answering process does not start
    Fork(ForkPlan plan, Consumer<Event> tell) throws IOException {
        this.plan = plan;
        this.tell = tell;
        pids.add(ProcessHandle.current().pid());
        if (plan.wire().equals(IN_PROCESS)) {
            backend = new Serving();
        } else {
            RemoteServing remote = new RemoteServing();
            pids.add(remote.pid());
            backend = remote;
        }
    }

    /// Measures all that is planned; what fails is told and passed over.
    void run() {
        if (plan.idleMillis() > 0) {
            try {
                tell.accept(Event.step(plan.wire() + ", " + Idle.LINKS + " idle links"));
                tell.accept(Event.idle(idle()));
            } catch (IOException | RuntimeException | LinkageError e) {
                tell.accept(Event.failed(-1, plan.wire() + ", idle: " + message(e)));
            }
        }
        for (int i = 0; i < plan.comparisons().size(); i++) {
            Comparison comparison = plan.comparisons().get(i);
            try {
                tell.accept(Event.pairs(i, compare(comparison)));
            } catch (IOException | RuntimeException | LinkageError e) {
                forget(key(comparison));
                forget(comparison.floor());
                tell.accept(Event.failed(i, comparison.label() + ": " + message(e)));
            }
        }
        tell.accept(Event.done());
    }

    /// What failed is not used again.
    private void forget(String name) {
        Exchange failed = exchanges.remove(name);
        if (failed != null) {
            failed.close();
        }
    }

    private static String message(Throwable e) {
        return e instanceof IOException && e.getMessage() != null ? e.getMessage() : e.toString();
    }

    private static String key(Comparison comparison) {
        return comparison.wire() + (comparison.spin() ? "" : " without spinning")
                + (comparison.path() == Path.GET ? " get" : "");
    }

    private List<Slice.Pair> compare(Comparison comparison) throws IOException {
        Exchange wire = comparison.path() == Path.GET ? get(comparison) : call(comparison);
        Exchange floor = comparison.floor().equals(Comparison.CALL_FLOOR) ? call(comparison) : bare(comparison.floor());
        tell.accept(Event.step(comparison.label()));
        try (Cores cores = new Cores(); Crowd _ = new Crowd(comparison.state() == State.CROWDED ? BUSY : 0)) {
            if (comparison.state() == State.PINNED) {
                cores.pinTogether(pids);
            }
            return new Slicer(backend).pairs(comparison, wire, floor,
                    Math.min(SETTLE_MILLIS, comparison.sliceMillis()));
        }
    }

    private Exchange call(Comparison comparison) throws IOException {
        String name = comparison.wire() + (comparison.spin() ? "" : " without spinning");
        return exchange(name, () -> WireExchange.connect(name,
                Serving.wire(comparison.wire(), comparison.spin(), timers),
                backend.listen(comparison.wire(), comparison.spin())));
    }

    private Exchange get(Comparison comparison) throws IOException {
        return exchange(key(comparison),
                () -> CacheExchange.connect(comparison.wire(), backend.node(comparison.wire())));
    }

    private Exchange bare(String name) throws IOException {
        return exchange(name, () -> Floors.named(name).connect(backend.floor(name)));
    }

    /// The exchange of that name, opened and warmed when it is needed first.
    private Exchange exchange(String name, Opening opening) throws IOException {
        Exchange known = exchanges.get(name);
        if (known != null) {
            return known;
        }
        Exchange opened = opening.open();
        tell.accept(Event.step("warming up " + name));
        try {
            new Slicer(backend).warm(opened, plan.warmMillis());
        } catch (IOException | RuntimeException e) {
            opened.close();
            throw e;
        }
        exchanges.put(name, opened);
        return opened;
    }

    /// Opens an exchange and the server behind it.
    private interface Opening {
        Exchange open() throws IOException;
    }

    /// Listens, opens links and watches them.
    private Idle idle() throws IOException {
        String address = backend.listen(plan.wire(), true);
        Meters before = Meters.held();
        try (Wire own = Serving.wire(plan.wire(), true, timers)) {
            own.listen("", new ValueHandler());
            for (int i = 0; i < Idle.LINKS; i++) {
                WireExchange.over(own, WireExchange.link(own, address)).call();
            }
            Meters holding = Meters.held().minus(before);
            long cpu = cpuWhileIdle();
            return new Idle(plan.wire(), holding.threads(), holding.descriptors(), holding.residentKib(),
                    100.0 * cpu / TimeUnit.MILLISECONDS.toNanos(plan.idleMillis()));
        }
    }

    /// What was begun ends before anything is counted: opening links has the compilers work for a second or two.
    private long cpuWhileIdle() throws IOException {
        long compiled;
        int rounds = 0;
        do {
            compiled = compileMillis();
            pause(plan.idleMillis() / 4);
        } while (compileMillis() != compiled && ++rounds < MAX_SETTLING);
        long before = backend.used().cpuNanos() + CpuClock.nanos();
        pause(plan.idleMillis());
        return backend.used().cpuNanos() + CpuClock.nanos() - before;
    }

    private long compileMillis() throws IOException {
        return Meters.used().compileMillis() + backend.used().compileMillis();
    }

    private static void pause(long millis) {
        long until = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
        for (long now = System.nanoTime(); now < until; now = System.nanoTime()) {
            LockSupport.parkNanos(until - now);
        }
    }

    @Override
    public void close() {
        exchanges.values().forEach(Exchange::close);
        backend.close();
        timers.close();
    }

    /// Processes that keep processors busy, ended with this.
    private static final class Crowd implements AutoCloseable {
        private final List<Child> members = new ArrayList<>();

        Crowd(int size) throws IOException {
            try {
                for (int i = 0; i < size; i++) {
                    Child member = Child.start(BusyProcess.class);
                    members.add(member);
                    member.hear(PATIENCE);
                }
            } catch (IOException e) {
                close();
                throw e;
            }
        }

        @Override
        public void close() {
            members.forEach(Child::close);
        }
    }
}
