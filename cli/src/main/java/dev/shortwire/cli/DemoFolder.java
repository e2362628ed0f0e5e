package dev.shortwire.cli;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The temporary folder of one demo. Its launcher holds a lock on the file `launcher` in it for as long as it lives, so
/// the next one can tell a folder that was left behind, however its launcher ended, from one that is in use.
final class DemoFolder implements AutoCloseable {
    static final String PREFIX = "shortwire-demo-";
    static final String MARKER = "launcher";

    private static final Logger log = LoggerFactory.getLogger(DemoFolder.class);

    private final Path path;
    private final FileChannel channel;

    private DemoFolder(Path path, FileChannel channel) {
        this.path = path;
        this.channel = channel;
    }

    /// Makes a folder in `parent` and takes its lock.
    static DemoFolder create(Path parent) throws IOException {
        Path path = Files.createTempDirectory(parent, PREFIX);
        FileChannel channel = FileChannel.open(path.resolve(MARKER), StandardOpenOption.CREATE_NEW,
                StandardOpenOption.WRITE);
        FileLock lock = channel.tryLock();
        if (lock == null) {
            channel.close();
            throw new IOException("the new folder " + path + " is locked by another process");
        }
        channel.write(java.nio.ByteBuffer.wrap(
                ("pid " + ProcessHandle.current().pid() + "\n").getBytes(java.nio.charset.StandardCharsets.US_ASCII)));
        return new DemoFolder(path, channel);
    }

    Path path() {
        return path;
    }

    /// Deletes the folders in `parent` whose launchers are gone. Leaves alone what has no marker, what belongs to another
    /// user, links, and whatever it cannot be sure of. What can't be deleted now, since a node of the dead launcher still
    /// writes there or another launcher deletes it too, is left for the next time. To be called before this process makes
    /// its own folder: on some systems a process that looks at its own lock loses it.
    ///
    /// Another user could put a link in the place of a folder of his own while it is walked through, and have our files
    /// deleted; in a folder of ours nobody else can.
    ///
    /// @return the folders that it deleted
    static List<Path> sweep(Path parent) throws IOException {
        List<Path> swept = new ArrayList<>();
        try (DirectoryStream<Path> folders = Files.newDirectoryStream(parent, PREFIX + "*")) {
            for (Path folder : folders) {
                if (sweepOne(folder)) {
                    swept.add(folder);
                }
            }
        }
        return swept;
    }

    private static boolean sweepOne(Path folder) {
        try {
            if (!isAbandoned(folder) || !isMine(folder)) {
                return false;
            }
            delete(folder);
            return true;
        } catch (IOException busy) {
            log.debug("{} can't be deleted now; the next launcher tries again", folder, busy);
            return false;
        }
    }

    /// Whether the folder's owner is who owns the files that this process makes.
    private static boolean isMine(Path folder) throws IOException {
        Path probe = Files.createTempFile(folder.toAbsolutePath().getParent(), "shortwire-owner-", "");
        try {
            return Files.getOwner(folder, LinkOption.NOFOLLOW_LINKS).equals(Files.getOwner(probe));
        } finally {
            Files.delete(probe);
        }
    }

    /// Deletes the marker after all the rest, and puts it back where somebody writes: what is left is swept later.
    private static void delete(Path folder) throws IOException {
        try (DirectoryStream<Path> inside = Files.newDirectoryStream(folder,
                file -> !file.endsWith(MARKER))) {
            for (Path file : inside) {
                PrivateFiles.deleteTree(file);
            }
        }
        Path marker = folder.resolve(MARKER);
        Files.deleteIfExists(marker);
        try {
            Files.deleteIfExists(folder);
        } catch (DirectoryNotEmptyException written) {
            Files.writeString(marker, "left\n");
            throw written;
        }
    }

    private static boolean isAbandoned(Path folder) throws IOException {
        Path marker = folder.resolve(MARKER);
        if (!Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)
                || !Files.isRegularFile(marker, LinkOption.NOFOLLOW_LINKS) || !Files.isWritable(marker)) {
            return false;
        }
        try (FileChannel channel = FileChannel.open(marker, StandardOpenOption.WRITE);
                FileLock lock = channel.tryLock()) {
            return lock != null && channel.size() > 0;
        } catch (OverlappingFileLockException held) {
            return false; // by this very process
        } catch (NoSuchFileException gone) {
            return false; // another launcher was faster
        }
    }

    /// Deletes the folder. Safe to repeat.
    @Override
    public void close() throws IOException {
        if (Files.exists(path)) {
            delete(path);
        }
        channel.close();
    }
}
