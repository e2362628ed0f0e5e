package dev.shortwire.cli;

import static dev.shortwire.ConfigurationException.require;

import dev.shortwire.ConfigurationException;
import dev.shortwire.Limits;
import dev.shortwire.node.Shortwire;
import dev.shortwire.spi.HostPort;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// What `shortwire node` can be told. Each component that is null was not said and has the default that its accessor's
/// `…OrDefault` gives. Its components are the keys of the file, in the order of the table; a program that says some of
/// them does so by [NodeConfigBuilder].
record NodeConfig(
        @Setting(value = "Name of the node in its cluster, `[a-z0-9-]{1,64}`; the same at each start.", unset = "`node-` and the port it listens on") @Nullable String name,
        @Setting(value = "Name of the cluster, `[a-z0-9-]{1,64}`; nodes of other clusters are refused.", unset = "`shortwire`, or what the node given by `join` says") @Nullable String cluster,
        @Setting(value = "Who is in the cluster: `zookeeper://HOST:PORT,…`, `static://NAME=HOST:PORT,…` with all"
                + " members.", unset = "what the node given by `join` says, else a cluster of this node alone") @Nullable String registry,
        @Setting(value = "`HOST:PORT` of any node of the cluster, which tells the rest: registry and name of the"
                + " cluster.", unset = "nobody is asked") @Nullable String join,
        @Setting(value = "`HOST:PORT` where peers and the API reach this node; `localhost` means 127.0.0.1 and, where"
                + " it exists, ::1; port 0 takes a free one.", unset = "`localhost:8001`") @Nullable String listen,
        @Setting(value = "Wires to peers, best first, with commas between them: `auto` all that are there, `ipc`"
                + " `shm,uds`, a name alone that wire only, `!` before a name never that one. Which one is used for a"
                + " peer is measured.", unset = "`auto`") @Nullable String wires,
        @Setting(value = "Where a wire listens instead of its usual place, by its name, such as `wire-addresses.tcp:"
                + " 10.0.0.1:7001`.", unset = "the host of `listen` and a free port; `http` shares the port of"
                        + " `listen`") @Nullable Map<String, String> wireAddresses,
        @Setting(value = "`HOST:PORT` or `unix:/PATH` where programs, and peers by the wire `grpc`, reach this node by"
                + " gRPC; `localhost` and port 0 as with `listen`.", unset = "gRPC is not served") @Nullable String grpc,
        @Setting(value = "Whether this node owns a share of the keys; `false` for the API and routing only.", unset = "`true`") @Nullable Boolean store,
        @Setting(value = "Share of the keys beside the other nodes' shares, 1 to 1,000.", unset = "`100`") @Nullable Integer weight,
        @Setting(value = "How long the registry waits for a silent node, 2 s or more. Raising it keeps dead nodes in"
                + " the view longer, lowering it throws out paused ones.", unset = "`6s`") @Nullable Duration sessionTimeout,
        @Setting(value = "How long joining the cluster may take.", unset = "`10s`") @Nullable Duration joinTimeout,
        @Setting(value = "How many members `/readyz` waits for, 1 or more.", unset = "those of the present view") @Nullable Integer expectedMembers,
        @Setting(value = "The group that `/api?key=K` reads when it names none.", unset = "the only group, where there is one") @Nullable String defaultGroup,
        @Setting(value = "Lets `listen` name an address that other machines reach although nothing is encrypted;"
                + " needs `allow-anonymous` too.", unset = "`false`") @Nullable Boolean allowPlaintext,
        @Setting(value = "Lets `listen` name an address that other machines reach although nobody is asked who he is;"
                + " needs `allow-plaintext` too.", unset = "`false`") @Nullable Boolean allowAnonymous,
        @Setting(value = "Names, separated by commas, that a request may give as its `Host` beside those of `listen` and"
                + " of loopback. A browser can be led here under any other name by whoever owns that name.", unset = "only those of `listen` and of loopback; any where `listen` is not loopback") @Nullable String hostNames,
        @Setting(value = "Encrypts the connections of wires and API, with certificates of both ends.", unset = "none") @Nullable TlsConfig tls,
        @Setting(value = "This node's part of an embedded ZooKeeper ensemble, if it has one.", unset = "none") @Nullable RegistryServerConfig registryServer,
        @Setting(value = "The groups, by name, `[a-z0-9-]{1,64}`; the same on every node of the cluster.", unset = "none") @Nullable Map<String, GroupConfig> groups) {
    static final String DEFAULT_CLUSTER = "shortwire";
    static final String DEFAULT_WIRES = "auto";
    static final String DEFAULT_LISTEN = "localhost:8001";

    NodeConfig {
        if (name != null) {
            Limits.requireName("name", name);
        }
        if (cluster != null) {
            Limits.requireName("cluster", cluster);
        }
        if (join != null) {
            address("join", join);
        }
        if (listen != null) {
            address("listen", listen);
        }
        if (wires != null) {
            Shortwire.checkWires(wires);
        }
        require(weight == null || weight >= 1 && weight <= 1_000,
                "weight=" + weight + " must be 1 to 1000; set weight");
        require(sessionTimeout == null || sessionTimeout.toMillis() >= 2_000,
                "session-timeout=" + sessionTimeout + " must be >= 2s; set session-timeout");
        require(joinTimeout == null || joinTimeout.isPositive(),
                "join-timeout=" + joinTimeout + " must be > 0; set join-timeout");
        require(expectedMembers == null || expectedMembers >= 1,
                "expected-members=" + expectedMembers + " must be >= 1; set expected-members");
        require(hostNames == null || hostNames.matches("[A-Za-z0-9._:-]+(,[A-Za-z0-9._:-]+)*"),
                "host-names=" + hostNames + " must be names without ports, separated by commas; set host-names");
        require(defaultGroup == null || groups != null && groups.containsKey(defaultGroup),
                "default-group=" + defaultGroup + " must be one of the groups; set default-group");
        if (groups != null) {
            groups.keySet().forEach(group -> Limits.requireName("groups", group));
            groups = new TreeMap<>(groups);
        }
        wireAddresses = wireAddresses == null ? null : new TreeMap<>(wireAddresses);
    }

    String wiresOrDefault() {
        if (wires != null) {
            return wires;
        }
        return grpc == null ? DEFAULT_WIRES + ",!grpc" : DEFAULT_WIRES;
    }

    Map<String, String> wireAddressesOrEmpty() {
        return wireAddresses == null ? Map.of() : wireAddresses;
    }

    HostPort listenOrDefault() {
        return address("listen", listen == null ? DEFAULT_LISTEN : listen);
    }

    /// The address of the node to ask, if one was named.
    @Nullable
    HostPort joinAddress() {
        return join == null ? null : address("join", join);
    }

    private static HostPort address(String option, String text) {
        try {
            return HostPort.parse(text);
        } catch (ConfigurationException wrong) {
            throw new ConfigurationException(option + "=" + text + ": " + wrong.getMessage() + "; set " + option);
        }
    }

    boolean storeOrDefault() {
        return store == null || store;
    }

    /// Whether other machines may be let in without TLS and authentication.
    boolean allowRemote() {
        return Boolean.TRUE.equals(allowPlaintext) && Boolean.TRUE.equals(allowAnonymous);
    }

    /// Names that a request may give as its `Host`, beside those that need not be said.
    Set<String> hostNamesOrEmpty() {
        return hostNames == null ? Set.of() : new TreeSet<>(List.of(hostNames.split(",")));
    }

    /// Whether the node's server may be reached from other machines: where it encrypts and knows everybody, or is told that
    /// it need not.
    boolean mayServeRemotely() {
        boolean encrypted = tls != null || Boolean.TRUE.equals(allowPlaintext);
        boolean authenticated = tls != null && tls.authenticatesAll() || Boolean.TRUE.equals(allowAnonymous);
        return encrypted && authenticated;
    }

    /// The group that is meant where none is named; empty where one must be named.
    String defaultGroupOrEmpty() {
        if (defaultGroup != null) {
            return defaultGroup;
        }
        return groupsOrEmpty().size() == 1 ? groupsOrEmpty().keySet().iterator().next() : "";
    }

    Map<String, GroupConfig> groupsOrEmpty() {
        return groups == null ? Map.of() : groups;
    }
}
