package dev.shortwire.cli;

import dev.shortwire.Node;
import dev.shortwire.server.ApiSettings;

/// Runs one node in this process until the process is told to end.
///
/// @param quiet whether to leave out the line per load, peer pick and member change
/// @param hint  what to add to the line that says that the node is up
record NodeRun(Terminal terminal, boolean quiet, String hint) {
    int run(NodeConfig config) throws Exception {
        Closer closer = new Closer();
        Lines lines = closer.add(new Lines(terminal::line));
        return UntilStopped.run(terminal, closer, () -> {
            EventLines events = new EventLines(quiet ? line -> {} : lines::add);
            Assembly assembly = closer.add(Assembly.start(config,
                    new Assembly.Surroundings(null, null, events, api(config))));
            lines.add(ready(assembly));
        });
    }

    /// A node with one group answers for it where no group is named.
    private static ApiSettings api(NodeConfig config) {
        return config.groupsOrEmpty().size() == 1
                ? ApiSettings.DEFAULT.withDefaultGroup(config.groupsOrEmpty().keySet().iterator().next())
                : ApiSettings.DEFAULT;
    }

    private String ready(Assembly assembly) {
        Node node = assembly.node();
        Node.ClusterView view = node.view();
        return node.name() + (node.isMember() ? " is in" : " watches") + " the cluster " + node.cluster() + ", epoch "
                + view.epoch() + ", members: " + view.members().size() + "; API at http://localhost:" + assembly.port()
                + hint;
    }
}
