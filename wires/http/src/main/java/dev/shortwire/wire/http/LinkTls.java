package dev.shortwire.wire.http;

import dev.shortwire.http.ClientTls;
import dev.shortwire.wire.Sender;
import dev.shortwire.wire.Tls;
import dev.shortwire.wire.TlsPeer;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSession;

/// TLS for the connections of one link: all of them must lead to the same peer, which is who the first one showed. A renewed
/// certificate with the same names is the same peer's.
final class LinkTls implements ClientTls {
    private final Tls tls;
    private final AtomicReference<TlsPeer> peer = new AtomicReference<>(TlsPeer.ANONYMOUS);

    LinkTls(Tls tls) {
        this.tls = tls;
    }

    @Override
    public SSLEngine engine(String... applicationProtocols) {
        return tls.clientEngine(applicationProtocols);
    }

    @Override
    public void check(SSLSession session) throws SSLException {
        TlsPeer shown = TlsPeer.of(session);
        if (shown.names().isEmpty()) {
            throw new SSLException("the peer's certificate names no node; give it one whose subject alternative name is"
                    + " the node's name");
        }
        TlsPeer known = peer.compareAndExchange(TlsPeer.ANONYMOUS, shown);
        if (!known.names().isEmpty() && !known.names().equals(shown.names())) {
            throw new SSLException("the peer was " + known.names() + " and is " + shown.names() + " now");
        }
    }

    /// Who the peer has proved to be; anonymous before the first connection is up.
    TlsPeer peer() {
        return Objects.requireNonNull(peer.get());
    }

    boolean maySendAs(Sender sender) {
        return peer().maySendAs(sender);
    }
}
