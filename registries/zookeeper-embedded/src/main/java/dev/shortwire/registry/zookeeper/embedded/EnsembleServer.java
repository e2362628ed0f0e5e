package dev.shortwire.registry.zookeeper.embedded;

import static dev.shortwire.ConfigurationException.require;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// One server of an ensemble and its three ports, all bound to `host`.
///
/// @param id           1 to 255, unique in the ensemble
/// @param host         loopback address to bind and to be reached by, such as `127.0.0.1`
/// @param clientPort   where clients connect
/// @param peerPort     where followers connect to the leader
/// @param electionPort where votes are exchanged
public record EnsembleServer(int id, String host, int clientPort, int peerPort, int electionPort) {
    public EnsembleServer {
        require(id >= 1 && id <= 255, "id=" + id + " of a registry server must be 1 to 255");
        require(host.equals("127.0.0.1") || host.equals("localhost") || host.equals("::1"),
                "host=\"" + host + "\" of an embedded registry server must be a loopback address: its ports have no "
                        + "authentication; use an external ZooKeeper for other hosts");
        requirePort("clientPort", clientPort);
        requirePort("peerPort", peerPort);
        requirePort("electionPort", electionPort);
        require(clientPort != peerPort && clientPort != electionPort && peerPort != electionPort,
                "ports " + clientPort + ", " + peerPort + ", " + electionPort + " of registry server " + id
                        + " must differ");
    }

    private static void requirePort(String what, int port) {
        require(port >= 1 && port <= 65535, what + "=" + port + " must be 1 to 65535");
    }

    private static final Pattern FORM = Pattern
            .compile("([0-9]{1,3})=(\\[[^\\]]+\\]|[^:\\[\\]]+):([0-9]{1,5}):([0-9]{1,5}):([0-9]{1,5})");

    /// Reads `id=host:clientPort:peerPort:electionPort`; an IPv6 host stands in brackets.
    public static EnsembleServer parse(String text) {
        Matcher form = FORM.matcher(text);
        require(form.matches(), "registry server \"" + text
                + "\" must have the form id=host:clientPort:peerPort:electionPort, with numbers and with [::1] in brackets");
        String host = form.group(2);
        return new EnsembleServer(Integer.parseInt(form.group(1)),
                host.startsWith("[") ? host.substring(1, host.length() - 1) : host, Integer.parseInt(form.group(3)),
                Integer.parseInt(form.group(4)), Integer.parseInt(form.group(5)));
    }

    /// The form that [#parse] reads.
    @Override
    public String toString() {
        return id + "=" + bindAddress() + ":" + clientPort + ":" + peerPort + ":" + electionPort;
    }

    String bindAddress() {
        return host.contains(":") ? "[" + host + "]" : host;
    }
}
