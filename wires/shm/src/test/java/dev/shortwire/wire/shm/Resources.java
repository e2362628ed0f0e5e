package dev.shortwire.wire.shm;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/// What this process holds, as the kernel sees it.
///
/// @param mappings of shared memory
/// @param sockets  open descriptors that are sockets, memory or event sources
/// @param threads  of this module
record Resources(long mappings, long sockets, long threads) {
    static Resources now() {
        return new Resources(mappingsNow(), descriptorsNow(), Thread.getAllStackTraces().keySet().stream()
                .filter(t -> t.getName().startsWith("shortwire-")).count());
    }

    private static long mappingsNow() {
        try (Stream<String> lines = Files.lines(Path.of("/proc/self/maps"))) {
            return lines.filter(line -> line.contains("memfd:shortwire")).count();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static long descriptorsNow() {
        try (Stream<Path> files = Files.list(Path.of("/proc/self/fd"))) {
            return files.map(Resources::target)
                    .filter(t -> Stream.of("socket:", "/memfd:", "anon_inode:").anyMatch(t::startsWith)).count();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String target(Path descriptor) {
        try {
            return Files.readSymbolicLink(descriptor).toString();
        } catch (IOException e) {
            // closed meanwhile, as the one that lists the folder is
            return "";
        }
    }
}
