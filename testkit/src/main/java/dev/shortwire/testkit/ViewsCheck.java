package dev.shortwire.testkit;

import dev.shortwire.cluster.Routing;
import dev.shortwire.registry.Member;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Views only grow: no process adopts an epoch of a registry incarnation that is not greater than all those that it
/// adopted before. And an epoch of one registry incarnation has the same members at every node.
final class ViewsCheck extends Check {
    static final String NAME = "views only grow, and one epoch has one membership";

    private final Simulation simulation;
    private final Map<ByNode, Long> newest = new HashMap<>();
    private final Map<Epoch, List<Member>> members = new HashMap<>();

    private record ByNode(long process, long registryIncarnation) {}

    private record Epoch(long registryIncarnation, long epoch) {}

    ViewsCheck(Simulation simulation) {
        this.simulation = simulation;
    }

    @Override
    void viewAdopted(SimNode node, Routing before, Routing after) {
        long registry = after.view().registryIncarnation();
        ByNode by = new ByNode(node.process().number(), registry);
        Long last = newest.put(by, after.epoch());
        if (last != null && last >= after.epoch()) {
            simulation.violated(NAME, node + " adopted epoch " + after.epoch() + " after epoch " + last
                    + " of the same registry", null);
        }
        List<Member> others = members.putIfAbsent(new Epoch(registry, after.epoch()), after.view().members());
        if (others != null && !others.equals(after.view().members())) {
            simulation.violated(NAME, node + " sees " + after.view().members() + " at epoch " + after.epoch()
                    + ", another node saw " + others, null);
        }
    }
}
