package dev.shortwire.registry.zookeeper.embedded;

import static dev.shortwire.ConfigurationException.require;

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

    /// Reads `id=host:clientPort:peerPort:electionPort`.
    public static EnsembleServer parse(String text) {
        String[] parts = text.split("[=:]", -1);
        require(parts.length == 5 && java.util.Arrays.stream(parts).noneMatch(String::isEmpty),
                "registry server \"" + text + "\" must have the form id=host:clientPort:peerPort:electionPort");
        try {
            return new EnsembleServer(Integer.parseInt(parts[0]), parts[1], Integer.parseInt(parts[2]),
                    Integer.parseInt(parts[3]), Integer.parseInt(parts[4]));
        } catch (NumberFormatException e) {
            throw new dev.shortwire.ConfigurationException("registry server \"" + text
                    + "\" must have the form id=host:clientPort:peerPort:electionPort with numbers");
        }
    }

    /// The form that [#parse] reads.
    @Override
    public String toString() {
        return id + "=" + host + ":" + clientPort + ":" + peerPort + ":" + electionPort;
    }

    String bindAddress() {
        return host.contains(":") ? "[" + host + "]" : host;
    }
}
