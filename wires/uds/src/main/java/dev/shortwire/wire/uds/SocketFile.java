package dev.shortwire.wire.uds;

import static dev.shortwire.ConfigurationException.require;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.shortwire.ConfigurationException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/// The right to listen at a path: a lock on the file `PATH.lock` beside it, which the kernel takes back when the process
/// dies, however it does. Who has the lock may remove the socket file that a dead process has left, and nobody else may.
/// No process id is involved, which may be another process's by now.
///
/// **Races.** A lock file is removed while it is locked, with its socket. Who opened it before and gets the lock
/// afterwards holds a file that has no name any more, and notices: the name leads to another file, or to none; then it
/// starts over.
///
/// **One process.** The kernel gives a lock up as soon as the process closes *any* descriptor of the file. So the paths
/// that this process holds are kept in a set, and no lock file among them is ever opened again.
final class SocketFile implements AutoCloseable {
    static final String SUFFIX = ".sock";

    private static final String LOCK_SUFFIX = ".lock";
    /// Of `sun_path`, without its final zero.
    private static final int MAX_PATH_BYTES = 107;
    private static final Set<Path> HELD_HERE = ConcurrentHashMap.newKeySet();

    private final Path socket;
    private final Path lockFile;
    private final FileChannel lock;

    private SocketFile(Path socket, Path lockFile, FileChannel lock) {
        this.socket = socket;
        this.lockFile = lockFile;
        this.lock = lock;
    }

    /// Takes the right; what a dead listener has left there is gone then.
    ///
    /// @throws ConfigurationException if somebody listens there, or nobody can
    static SocketFile take(Path path) {
        Path socket = path.toAbsolutePath().normalize();
        int length = socket.toString().getBytes(UTF_8).length;
        require(length <= MAX_PATH_BYTES, "socket path " + socket + " has " + length + " bytes and must have at most "
                + MAX_PATH_BYTES + "; choose a shorter folder, for example with XDG_RUNTIME_DIR");
        try {
            SocketFile taken = tryTake(socket);
            if (taken == null) {
                throw new ConfigurationException(
                        "socket path " + socket + " is taken by another listener; choose another path");
            }
            Files.deleteIfExists(socket);
            return taken;
        } catch (IOException e) {
            throw new ConfigurationException("can't listen at socket path " + socket + ": " + e
                    + "; choose a folder that exists and can be written");
        }
    }

    private static @Nullable SocketFile tryTake(Path socket) throws IOException {
        if (!HELD_HERE.add(socket)) {
            return null;
        }
        SocketFile taken = null;
        try {
            Path lockFile = Path.of(socket + LOCK_SUFFIX);
            while (true) {
                FileChannel lock = FileChannel.open(lockFile,
                        Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE),
                        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
                boolean isLocked = isLocked(lock);
                if (isLocked && isStillAt(lockFile, lock)) {
                    taken = new SocketFile(socket, lockFile, lock);
                    return taken;
                }
                lock.close();
                if (!isLocked) {
                    return null;
                }
            }
        } finally {
            if (taken == null) {
                HELD_HERE.remove(socket);
            }
        }
    }

    private static boolean isLocked(FileChannel file) throws IOException {
        try {
            return file.tryLock() != null;
        } catch (OverlappingFileLockException e) {
            return false; // held by this very process through another class loader
        } catch (IOException e) {
            file.close();
            throw e;
        }
    }

    /// Whether that name leads to the file that was locked. A path can be compared with an open file by its length only,
    /// without opening it once more; so the file is given a random length, which takes no space.
    private static boolean isStillAt(Path lockFile, FileChannel lock) throws IOException {
        long length = ThreadLocalRandom.current().nextLong(1, 1 << 30);
        lock.truncate(0).write(ByteBuffer.allocate(1), length - 1);
        try {
            return Files.size(lockFile) == length;
        } catch (NoSuchFileException e) {
            return false;
        }
    }

    /// Removes what dead listeners have left in a folder of ours.
    static void sweep(Path folder) throws IOException {
        try (DirectoryStream<Path> left = Files.newDirectoryStream(folder, "*" + SUFFIX + LOCK_SUFFIX)) {
            for (Path lockFile : left) {
                String name = lockFile.toString();
                Path socket = Path.of(name.substring(0, name.length() - LOCK_SUFFIX.length()));
                SocketFile dead = tryTake(socket.toAbsolutePath().normalize());
                if (dead != null) {
                    dead.close();
                }
            }
        }
    }

    Path socket() {
        return socket;
    }

    /// Removes the socket file and gives the right back.
    @Override
    public void close() {
        try (lock) {
            Files.deleteIfExists(socket);
            Files.deleteIfExists(lockFile);
        } catch (IOException e) {
            throw new UncheckedIOException("can't remove " + socket + " and its lock file", e);
        } finally {
            HELD_HERE.remove(socket);
        }
    }
}
