package dev.shortwire.wire;

import static dev.shortwire.ConfigurationException.require;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.shortwire.ConfigurationException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.channels.SocketChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The right to listen on a Unix socket at a path: a lock on the file `PATH.lock` beside it, which the kernel takes back
/// when the process dies, however it does. No process id is involved, which may be another process's by now.
///
/// Who has the lock may remove the socket file that a dead process has left, and nobody else may. He asks first whether
/// somebody answers there: a program that knows nothing of the lock, or one of ours whose lock file was tidied away.
///
/// **Races.** A lock file is removed while it is locked, with its socket. Who opened it before and gets the lock
/// afterwards holds a file that has no name any more, and notices: the name leads to another file, or to none; then it
/// starts over.
///
/// **Other programs.** Many of them have files that end with `.lock`. A lock file counts only where it is a file of this
/// user that holds nothing but zeros; any other is left as it is, and the path is refused.
///
/// **One process.** The kernel gives a lock up as soon as the process closes *any* descriptor of the file. So the paths
/// that this process holds are kept in a set, without symbolic links, and no lock file among them is ever opened again.
///
/// Any thread may use it.
public final class SocketFile implements AutoCloseable {
    static final String SUFFIX = ".sock";

    /// Of `sun_path`, without its final zero.
    private static final int MAX_PATH_BYTES = 107;
    private static final Logger log = LoggerFactory.getLogger(SocketFile.class);
    private static final String LOCK_SUFFIX = ".lock";
    private static final int FILE_TYPE = 0170000;
    private static final int SOCKET_TYPE = 0140000;
    private static final int REGULAR_TYPE = 0100000;
    private static final int MAX_LOCK_BYTES = 1 << 20;
    private static final long SWEEP_NANOS = TimeUnit.MILLISECONDS.toNanos(20);
    private static final Set<PosixFilePermission> OURS = PosixFilePermissions.fromString("rw-------");
    private static final FileAttribute<Set<PosixFilePermission>> MADE_OURS = PosixFilePermissions.asFileAttribute(OURS);
    private static final Set<Path> HELD_HERE = ConcurrentHashMap.newKeySet();

    private final Path path;
    private final Path real;
    private final Path lockFile;
    private final FileChannel lock;

    private SocketFile(Path path, Path real, Path lockFile, FileChannel lock) {
        this.path = path;
        this.real = real;
        this.lockFile = lockFile;
        this.lock = lock;
    }

    /// Takes the right; what a dead listener has left there is gone then, and the path can be bound. Who only tidies up
    /// holds the right for a moment, so this waits that long and asks once more.
    ///
    /// @throws ConfigurationException if somebody listens there, something else than a socket is there, the lock file is
    ///                                not one of ours, or nobody can listen there
    public static SocketFile take(Path path) {
        SocketFile taken = tryTake(path);
        if (taken == null) {
            LockSupport.parkNanos(SWEEP_NANOS);
            taken = tryTake(path);
        }
        if (taken == null) {
            throw new ConfigurationException(
                    "socket path " + path + " is taken by another listener; choose another path");
        }
        return taken;
    }

    /// Takes the right, or returns null where somebody has it.
    ///
    /// @throws ConfigurationException as of [#take]
    static @Nullable SocketFile tryTake(Path path) {
        Path socket = path.toAbsolutePath().normalize();
        require(socket.getParent() != null, "socket path " + socket + " must name a file");
        int length = socket.toString().getBytes(UTF_8).length;
        require(length <= MAX_PATH_BYTES, "socket path " + socket + " has " + length + " bytes and must have at most "
                + MAX_PATH_BYTES + "; choose a shorter folder, for example with XDG_RUNTIME_DIR");
        try {
            return tryTakeAt(socket);
        } catch (IOException e) {
            throw refusal("can't listen at socket path " + socket + " (choose a folder that exists and can be written)",
                    e);
        }
    }

    /// Says what can't be done, and why. Exceptions of files say by their class what is wrong: their message is the path.
    public static ConfigurationException refusal(String what, Exception why) {
        ConfigurationException refusal = new ConfigurationException(
                what + ": " + (why instanceof ConfigurationException ? why.getMessage() : why));
        refusal.initCause(why);
        return refusal;
    }

    private static @Nullable SocketFile tryTakeAt(Path socket) throws IOException {
        requireSocketOrNothing(socket); // before anything is made or locked beside what is none of ours
        SocketFile taken = tryLock(socket);
        if (taken != null) {
            try {
                taken.makeWay();
            } catch (IOException | RuntimeException e) {
                taken.giveBack();
                throw e;
            }
        }
        return taken;
    }

    private static @Nullable SocketFile tryLock(Path socket) throws IOException {
        Path real = Objects.requireNonNull(socket.getParent(), "a folder").toRealPath()
                .resolve(Objects.requireNonNull(socket.getFileName(), "a name"));
        if (!HELD_HERE.add(real)) {
            return null;
        }
        SocketFile taken = null;
        try {
            Path lockFile = Path.of(real + LOCK_SUFFIX);
            while (true) {
                FileChannel lock = open(lockFile);
                boolean isLocked = false;
                try {
                    isLocked = isLocked(lock);
                    if (isLocked && isStillAt(lockFile, lock)) {
                        taken = new SocketFile(socket, real, lockFile, lock);
                        return taken;
                    }
                } finally {
                    if (taken == null) {
                        lock.close();
                    }
                }
                if (!isLocked) {
                    return null;
                }
            }
        } finally {
            if (taken == null) {
                HELD_HERE.remove(real);
            }
        }
    }

