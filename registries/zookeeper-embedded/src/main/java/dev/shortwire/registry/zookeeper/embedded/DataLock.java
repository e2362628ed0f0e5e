package dev.shortwire.registry.zookeeper.embedded;

import dev.shortwire.ConfigurationException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/// Holds a data directory for one server: two that write one log would spoil it. The lock ends with the process,
/// however that ends.
final class DataLock implements AutoCloseable {
    private final FileChannel channel;

    private DataLock(FileChannel channel) {
        this.channel = channel;
    }

    /// Takes the lock of `dir`, which is made where it does not exist.
    ///
    /// @throws ConfigurationException if another server has it, or the directory can't be used
    static DataLock take(Path dir) {
        try {
            Files.createDirectories(dir);
            FileChannel channel = FileChannel.open(dir.resolve("server.lock"), StandardOpenOption.CREATE,
                    StandardOpenOption.WRITE);
            if (tryLock(channel) == null) {
                channel.close();
                throw new ConfigurationException("data directory " + dir
                        + " is used by another registry server; stop that one, or name another directory");
            }
            return new DataLock(channel);
        } catch (IOException e) {
            ConfigurationException unusable = new ConfigurationException("data directory " + dir
                    + " can't be used (" + e + "); name a folder that can be written");
            unusable.initCause(e);
            throw unusable;
        }
    }

    private static @Nullable FileLock tryLock(FileChannel channel) throws IOException {
        try {
            return channel.tryLock();
        } catch (OverlappingFileLockException e) {
            return null; // by this very process
        }
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            throw new UncheckedIOException("the lock of a data directory could not be let go", e);
        }
    }
}
