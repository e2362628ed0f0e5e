package dev.shortwire.testkit;

import dev.shortwire.GroupOptions;
import dev.shortwire.wire.Link;
import java.time.Duration;
import java.util.List;

/// What the scenario tests share: a cluster of nodes `a`, `b` and `c` with a group filled by hand, one filled by puts
/// alone, and all checks watching.
class Scenario {
    static final String DB = "db";
    static final String ASIDE = "aside";

    final ManualLoader loader = new ManualLoader();
    Simulation simulation = new Simulation(1);
    SimulatedCluster cluster = cluster(GroupOptions.DEFAULT);

    /// Three members with other options for both groups.
    final void begin(GroupOptions options) {
        simulation = new Simulation(1);
        cluster = cluster(options);
        cluster.start("a", "b", "c");
    }

    final void begin() {
        begin(GroupOptions.DEFAULT);
    }

    final SimulatedCluster cluster(GroupOptions options) {
        return cluster(options, Plants.NONE);
    }

    final SimulatedCluster cluster(GroupOptions options, Plants plants) {
        SimulatedCluster made = new SimulatedCluster(simulation,
                List.of(new SimLoader.Group(DB, options, loader), new SimLoader.Group(ASIDE, options, null)), plants);
        made.check(new NoFaultCheck(simulation));
        made.check(new ViewsCheck(simulation));
        made.check(new DeadlineCheck(simulation));
        made.check(new OwnerVersionsCheck(simulation));
        made.check(new OneLoadCheck(simulation, made::hash, (group, key) -> options.loadTimeout().toNanos()));
        return made;
    }

    final void pass(long millis) {
        simulation.runFor(Duration.ofMillis(millis));
    }

    /// Closes the link of `from` to `to` at its own end.
    final void closeLink(String from, String to) {
        Link link = cluster.node(from).cluster().routing().link(to);
        if (link == null) {
            throw new AssertionError(from + " has no link to " + to);
        }
        link.close();
    }

    final void awaitLoads(int count) {
        cluster.await(() -> loader.count() >= count, Duration.ofSeconds(5));
    }

    /// Starts a read at `node` and runs until its load, the `count`th in all, has started.
    final SimCall getUntilLoad(String node, String key, int count) {
        SimCall call = cluster.get(node, DB, key);
        awaitLoads(count);
        return call;
    }

    /// Reads to the end, with a load that brings `value` if one starts.
    final SimCall read(String node, String key, String value) {
        int before = loader.count();
        SimCall call = cluster.get(node, DB, key);
        cluster.await(() -> call.isDone() || loader.count() > before, Duration.ofSeconds(5));
        if (!call.isDone()) {
            loader.last().brings(value);
            cluster.await(call);
        }
        return call;
    }
}
