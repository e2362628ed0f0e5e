package dev.shortwire.cli;

import dev.shortwire.Node;
import dev.shortwire.spi.HostPort;
import dev.shortwire.server.ApiSettings;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/// Runs one node in this process until the process is told to end.
///
/// @param quiet whether to leave out the line per load, peer pick and member change
/// @param hint  what to add to the line that says that the node is up
record NodeRun(Terminal terminal, boolean quiet, String hint) {
    int run(NodeConfig config) throws Exception {
        Closer closer = new Closer();
        Lines lines = closer.add(new Lines(terminal::line));
        GivingUp start = new GivingUp(Thread.currentThread());
        return UntilStopped.run(terminal, () -> {
            start.giveUp();
            closer.close();
        }, () -> {
            try {
                EventLines events = new EventLines(quiet ? line -> {} : lines::add);
                lines.add(ready(config,
                        Assembly.start(config, new Assembly.Surroundings(null, null, events, api(config)), closer)));
            } finally {
                start.ended();
            }
        });
    }

    /// Ends a start that another thread wants to end: that one interrupts it and waits until it has put away what only
    /// it knows, such as a place in the cluster that it has just got.
    private static final class GivingUp {
        private static final long PATIENCE_SECONDS = 8;

        private final Thread starter;
        private final CountDownLatch ended = new CountDownLatch(1);

        GivingUp(Thread starter) {
            this.starter = starter;
        }

        /// Called by the thread that starts.
        void ended() {
            ended.countDown();
        }

        /// Returns when the start has ended. Safe to repeat.
        void giveUp() throws InterruptedException {
            if (ended.getCount() > 0) {
                starter.interrupt();
                if (!ended.await(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                    throw new CliException(ExitCode.FAILED, "the start did not end within " + PATIENCE_SECONDS
                            + " s; the registry forgets this node when its session ends");
                }
            }
        }
    }

    /// A node with one group answers for it where no group is named.
    private static ApiSettings api(NodeConfig config) {
        return config.groupsOrEmpty().size() == 1
                ? ApiSettings.DEFAULT.withDefaultGroup(config.groupsOrEmpty().keySet().iterator().next())
                : ApiSettings.DEFAULT;
    }

    private String ready(NodeConfig config, Assembly assembly) {
        Node node = assembly.node();
        Node.ClusterView view = node.view();
        String listen = config.listenOrDefault().host();
        String host = HostPort.loopbackHosts().contains(listen) ? "localhost" : listen;
        return node.name() + (node.isMember() ? " is in" : " watches") + " the cluster " + node.cluster() + ", epoch "
                + view.epoch() + ", members: " + view.members().size() + "; API at "
                + (config.tls() == null ? "http" : "https") + "://" + new HostPort(host, assembly.port())
                + hint;
    }
}
