package dev.shortwire.wire.shm;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.HexFormat;
import java.util.concurrent.ThreadLocalRandom;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The file of a socket that is listened on. The kernel leaves it behind when its process dies; it is known to be stale by
/// nobody answering there, and replaced or swept away under the lock of its folder, under which all are bound.
///
/// @param address of the socket
/// @param inode   of the file, so that a later one of the same name is not taken for it
record SocketFile(Folder folder, ShmAddress address, long inode) {
    private static final Logger log = LoggerFactory.getLogger(SocketFile.class);
    private static final long PROBE_NANOS = 50_000_000;

    /// A name that no other listener has.
    static String newName() {
        return "shm-" + HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextInt()) + ".sock";
    }

    /// Binds the socket there and listens.
    ///
    /// @throws IOException if somebody listens there, or it can't be had for another reason
    static SocketFile bind(UnixSocket socket, Folder folder, Path path) throws IOException {
        try (var _ = folder.lock()) {
            int result = socket.bind(path.toString());
            if (result == -Errno.EADDRINUSE && isStale(path)) {
                Files.delete(path);
                result = socket.bind(path.toString());
            }
            if (result == -Errno.EADDRINUSE) {
                throw new IOException("another process listens at " + path + ", or another file lies there; name"
                        + " another path");
            }
            Sys.check(result, "binding " + path);
            socket.listen();
            String mark = Folder.mark(folder.path());
            return new SocketFile(folder, new ShmAddress(path, mark == null ? "" : mark),
                    Folder.attributes(path).inode());
        }
    }

    private static boolean isStale(Path path) throws IOException {
        BasicFileAttributes found = Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
        if (!found.isOther()) {
            return false;
        }
        try (UnixSocket probe = UnixSocket.create()) {
            return probe.connect(path.toString(), PROBE_NANOS) == -Errno.ECONNREFUSED;
        }
    }

    /// Removes the files that dead listeners have left in the folder. What can't be removed stays.
    static void sweep(Folder folder) {
        try (var _ = folder.lock();
                DirectoryStream<Path> files = Files
                        .newDirectoryStream(folder.path(), "shm-*.sock")) {
            for (Path file : files) {
                if (isStale(file)) {
                    Files.delete(file);
                }
            }
        } catch (IOException e) {
            log.info("stale sockets in {} were not removed: {}", folder.path(), e.getMessage());
        }
    }

    /// Removes the file unless it is another listener's by now.
    void remove() {
        try (var _ = folder.lock()) {
            if (Files.exists(address.path()) && Folder.attributes(address.path()).inode() == inode) {
                Files.delete(address.path());
            }
        } catch (IOException e) {
            log.info("socket {} was not removed: {}", address.path(), e.getMessage());
        }
    }
}