    /// Opens or makes the lock file. What can't be one is not even opened: opening may block, or act.
    private static FileChannel open(Path lockFile) throws IOException {
        int me = ThisUser.id();
        try {
            int owner = (int) Files.getAttribute(lockFile, "unix:uid", LinkOption.NOFOLLOW_LINKS);
            requireLockFile(typeOf(lockFile) == REGULAR_TYPE && owner == me, lockFile);
        } catch (NoSuchFileException e) {
            // then it is made
        }
        return FileChannel.open(lockFile, Set.of(StandardOpenOption.CREATE, StandardOpenOption.READ,
                StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS), MADE_OURS);
    }

    private static void requireLockFile(boolean holds, Path lockFile) {
        require(holds, "lock file " + lockFile + " must be a file of this user that holds nothing but at most "
                + MAX_LOCK_BYTES + " zeros, and is something else; remove it, or choose another socket path");
    }

    private static boolean isLocked(FileChannel file) throws IOException {
        try {
            return file.tryLock() != null;
        } catch (OverlappingFileLockException e) {
            return false; // held by this very process through another class loader
        }
    }

    /// Whether that name leads to the file that was locked. A path can be compared with an open file by its length only,
    /// without opening it once more; so the file is given a random length of zeros, which take no space. It keeps what
    /// it holds where that is anything else.
    private static boolean isStillAt(Path lockFile, FileChannel lock) throws IOException {
        requireLockFile(holdsOnlyZeros(lock), lockFile);
        long length = ThreadLocalRandom.current().nextLong(1, MAX_LOCK_BYTES + 1);
        lock.truncate(0).write(ByteBuffer.allocate(1), length - 1);
        try {
            return Files.size(lockFile) == length;
        } catch (NoSuchFileException e) {
            return false;
        }
    }

    private static boolean holdsOnlyZeros(FileChannel file) throws IOException {
        if (file.size() > MAX_LOCK_BYTES) {
            return false;
        }
        ByteBuffer bytes = ByteBuffer.allocate((int) file.size());
        while (bytes.hasRemaining() && file.read(bytes, bytes.position()) >= 0) {
            // until it is full
        }
        return bytes.rewind().mismatch(ByteBuffer.allocate(bytes.capacity())) < 0;
    }

    private void makeWay() throws IOException {
        requireSocketOrNothing(path);
        if (Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
            require(isAbandoned(path), "socket path " + path + " is taken by another listener; choose another path");
            Files.delete(path);
        }
    }

    private static void requireSocketOrNothing(Path path) throws IOException {
        try {
            require(typeOf(path) == SOCKET_TYPE,
                    "socket path " + path + " leads to something else than a socket; choose another path");
        } catch (NoSuchFileException e) {
            // nothing
        }
    }

    private static int typeOf(Path path) throws IOException {
        return (int) Files.getAttribute(path, "unix:mode", LinkOption.NOFOLLOW_LINKS) & FILE_TYPE;
    }

    /// Does not wait for a listener that takes nobody in.
    private static boolean isAbandoned(Path path) throws IOException {
        try (SocketChannel probe = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            probe.configureBlocking(false);
            probe.connect(UnixDomainSocketAddress.of(path));
            return false;
        } catch (ConnectException e) {
            return true;
        }
    }

    /// Removes what dead listeners have left in a folder of ours.
    static void sweep(Path folder) throws IOException {
        try (DirectoryStream<Path> left = Files.newDirectoryStream(folder, "*" + SUFFIX + LOCK_SUFFIX)) {
            for (Path lockFile : left) {
                String name = lockFile.toString();
                Path socket = Path.of(name.substring(0, name.length() - LOCK_SUFFIX.length()));
                try {
                    SocketFile dead = tryTake(socket);
                    if (dead != null) {
                        dead.giveBack();
                    }
                } catch (ConfigurationException inUse) {
                    log.debug("{} stays", socket, inUse);
                }
            }
        }
    }

    public Path path() {
        return path;
    }

    /// Leaves the socket, which has been bound, to this user. Others may have been quicker: whoever listens asks the
    /// kernel who connects.
    public void restrict() throws IOException {
        Files.setPosixFilePermissions(path, OURS);
    }

    /// Removes the socket file and gives the right back. Safe to repeat.
    @Override
    public synchronized void close() {
        if (lock.isOpen()) {
            try {
                Files.deleteIfExists(path);
            } catch (IOException e) {
                log.warn("Socket {} could not be removed", path, e);
            }
            giveBack();
        }
    }

    private void giveBack() {
        try (lock) {
            Files.deleteIfExists(lockFile);
        } catch (IOException e) {
            log.warn("Lock file {} could not be removed", lockFile, e);
        } finally {
            HELD_HERE.remove(real);
        }
    }
}
