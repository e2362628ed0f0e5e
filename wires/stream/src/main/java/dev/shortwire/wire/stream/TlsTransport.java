package dev.shortwire.wire.stream;

import dev.shortwire.wire.Tls;
import java.io.IOException;
import javax.net.ssl.SSLEngine;

/// The pipes of another transport, with TLS on every one of them.
final class TlsTransport implements Transport {
    private final Transport inner;
    private final Tls tls;

    TlsTransport(Transport inner, Tls tls) {
        this.inner = inner;
        this.tls = tls;
    }

    @Override
    public String name() {
        return inner.name();
    }

    @Override
    public Acceptor listen(String address) {
        Acceptor acceptor = inner.listen(address);
        return new Acceptor() {
            @Override
            public String address() {
                return acceptor.address();
            }

            // The handshake is left to the thread that serves the pipe: a slow peer keeps no other waiting.
            @Override
            public Pipe accept() throws IOException {
                return over(acceptor.accept(), tls.serverEngine());
            }

            @Override
            public void close() {
                acceptor.close();
            }
        };
    }

    @Override
    public Pipe connect(String address, long timeoutNanos) throws IOException {
        return over(inner.connect(address, timeoutNanos), tls.clientEngine());
    }

    private static Pipe over(Pipe pipe, SSLEngine engine) throws IOException {
        try {
            return new TlsPipe(pipe, engine);
        } catch (IOException | RuntimeException e) {
            pipe.close();
            throw e;
        }
    }
}
