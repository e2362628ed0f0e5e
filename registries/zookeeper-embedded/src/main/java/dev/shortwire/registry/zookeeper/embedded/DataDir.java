package dev.shortwire.registry.zookeeper.embedded;

import dev.shortwire.ConfigurationException;
import dev.shortwire.registry.zookeeper.embedded.EmbeddedZooKeeper.Start;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// What guards a server's data directory. A file `ensemble` in it names the server and the ensemble that it belongs to;
/// a directory without data makes its server a newcomer.
///
/// Why a newcomer may not simply vote: of three servers, say 1 and 2 acknowledge a write, 2 loses its disk and comes
/// back while 1 is down. 2 and 3 would be a majority that has never heard of the write. If however 1 and 3 serve without
/// 2, a majority *of the others* knows all that was ever acknowledged. A later majority with 2 in it has, without 2,
/// one server less than a majority; any two sets of that size and of a majority among the others must meet, as twice a
/// majority is more than all. So from then on 2 does no harm, and it gets everything from the leader anyway.
final class DataDir {
    private DataDir() {}

    /// Makes sure that `self` may start on `dir`, and marks it.
    static void claim(Path dir, List<EnsembleServer> ensemble, EnsembleServer self, Start start) {
        try {
            Files.createDirectories(dir);
            String mark = "server " + self.id() + " of\n"
                    + ensemble.stream().sorted(java.util.Comparator.comparingInt(EnsembleServer::id))
                            .map(server -> server + "\n").collect(Collectors.joining());
            Path file = dir.resolve("ensemble");
            if (Files.exists(file) && !Files.readString(file).equals(mark)) {
                throw new ConfigurationException("data directory " + dir + " belongs to "
                        + oneLine(Files.readString(file))
                        + " and not to " + oneLine(mark) + "; name the servers as before, or use another directory");
            }
            if (isEmpty(dir) && start == Start.AGAIN) {
                awaitOthers(dir, ensemble, self);
            }
            Files.writeString(file, mark);
            Files.writeString(dir.resolve("myid"), self.id() + "\n");
        } catch (IOException e) {
            throw new UncheckedIOException("data directory " + dir + " can't be used", e);
        }
    }

    private static void awaitOthers(Path dir, List<EnsembleServer> ensemble, EnsembleServer self) {
        String others = ensemble.stream().filter(server -> server.id() != self.id())
                .map(server -> server.bindAddress() + ":" + server.clientPort()).collect(Collectors.joining(","));
        if (!Probe.serves(others)) {
            throw new ConfigurationException("data directory " + dir + " of registry server " + self.id()
                    + " is empty and the others (" + others
                    + ") don't serve without it, so its vote could lose what it "
                    + "has forgotten; bring back its data or the others, or start the whole ensemble as a first start");
        }
    }

    /// Whether there is neither a snapshot nor a log.
    static boolean isEmpty(Path dir) throws IOException {
        Path data = dir.resolve("version-2");
        if (!Files.isDirectory(data)) {
            return true;
        }
        try (Stream<Path> files = Files.list(data)) {
            return files.map(file -> file.getFileName().toString())
                    .noneMatch(name -> name.startsWith("log.") || name.startsWith("snapshot."));
        }
    }

    private static String oneLine(String mark) {
        return "\"" + mark.strip().replace('\n', ' ') + "\"";
    }
}
