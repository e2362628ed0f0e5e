package dev.shortwire.wire.uds;

import static dev.shortwire.ConfigurationException.require;

import dev.shortwire.ConfigurationException;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HexFormat;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;

/// The folder that holds the socket files of this user: `shortwire` in `XDG_RUNTIME_DIR`, or `shortwire-USER` in the
/// folder for temporary files. Nobody else can look into it.
final class SocketFolder {
    private static final Set<PosixFilePermission> OURS = PosixFilePermissions.fromString("rwx------");

    private final Path path;

    private SocketFolder(Path path) {
        this.path = path;
    }

    /// The folder, which is made where it does not exist.
    ///
    /// @throws ConfigurationException if there is something else, or others have access to it
    static SocketFolder ofThisUser() {
        String runtime = System.getenv("XDG_RUNTIME_DIR");
        if (runtime != null && !runtime.isEmpty() && Files.isWritable(Path.of(runtime))) {
            return at(Path.of(runtime, "shortwire"));
        }
        return at(Path.of(System.getProperty("java.io.tmpdir"), "shortwire-" + System.getProperty("user.name")));
    }

    static SocketFolder at(Path path) {
        try {
            try {
                Files.createDirectory(path, PosixFilePermissions.asFileAttribute(OURS));
            } catch (FileAlreadyExistsException e) {
                // then it has to be as we would have made it
            }
            PosixFileAttributes found = Files.readAttributes(path, PosixFileAttributes.class,
                    LinkOption.NOFOLLOW_LINKS);
            require(found.isDirectory() && found.owner().equals(PeerUser.own())
                    && OURS.containsAll(found.permissions()),
                    "socket folder " + path + " must be a folder of user " + PeerUser.own().getName()
                            + " that others can't open (mode 0700), it has " + found.owner().getName() + " "
                            + PosixFilePermissions.toString(found.permissions())
                            + "; remove it, or set XDG_RUNTIME_DIR to a folder of yours");
            return new SocketFolder(path);
        } catch (IOException e) {
            throw new ConfigurationException("socket folder " + path + " can't be made or read: " + e
                    + "; set XDG_RUNTIME_DIR to a folder of yours");
        }
    }

    Path path() {
        return path;
    }

    /// A name that no file has.
    Path newSocket() {
        return path.resolve(HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextLong()) + SocketFile.SUFFIX);
    }
}
