package dev.shortwire.wire;

import static dev.shortwire.ConfigurationException.require;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.shortwire.ConfigurationException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.zip.CRC32;

/// Where a Unix socket is: its path, and behind a `#` the mark of the folder it lies in. Processes that see the same path
/// but not the same folder, on different hosts, in different containers or with a `/tmp` of their own, tell by the mark that
/// they do not. Otherwise a socket that can't be seen would prove a death.
///
/// @param path absolute
/// @param mark of the folder, 8 hexadecimal digits; empty if it is not known
public record UnixAddress(Path path, String mark) {
    private static final Path BOOT = Path.of("/proc/sys/kernel/random/boot_id");
    private static final Pattern MARKED = Pattern.compile(".+#[0-9a-f]{8}");

    /// @throws ConfigurationException if it is no path of a file
    public static UnixAddress parse(String address) {
        int end = MARKED.matcher(address).matches() ? address.lastIndexOf('#') : address.length();
        try {
            Path path = Path.of(address.substring(0, end)).toAbsolutePath().normalize();
            require(path.getParent() != null, "socket path \"" + address + "\" must name a file");
            return new UnixAddress(path, address.substring(Math.min(end + 1, address.length())));
        } catch (InvalidPathException e) {
            throw new ConfigurationException("socket path \"" + address + "\" must be a path: " + e.getMessage());
        }
    }

    /// The address of a socket in a folder that is here.
    public static UnixAddress of(Path path) throws IOException {
        Path absolute = path.toAbsolutePath().normalize();
        return new UnixAddress(absolute, markOf(folderOf(absolute)));
    }

    /// @throws IOException unless a listener at this address would be seen here: then, and only then, does it prove
    ///                     something that nobody listens
    public void requireVisible() throws IOException {
        Path folder = folderOf(path);
        if (Files.notExists(folder)) {
            throw new IOException("folder " + folder + " is not here: the peer is on another host, in a container"
                    + " that does not share the folder, or has gone long ago");
        }
        String here = markOf(folder);
        if (!mark.isEmpty() && !mark.equals(here)) {
            throw new IOException("folder " + folder + " here (" + here + ") is not the peer's (" + mark
                    + "): it is on another host, or in a container that does not share the folder");
        }
    }

    private static Path folderOf(Path path) throws IOException {
        Path folder = path.getParent();
        if (folder == null) {
            throw new IOException("socket path " + path + " must name a file");
        }
        return folder;
    }

    private static String markOf(Path folder) throws IOException {
        Map<String, Object> found = Files.readAttributes(folder, "unix:dev,ino");
        CRC32 sum = new CRC32();
        sum.update((boot() + " " + found.get("dev") + " " + found.get("ino")).getBytes(UTF_8));
        return HexFormat.of().toHexDigits((int) sum.getValue());
    }

    /// Tells kernels apart, where they do.
    private static String boot() throws IOException {
        return Files.isReadable(BOOT) ? Files.readString(BOOT).strip() : "";
    }

    @Override
    public String toString() {
        return mark.isEmpty() ? path.toString() : path + "#" + mark;
    }
}
