package dev.shortwire.wire;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.UserPrincipal;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// The user whom the kernel takes this process for, as Linux says in `/proc`. Elsewhere it is the owner of a file that this
/// process makes: the first who asks makes one in the folder for temporary files. Where several ask first, they find the
/// same.
public final class ThisUser {
    private static final int ROOT = 0;
    private static final Path STATUS = Path.of("/proc/self/status");
    private static final Pattern BLANKS = Pattern.compile("\\s+");
    private static final int EFFECTIVE = 2; // after the key and the real user

    private static volatile @Nullable Owner known;

    private ThisUser() {}

    record Owner(UserPrincipal principal, int id) {}

    public static UserPrincipal principal() throws IOException {
        return owner().principal();
    }

    public static int id() throws IOException {
        return owner().id();
    }

    /// Whether a process of that user may talk to this one over what only processes of one host reach: this user's own
    /// may, and root's.
    public static boolean trusts(int user) throws IOException {
        return user == ROOT || user == id();
    }

    private static Owner owner() throws IOException {
        Owner owner = known;
        if (owner == null) {
            owner = Files.isReadable(STATUS) ? ofStatus() : ofNewFile();
            known = owner;
        }
        return owner;
    }

    /// The file of a process that may not be traced is root's; then the principal has a number for its name.
    static Owner ofStatus() throws IOException {
        for (String line : Files.readAllLines(STATUS, ISO_8859_1)) {
            if (line.startsWith("Uid:")) {
                int id = Integer.parseUnsignedInt(BLANKS.splitAsStream(line).toList().get(EFFECTIVE));
                return new Owner(ownerOf(STATUS) == id ? Files.getOwner(STATUS)
                        : STATUS.getFileSystem().getUserPrincipalLookupService()
                                .lookupPrincipalByName(Integer.toString(id)),
                        id);
            }
        }
        throw new IOException(STATUS + " names no user");
    }

    static Owner ofNewFile() throws IOException {
        Path made = Files.createTempFile("shortwire-owner", null);
        try {
            return new Owner(Files.getOwner(made), ownerOf(made));
        } finally {
            Files.delete(made);
        }
    }

    private static int ownerOf(Path file) throws IOException {
        return (int) Files.getAttribute(file, "unix:uid");
    }
}
