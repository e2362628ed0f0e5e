package dev.shortwire.testkit;

import dev.shortwire.cache.CacheEngine;
import dev.shortwire.cluster.ClusterNode;
import dev.shortwire.cluster.Routing;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// One process of a simulated node: the real [ClusterNode] and [CacheEngine] in a process whose time, wires, registry and
/// luck are simulated. A restarted node is another one.
public final class SimNode {
    private final SimProcess process;
    private final SimRegistry registry;
    private final ClusterNode cluster;
    private final CacheEngine engine;
    private final boolean observer;
    private final List<Adoption> adoptions = new ArrayList<>();
    private @Nullable String landing;
    private boolean landed;
    private boolean left;

    /// A view that this process adopted.
    ///
    /// @param seamless whether what this process owned before and owns after was its own without a gap
    record Adoption(long atNanos, Routing routing, boolean seamless) {}

    /// Builds a node: called back for the engine, since its stores want to know their node.
    interface EngineMaker {
        CacheEngine make(SimNode node, ClusterNode cluster);
    }

    SimNode(SimProcess process, SimRegistry registry, ClusterNode cluster, boolean observer, EngineMaker engine) {
        this.process = process;
        this.registry = registry;
        this.cluster = cluster;
        this.observer = observer;
        this.engine = engine.make(this, cluster);
    }

    public String name() {
        return process.name();
    }

    public ClusterNode cluster() {
        return cluster;
    }

    public CacheEngine engine() {
        return engine;
    }

    public boolean isObserver() {
        return observer;
    }

    /// Whether it neither crashed nor was closed.
    public boolean isRunning() {
        return process.isAlive() && !left;
    }

    public boolean isPaused() {
        return process.isPaused();
    }

    SimProcess process() {
        return process;
    }

    SimRegistry registry() {
        return registry;
    }

    void leave() {
        left = true;
        cluster.close();
        engine.close();
    }

    /// Notes that a view was adopted.
    void adopted(long nowNanos, Routing before, Routing after) {
        boolean seamless = before.isMember() && after.isMember() && after.epoch() == before.epoch() + 1
                && after.incarnation() == before.incarnation()
                && after.view().registryIncarnation() == before.view().registryIncarnation();
        adoptions.add(new Adoption(nowNanos, after, seamless));
    }

    /// Since when this process has owned keys with that hash without a gap, in its own view; -1 if it does not.
    long ownedSince(long hash) {
        long since = -1;
        for (int i = adoptions.size() - 1; i >= 0; i--) {
            Adoption adoption = adoptions.get(i);
            if (!adoption.routing().owns(hash)) {
                return since;
            }
            since = adoption.atNanos();
            if (!adoption.seamless()) {
                return since;
            }
        }
        return since;
    }

    /// Runs what tells a load's result, and says whether the store took it.
    boolean landing(String group, String key, Runnable result) {
        landing = group + "/" + key;
        landed = false;
        result.run();
        landing = null;
        return landed;
    }

    /// Whether what the store is asked to keep is what a load brought.
    boolean noteStored(String group, String key, boolean accepted) {
        boolean is = (group + "/" + key).equals(landing);
        landed |= is && accepted;
        return is;
    }

    @Override
    public String toString() {
        return name();
    }
}
