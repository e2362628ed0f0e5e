package dev.shortwire.wire.tcp;

import dev.shortwire.wire.Tls;
import dev.shortwire.wire.Wire;
import dev.shortwire.wire.WireProvider;
import dev.shortwire.wire.WireSettings;
import dev.shortwire.wire.stream.StreamWire;
import dev.shortwire.wire.stream.Transport;

/// Makes wires over TCP. Addresses have the form `host:port` or `[ipv6]:port`; one listens on `localhost:port` at both
/// loopback addresses, and an empty address takes a free port of `127.0.0.1`. With [WireSettings#tls()] every connection
/// is encrypted, and both ends show their certificates.
public final class TcpWireProvider implements WireProvider {
    public static final String NAME = "tcp";

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public Wire create(WireSettings settings) {
        Transport plain = new TcpTransport(settings.mayBindRemotely());
        Tls tls = settings.tls();
        return new StreamWire(settings, tls == null ? plain : plain.over(tls));
    }
}
