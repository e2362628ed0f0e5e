package dev.shortwire.wire.udp;

import dev.shortwire.wire.Wire;
import dev.shortwire.wire.WireProvider;
import dev.shortwire.wire.WireSettings;

/// Makes wires that carry small repeatable calls as datagrams, and everything else over a stream to the same peer. An
/// address is where that stream is: `host:port` or `[ipv6]:port` for TCP with TLS, `unix:/path` for a Unix socket
/// between processes of one host. An empty address takes a free port of `127.0.0.1` where the node has certificates,
/// else a new socket file. The datagrams have the same port number as the TCP stream.
///
/// Such a wire is used only where it was named: its datagrams obey no order, and cross no network address translation.
public final class UdpWireProvider implements WireProvider {
    public static final String NAME = "udp";

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public Wire create(WireSettings settings) {
        return new UdpWire(settings, SessionLimits.DEFAULT, SocketPort::new);
    }
}
