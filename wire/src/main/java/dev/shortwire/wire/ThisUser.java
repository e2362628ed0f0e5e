package dev.shortwire.wire;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.UserPrincipal;
import org.jspecify.annotations.Nullable;

/// The user whom the kernel takes this process for: the owner of a file that it makes. The first who asks makes one in the
/// folder for temporary files; where several ask first, they find the same.
public final class ThisUser {
    private static final int ROOT = 0;

    private static volatile @Nullable Owner known;

    private ThisUser() {}

    private record Owner(UserPrincipal principal, int id) {}

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
            Path made = Files.createTempFile("shortwire-owner", null);
            try {
                owner = new Owner(Files.getOwner(made), (int) Files.getAttribute(made, "unix:uid"));
                known = owner;
            } finally {
                Files.delete(made);
            }
        }
        return owner;
    }
}
