package dev.shortwire.wire.udp;

import dev.shortwire.ConfigurationException;
import dev.shortwire.spi.HostPort;
import dev.shortwire.wire.Tls;
import dev.shortwire.wire.WireSettings;
import dev.shortwire.wire.stream.Pipe;
import dev.shortwire.wire.stream.Transport;
import dev.shortwire.wire.tcp.TcpTransport;
import dev.shortwire.wire.uds.UdsTransport;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Where the streams come from that datagrams need beside them: TCP with TLS, where both ends show a certificate, or Unix
/// sockets, where both ask the kernel which user is at the other. Plain TCP proves nothing, so it is refused.
final class Companion implements Transport {
    static final String UNIX = "unix:";

    private final Transport unix = new UdsTransport();
    private final @Nullable Transport tcp;
    private final @Nullable Connections connections;

    /// @param connections told of every stream that was accepted; null for the end that connects
    Companion(WireSettings settings, @Nullable Connections connections) {
        Tls tls = settings.tls();
        this.tcp = tls == null ? null : new TcpTransport(settings.mayBindRemotely()).over(tls);
        this.connections = connections;
    }

    /// A socket file, or loopback where there are certificates: for an empty address.
    private String choose(String address) {
        return !address.isEmpty() ? address : tcp == null ? UNIX : "127.0.0.1:0";
    }

    private Transport transport(String address) {
        Transport wanted = address.startsWith(UNIX) ? unix : tcp;
        if (wanted == null) {
            throw new ConfigurationException("udp address " + address + " must have certificates, since the keys of the"
                    + " datagrams are issued over TLS; configure tls, or within one host use " + UNIX + "/path");
        }
        return wanted;
    }

    private static String without(String address) {
        return address.startsWith(UNIX) ? address.substring(UNIX.length()) : address;
    }

    /// The addresses to which datagrams for `address` go: none but loopback for a Unix socket. Blocks while a name is
    /// looked up.
    static InetAddress host(String address) throws UnknownHostException {
        return address.startsWith(UNIX) ? InetAddress.ofLiteral("127.0.0.1") : HostPort.parse(address).resolve();
    }

    /// The hosts at which datagrams for `address` are received.
    static List<String> bindHosts(String address) {
        return address.startsWith(UNIX) ? List.of("127.0.0.1") : HostPort.parse(address).bindHosts();
    }

    @Override
    public String name() {
        return UdpWireProvider.NAME;
    }

    @Override
    public Acceptor listen(String address) {
        String chosen = choose(address);
        Acceptor acceptor = transport(chosen).listen(without(chosen));
        boolean isUnix = chosen.startsWith(UNIX);
        return new Acceptor() {
            private long accepted;

            @Override
            public String address() {
                return isUnix ? UNIX + acceptor.address() : acceptor.address();
            }

            @Override
            public Pipe accept() throws IOException {
                Pipe pipe = acceptor.accept();
                Connections told = connections;
                if (told == null) {
                    return pipe;
                }
                // All peers of a socket file have its path for their address.
                String name = isUnix ? UNIX + pipe.peer() + "#" + ++accepted : pipe.peer();
                return new CompanionPipe(pipe, name, told);
            }

            @Override
            public void close() {
                acceptor.close();
            }
        };
    }

    @Override
    public Pipe connect(String address, long timeoutNanos) throws IOException {
        return transport(address).connect(without(address), timeoutNanos);
    }
}
