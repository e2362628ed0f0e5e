package dev.shortwire.cli;

import static dev.shortwire.ConfigurationException.require;

import dev.shortwire.registry.zookeeper.embedded.EnsembleServer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// One server of an embedded ZooKeeper ensemble. The ensemble is fixed before its servers start.
record RegistryServerConfig(
        @Setting(value = "Which of the servers this node runs.", unset = "must be set") int id,
        @Setting(value = "All servers, each `ID=HOST:CLIENT-PORT:PEER-PORT:ELECTION-PORT`, with a loopback host.", unset = "must be set") List<String> servers,
        @Setting(value = "Folder that this server keeps its data in.", unset = "must be set") String dataDir,
        @Setting(value = "Whether the ensemble has never run. If it may have, a server with an empty folder waits for"
                + " the others before it votes.", unset = "`false`") @Nullable Boolean firstStart) {
    RegistryServerConfig {
        // Jackson passes null for what is missing
        require(servers != null && !servers.isEmpty(),
                "registry-server.servers must name every server; set registry-server.servers");
        require(dataDir != null && !dataDir.isEmpty(), "registry-server.data-dir must be set to a folder");
        servers = List.copyOf(servers);
        int wanted = id;
        require(servers.stream().map(EnsembleServer::parse).anyMatch(server -> server.id() == wanted),
                "registry-server.id=" + id + " must be one of those in " + servers + "; set registry-server.id");
    }

    List<EnsembleServer> ensemble() {
        return servers.stream().map(EnsembleServer::parse).toList();
    }
}
