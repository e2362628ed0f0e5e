package dev.shortwire.cli;

import dev.shortwire.Node;
import java.time.Duration;
import java.util.Map;

/// Whether a cluster is complete.
final class Readiness {
    private Readiness() {}

    /// Whether `node` sees `expected` members and each of them says that it has adopted that same view. Blocks for at
    /// most a second.
    static boolean isReady(Node node, int expected) {
        Node.ClusterView view = node.view();
        if (view.members().size() < expected) {
            return false;
        }
        Map<String, Long> epochs = node.adoptedEpochs(Duration.ofSeconds(1));
        return view.members().stream().allMatch(member -> Long.valueOf(view.epoch()).equals(epochs.get(member.name())));
    }
}
