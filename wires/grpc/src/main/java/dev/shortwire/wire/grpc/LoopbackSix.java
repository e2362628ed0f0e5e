package dev.shortwire.wire.grpc;

import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;

/// Whether this machine has ::1.
final class LoopbackSix {
    private LoopbackSix() {}

    static boolean exists() {
        try {
            return NetworkInterface.getByInetAddress(InetAddress.ofLiteral("::1")) != null;
        } catch (SocketException e) {
            return false;
        }
    }
}
