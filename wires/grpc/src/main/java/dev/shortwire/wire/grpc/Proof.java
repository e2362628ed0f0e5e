package dev.shortwire.wire.grpc;

import dev.shortwire.wire.Sender;
import dev.shortwire.wire.TlsPeer;
import io.grpc.Attributes;
import io.grpc.Grpc;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;

/// Which senders the frames of one connection may have: those that the peer's certificate names, or all where nothing is
/// to be proved. Remembers the sender that it believed last, since all frames of a link mostly have the same. Confined to
/// the event loop.
final class Proof {
    private final @Nullable TlsPeer peer;
    private @Nullable Sender believed;

    private Proof(@Nullable TlsPeer peer) {
        this.peer = peer;
    }

    /// Nothing is to be proved: there is no TLS, or the kernel has told whose process the peer is.
    static Proof notAsked() {
        return new Proof(null);
    }

    /// What the certificate proves that came with a connection; nothing at all where none came.
    static Proof of(Attributes connection) {
        SSLSession session = connection.get(Grpc.TRANSPORT_ATTR_SSL_SESSION);
        return new Proof(session == null ? TlsPeer.ANONYMOUS : TlsPeer.of(session));
    }

    /// Whether the peer may be a node: it has a name, or needs none.
    boolean isNode() {
        return peer == null || !peer.names().isEmpty();
    }

    /// Who the peer has proved to be, anonymous where nothing was to be proved.
    TlsPeer peer() {
        return peer == null ? TlsPeer.ANONYMOUS : peer;
    }

    boolean covers(Sender sender) {
        if (sender == believed || peer == null) {
            return true;
        }
        if (!peer.maySendAs(sender)) {
            return false;
        }
        believed = sender;
        return true;
    }

    /// Why a frame was refused whose sender is not covered, for people.
    String refusal(Sender sender) {
        return peer().refusal(sender);
    }
}
