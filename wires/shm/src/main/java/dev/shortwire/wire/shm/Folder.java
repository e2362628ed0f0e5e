package dev.shortwire.wire.shm;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.shortwire.wire.shm.Sys.Scratch;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HexFormat;
import java.util.Map;
import java.util.Objects;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;

/// A folder for sockets that belongs to this user and that nobody else may enter.
///
/// @param path absolute
record Folder(Path path) {
    private static final int OPEN_CLOEXEC = 0x80000;
    private static final int AT_FDCWD = -100;
    private static final int LOCK_EXCLUSIVE_NOW = 2 | 4;
    private static final long LOCK_PATIENCE_NANOS = 5_000_000_000L;
    private static final long LOCK_PAUSE_NANOS = 5_000_000;

    /// The user that this process acts as.
    static int user() {
        return (int) Sys.call(Scratch.SHARED, SysNumbers.GETEUID, 0);
    }

    /// Where sockets lie unless somebody says otherwise: in the user's run-time folder, or else in the temporary one.
    static Path usual() {
        String runtime = System.getenv("XDG_RUNTIME_DIR");
        if (runtime != null && runtime.startsWith("/") && isMine(Path.of(runtime))) {
            return Path.of(runtime, "shortwire");
        }
        return Path.of(System.getProperty("java.io.tmpdir")).toAbsolutePath().resolve("shortwire-" + user());
    }

    private static boolean isMine(Path path) {
        try {
            return attributes(path).user() == user() && Files.isWritable(path);
        } catch (IOException e) {
            return false;
        }
    }

    /// The folder at `path`, made if it is missing.
    ///
    /// @throws IOException if it can't be had, or others may enter it
    static Folder open(Path path) throws IOException {
        try {
            Files.createDirectory(path,
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        } catch (FileAlreadyExistsException e) {
            Attributes found = attributes(path);
            if (!found.isFolder() || found.user() != user() || (found.mode() & 0077) != 0) {
                throw new IOException("folder " + path + " (mode " + Integer.toOctalString(found.mode() & 07777)
                        + ", user " + found.user() + ") must be a folder of mode 700 of user " + user()
                        + ", so that nobody else can enter it; chmod it, or name another one", e);
            }
        }
        return new Folder(path);
    }

    /// What tells this folder from others of the same path, on other hosts or in other containers; null if there is none.
    ///
    /// @throws IOException if it can't be looked at
    static @Nullable String mark(Path folder) throws IOException {
        if (!Files.exists(folder)) {
            return null;
        }
        Attributes found = attributes(folder);
        CRC32 sum = new CRC32();
        sum.update((boot() + " " + found.device() + " " + found.inode()).getBytes(UTF_8));
        return HexFormat.of().toHexDigits((int) sum.getValue());
    }

    private static String boot() throws IOException {
        return Files.readString(Path.of("/proc/sys/kernel/random/boot_id")).strip();
    }

    /// What the kernel knows of a file.
    record Attributes(boolean isFolder, int mode, int user, long device, long inode) {}

    static Attributes attributes(Path path) throws IOException {
        Map<String, Object> found = Files.readAttributes(path, "unix:mode,uid,dev,ino,isDirectory",
                LinkOption.NOFOLLOW_LINKS);
        return new Attributes((boolean) of(found, "isDirectory"), (int) of(found, "mode"), (int) of(found, "uid"),
                (long) of(found, "dev"), (long) of(found, "ino"));
    }

    private static Object of(Map<String, Object> found, String name) {
        return Objects.requireNonNull(found.get(name), name);
    }

    /// Held while sockets are bound and removed here.
    interface Lock extends AutoCloseable {
        @Override
        void close();
    }

    /// Waits for the lock of the folder itself, which ends with its holder and needs no file.
    ///
    /// @throws IOException if another process keeps it for seconds
    Lock lock() throws IOException {
        try (Arena brief = Arena.ofConfined()) {
            Scratch scratch = new Scratch(brief);
            long name = brief.allocateFrom(path.toString()).address();
            int fd = (int) Sys.check(Sys.call(scratch, SysNumbers.OPENAT, AT_FDCWD, name, OPEN_CLOEXEC),
                    "opening folder " + path);
            long end = System.nanoTime() + LOCK_PATIENCE_NANOS;
            long result = Sys.call(scratch, SysNumbers.FLOCK, fd, LOCK_EXCLUSIVE_NOW, 0);
            while (result < 0 && System.nanoTime() < end) {
                Poll.any(LOCK_PAUSE_NANOS);
                result = Sys.call(scratch, SysNumbers.FLOCK, fd, LOCK_EXCLUSIVE_NOW, 0);
            }
            if (result < 0) {
                Sys.closeFd(scratch, fd);
                throw new IOException("locking folder " + path + ": " + Errno.text((int) -result));
            }
            return () -> Sys.closeFd(Scratch.SHARED, fd);
        }
    }
}
