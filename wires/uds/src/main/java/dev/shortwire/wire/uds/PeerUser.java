package dev.shortwire.wire.uds;

import java.io.IOException;
import java.net.SocketOption;
import java.nio.channels.SocketChannel;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.UserPrincipal;
import jdk.net.ExtendedSocketOptions;
import jdk.net.UnixDomainPrincipal;
import org.jspecify.annotations.Nullable;

/// Which user is at the other end of a Unix socket, as the kernel says, and whether that is one we talk to: our own, or
/// root. Stateless.
final class PeerUser {
    static final SocketOption<UnixDomainPrincipal> OPTION = ExtendedSocketOptions.SO_PEERCRED;

    private static final String ROOT = "root";

    /// Looked up when it is first needed; two threads that do so find the same.
    private static volatile @Nullable UserPrincipal own;

    private PeerUser() {}

    /// The user at the other end of a connected channel.
    static UserPrincipal of(SocketChannel channel) throws IOException {
        return channel.getOption(OPTION).user();
    }

    static boolean isWelcome(UserPrincipal user) throws IOException {
        return user.equals(own()) || user.equals(root());
    }

    private static UserPrincipal root() throws IOException {
        return FileSystems.getDefault().getUserPrincipalLookupService().lookupPrincipalByName(ROOT);
    }

    /// The user whom the kernel takes this process for: the owner of a file that it makes.
    static UserPrincipal own() throws IOException {
        UserPrincipal known = own;
        if (known == null) {
            Path made = Files.createTempFile("shortwire-owner", null);
            try {
                known = Files.getOwner(made);
                own = known;
            } finally {
                Files.delete(made);
            }
        }
        return known;
    }
}
