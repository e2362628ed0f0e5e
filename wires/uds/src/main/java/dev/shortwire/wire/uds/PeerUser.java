package dev.shortwire.wire.uds;

import dev.shortwire.wire.ThisUser;
import java.io.IOException;
import java.net.SocketOption;
import java.nio.channels.SocketChannel;
import java.nio.file.FileSystems;
import java.nio.file.attribute.UserPrincipal;
import jdk.net.ExtendedSocketOptions;
import jdk.net.UnixDomainPrincipal;

/// Which user is at the other end of a Unix socket, as the kernel says, and whether that is one we talk to: our own, or
/// root. Stateless.
final class PeerUser {
    static final SocketOption<UnixDomainPrincipal> OPTION = ExtendedSocketOptions.SO_PEERCRED;

    private static final String ROOT = "root";

    private PeerUser() {}

    /// The user at the other end of a connected channel.
    static UserPrincipal of(SocketChannel channel) throws IOException {
        return channel.getOption(OPTION).user();
    }

    static boolean isWelcome(UserPrincipal user) throws IOException {
        return user.equals(ThisUser.principal()) || user.equals(root());
    }

    private static UserPrincipal root() throws IOException {
        return FileSystems.getDefault().getUserPrincipalLookupService().lookupPrincipalByName(ROOT);
    }
}
