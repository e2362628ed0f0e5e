package dev.shortwire.cli;

import java.net.http.HttpRequest.BodyPublishers;
import java.time.Duration;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/// `shortwire prepare`: does in one process, and quickly, what launchers, nodes and calls to a cluster do. The launcher
/// script runs it after a build, in a Java machine that records which classes that takes (JEP 514), so that later
/// starts are faster.
@Command(name = "prepare", hidden = true, description = "Rehearse a demo, for Java to record.")
final class PrepareCommand implements Callable<Integer> {
    private static final int ROUNDS = 20;

    private final Terminal terminal;

    PrepareCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws Exception {
        Demo demo = new Demo(new DemoSettings(DemoPlan.ENSEMBLE, DemoSettings.Mode.REHEARSAL, "auto,!in-process", 0,
                null, Duration.ZERO,
                false), line -> {});
        try (demo) {
            for (Class<?> other : new Class<?>[] {HeldNode.class, NodeRun.class, DemoRun.class, UntilStopped.class}) {
                Class.forName(other.getName());
            }
            demo.start();
            String api = "http://localhost:" + demo.apiPort();
            try (ApiClient client = new ApiClient(api)) {
                for (int i = 0; i < ROUNDS; i++) {
                    client.send("GET", "/api?key=Tom", BodyPublishers.noBody(), null);
                    client.send("GET", "/api?group=unicode&key=U%2B1F6" + (10 + i), BodyPublishers.noBody(), null);
                }
            }
            for (String[] words : new String[][] {{"put", "k", "v"}, {"get", "k"}, {"ring", "k"}, {"remove", "k"},
                {"members"}, {"stats"}}) {
                String[] all = java.util.Arrays.copyOf(words, words.length + 2);
                all[words.length] = "--api";
                all[words.length + 1] = api;
                Main.run(new Terminal(terminal.in(), terminal.err(), terminal.err()), all);
            }
        }
        return ExitCode.OK;
    }
}
