package dev.shortwire.bench;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.stream.Collectors;

/// All bare loops, by name.
final class Floors {
    private static final List<Floor> ALL = List.of(new MethodFloor(), new SharedFloor(SharedFloor.FUTEX, false),
            new SharedFloor(SharedFloor.SPINNING, true), new SocketFloor(SocketFloor.BARE_UDS, true, false),
            new SocketFloor(SocketFloor.SPINNING_UDS, true, true), new SocketFloor(SocketFloor.BARE_TCP, false, false),
            new SocketFloor(SocketFloor.SPINNING_TCP, false, true), new DatagramFloor(),
            new GrpcFloor(GrpcFloor.STREAM, true), new GrpcFloor(GrpcFloor.UNARY, false), new HttpFloor());

    /// Names the address of the answering side where that is not loopback.
    static final String HOST_PROPERTY = "shortwire.bench.host";

    private Floors() {}

    /// The address that servers of this process bind, and that clients of it connect to.
    static InetAddress host() {
        try {
            return InetAddress.getByName(System.getProperty(HOST_PROPERTY, "127.0.0.1"));
        } catch (UnknownHostException e) {
            throw new IllegalStateException(HOST_PROPERTY + " must be an address", e);
        }
    }

    static List<Floor> all() {
        return ALL;
    }

    /// The one of that name.
    static Floor named(String name) {
        return ALL.stream().filter(floor -> floor.name().equals(name)).findFirst()
                .orElseThrow(() -> new IllegalArgumentException("floor=" + name + " must be one of "
                        + ALL.stream().map(Floor::name).collect(Collectors.joining(", "))));
    }
}
