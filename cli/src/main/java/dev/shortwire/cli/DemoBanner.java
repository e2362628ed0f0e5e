package dev.shortwire.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/// What the demo prints when it is ready: what runs where, and what to try.
///
/// @param pids of the node processes; empty where the nodes live in the launcher's
record DemoBanner(DemoSettings settings, DemoPlan plan, int apiPort, String databaseUrl, long rows, List<Long> pids) {
    /// How this program was called.
    static String command() {
        return Objects.requireNonNullElse(System.getenv("SHORTWIRE_COMMAND"),
                "java -jar " + System.getProperty("java.class.path"));
    }

    List<String> lines() {
        List<String> lines = new ArrayList<>();
        lines.add("");
        lines.addAll(whatRuns().lines());
        lines.add("database  " + databaseUrl + " (H2, in the launcher's process): scores 3 rows, unicode " + rows
                + " rows, each load takes " + Units.text(settings.loadDelay()));
        lines.add("");
        lines.add("Try:");
        String api = "http://localhost:" + apiPort;
        int lastNode = plan.ports().getLast();
        lines.add(
                "  curl '" + api + "/api?key=Tom'                            # 630: a load the first time, a hit then");
        lines.add("  curl '" + api + "/api?group=unicode&key=U%2B1F600'        # GRINNING FACE");
        lines.add("  curl -i 'http://localhost:" + lastNode
                + "/api/v1/groups/unicode/keys/U%2B94A5'   # says where the answer came from");
        lines.add("  curl '" + api + "/api/v1/ring?group=unicode&key=U%2B94A5' # who owns a key");
        lines.add("  curl '" + api + "/demo/loads'                             # loads that the database has counted");
        String flag = apiPort == DemoSettings.API_PORT ? "" : " --api " + api;
        lines.add("  " + command() + " members" + flag + "; " + command() + " stats" + flag);
        if (!pids.isEmpty()) {
            lines.add("  kill -9 " + pids.getLast() + "    # " + plan.name(plan.nodes() - 1) + " is gone; ask again");
            lines.add("  " + command() + " node --config " + plan.newcomerFile() + "    # one node more");
        }
        lines.add("  " + api + "/ in a browser; Ctrl-C here stops everything");
        lines.add("");
        return lines;
    }

    private Table whatRuns() {
        Table table = new Table("NAME", "PID", "ADDRESS", "ROLE");
        String launcher = Long.toString(ProcessHandle.current().pid());
        for (int i = 0; i < plan.nodes(); i++) {
            table.add(plan.name(i), pids.isEmpty() ? launcher : Long.toString(pids.get(i)),
                    "http://localhost:" + plan.ports().get(i), role(i));
        }
        table.add("launcher", launcher, "http://localhost:" + apiPort, "API, owns no keys; holds the database"
                + (plan.ensemble().size() == 1 ? "; ZooKeeper server on port " + plan.ensemble().getFirst().clientPort()
                        : ""));
        return table;
    }

    private String role(int index) {
        if (plan.servesRegistry(index)) {
            return "owns keys; ZooKeeper server " + (index + 1) + " of " + DemoPlan.ENSEMBLE + " on port "
                    + plan.ensemble().get(index).clientPort();
        }
        return plan.ensemble().isEmpty() ? "owns keys" : "owns keys; ZooKeeper client";
    }
}
