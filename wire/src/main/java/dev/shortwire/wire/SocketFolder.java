package dev.shortwire.wire;

import static dev.shortwire.ConfigurationException.require;

import dev.shortwire.ConfigurationException;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HexFormat;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A folder for the files of Unix sockets that belongs to this user and that nobody else can enter: mode 0700.
public final class SocketFolder {
    private static final Logger log = LoggerFactory.getLogger(SocketFolder.class);
    private static final String NAME = "shortwire";
    private static final int ATTEMPTS = 5;
    private static final Set<PosixFilePermission> OURS = PosixFilePermissions.fromString("rwx------");
    private static final FileAttribute<Set<PosixFilePermission>> MADE_OURS = PosixFilePermissions.asFileAttribute(OURS);

    private final Path path;

    private SocketFolder(Path path) {
        this.path = path;
    }

    /// The one that all wires of this user share: `shortwire` in `XDG_RUNTIME_DIR`, where that is this user's, or
    /// `shortwire-UID` in the folder for temporary files. It is made where it does not exist.
    ///
    /// @throws ConfigurationException as of [#at]
    public static SocketFolder ofThisUser() {
        try {
            return at(usualPath());
        } catch (IOException e) {
            throw new ConfigurationException("the user of this process can't be found out: " + e
                    + "; set java.io.tmpdir to a folder that can be written");
        }
    }

    /// Removes what dead listeners have left in that folder, where there is one: for who ends processes that listen, and
    /// does not leave them the time to tidy up.
    public static void tidy() {
        try {
            Path usual = usualPath();
            if (Files.isDirectory(usual, LinkOption.NOFOLLOW_LINKS)) {
                at(usual).sweep();
            }
        } catch (IOException | ConfigurationException e) {
            log.debug("what dead processes have left stays", e);
        }
    }

    private static Path usualPath() throws IOException {
        return usualPath(System.getenv("XDG_RUNTIME_DIR"), Path.of(System.getProperty("java.io.tmpdir")));
    }

    /// A service without a session often has no run-time folder, or inherits that of the user who started it.
    static Path usualPath(@Nullable String runtime, Path temporary) throws IOException {
        return runtime != null && runtime.startsWith("/") && isMine(Path.of(runtime)) ? Path.of(runtime, NAME)
                : temporary.toAbsolutePath().resolve(NAME + "-" + ThisUser.id());
    }

    private static boolean isMine(Path folder) throws IOException {
        return Files.isWritable(folder) && Files.getOwner(folder).equals(ThisUser.principal());
    }

    /// The folder at `path`, which is made where it does not exist.
    ///
    /// @throws ConfigurationException if it can't be had, there is something else, or others have access to it
    public static SocketFolder at(Path path) {
        try {
            try {
                Files.createDirectory(path, MADE_OURS);
            } catch (FileAlreadyExistsException e) {
                // then it has to be as we would have made it
            }
            PosixFileAttributes found = Files.readAttributes(path, PosixFileAttributes.class,
                    LinkOption.NOFOLLOW_LINKS);
            require(found.isDirectory() && found.owner().equals(ThisUser.principal())
                    && OURS.containsAll(found.permissions()),
                    "socket folder " + path + " must be a folder of user " + ThisUser.principal().getName()
                            + " that others can't enter (mode 0700), it has " + found.owner().getName() + " "
                            + PosixFilePermissions.toString(found.permissions())
                            + "; chmod it, remove it, or name another one");
            return new SocketFolder(path);
        } catch (IOException e) {
            throw new ConfigurationException("socket folder " + path + " can't be made or read: " + e
                    + "; set XDG_RUNTIME_DIR to a folder of yours");
        }
    }

    public Path path() {
        return path;
    }

    /// Takes a name that no file has, and removes what dead listeners have left.
    ///
    /// @throws ConfigurationException as of [SocketFile#take]
    public SocketFile takeNew() {
        sweep();
        return takeNew(() -> HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextLong()));
    }

    private void sweep() {
        try {
            SocketFile.sweep(path);
        } catch (IOException e) {
            log.warn("What dead processes have left in {} could not be removed", path, e);
        }
    }

    /// Another process that sweeps may hold a name that was only just made; then there is another name.
    SocketFile takeNew(Supplier<String> names) {
        for (int attempt = 1; attempt < ATTEMPTS; attempt++) {
            SocketFile taken = SocketFile.tryTake(path.resolve(names.get() + SocketFile.SUFFIX));
            if (taken != null) {
                return taken;
            }
        }
        return SocketFile.take(path.resolve(names.get() + SocketFile.SUFFIX));
    }
}
