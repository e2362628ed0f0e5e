package dev.shortwire.server;

import dev.shortwire.Node;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// Whether all the nodes asked for have adopted one view with all of them: the document of `/readyz`.
///
/// @param ready    whether they have
/// @param expected members that were asked for; where no number was, those of the view, at least one
/// @param epoch    of the view that this node has adopted
/// @param members  of that view
/// @param missing  how many more members have to join
/// @param behind   members that have adopted another epoch, with that epoch
/// @param silent   members that did not answer in time
record Readiness(boolean ready, int expected, long epoch, List<String> members, int missing,
        Map<String, Long> behind, List<String> silent) {
    /// Asks all members. Blocks for at most the settings' timeout.
    static Readiness of(Node node, ApiSettings settings) {
        Map<String, Long> adopted = new TreeMap<>(node.adoptedEpochs(settings.timeout()));
        Node.ClusterView view = node.view();
        List<String> members = view.members().stream().map(Node.MemberView::name).toList();
        if (members.contains(node.name())) {
            adopted.put(node.name(), view.epoch());
        }
        return of(view.epoch(), members, adopted, settings.expectedMembers());
    }

    /// @param adopted  the epoch of each member that answered
    /// @param expected 0 where no number was asked for
    static Readiness of(long epoch, List<String> members, Map<String, Long> adopted, int expected) {
        Map<String, Long> behind = new TreeMap<>();
        List<String> silent = new ArrayList<>();
        for (String member : members) {
            Long its = adopted.get(member);
            if (its == null) {
                silent.add(member);
            } else if (its != epoch) {
                behind.put(member, its);
            }
        }
        int missing = Math.max(0, Math.max(1, expected) - members.size());
        return new Readiness(missing == 0 && behind.isEmpty() && silent.isEmpty(),
                expected > 0 ? expected : Math.max(1, members.size()), epoch, members, missing, behind, silent);
    }
}
