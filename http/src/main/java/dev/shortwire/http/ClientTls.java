package dev.shortwire.http;

import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSession;

/// TLS for a client. Called on the client's threads; must not block for long.
public interface ClientTls {
    /// A new engine for the client's end of one connection, which decides what certificates it believes.
    ///
    /// @param applicationProtocols what to propose by ALPN (RFC 7301), best first; none: no ALPN
    SSLEngine engine(String... applicationProtocols);

    /// Called when the handshake of a connection is over and before it is used.
    ///
    /// @throws SSLException if it is not to be used; the message says why
    default void check(SSLSession session) throws SSLException {}
}
