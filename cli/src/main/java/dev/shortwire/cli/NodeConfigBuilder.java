package dev.shortwire.cli;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Makes a [NodeConfig] of what this program says of a node that it starts itself; the other options come from files,
/// variables and the command line alone, and are not said here.
final class NodeConfigBuilder {
    private final @Nullable String name;
    private @Nullable String cluster;
    private @Nullable String registry;
    private @Nullable String listen;
    private @Nullable String wires;
    private @Nullable Boolean store;
    private @Nullable Integer weight;
    private @Nullable Integer expectedMembers;
    private @Nullable String defaultGroup;
    private @Nullable RegistryServerConfig registryServer;
    private @Nullable Map<String, GroupConfig> groups;

    NodeConfigBuilder(@Nullable String name) {
        this.name = name;
    }

    NodeConfigBuilder cluster(@Nullable String value) {
        cluster = value;
        return this;
    }

    NodeConfigBuilder registry(@Nullable String value) {
        registry = value;
        return this;
    }

    NodeConfigBuilder listen(@Nullable String value) {
        listen = value;
        return this;
    }

    NodeConfigBuilder wires(@Nullable String value) {
        wires = value;
        return this;
    }

    NodeConfigBuilder store(@Nullable Boolean value) {
        store = value;
        return this;
    }

    NodeConfigBuilder weight(@Nullable Integer value) {
        weight = value;
        return this;
    }

    NodeConfigBuilder expectedMembers(@Nullable Integer value) {
        expectedMembers = value;
        return this;
    }

    NodeConfigBuilder defaultGroup(@Nullable String value) {
        defaultGroup = value;
        return this;
    }

    NodeConfigBuilder registryServer(@Nullable RegistryServerConfig value) {
        registryServer = value;
        return this;
    }

    NodeConfigBuilder groups(@Nullable Map<String, GroupConfig> value) {
        groups = value;
        return this;
    }

    /// @throws dev.shortwire.ConfigurationException if an option has a value that it can't have
    NodeConfig build() {
        return new NodeConfig(name, cluster, registry, null, listen, wires, null, null, store, weight, null, null,
                expectedMembers, defaultGroup, null, null, null, null, registryServer, groups);
    }
}
