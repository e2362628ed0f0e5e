package dev.shortwire.wire;

import static dev.shortwire.ConfigurationException.require;

import java.nio.file.Path;
import java.time.Duration;

/// With what a node proves who it is, and whom it believes. All files are in PEM form.
///
/// @param cert       the node's certificate, followed by those between it and the root, if there are any. One of its
///                   subject alternative names is the node's name, see [TlsPeer].
/// @param key        the certificate's private key, PKCS #8, not encrypted; readable by nobody else
/// @param trust      the certificates by which others are believed: the root of the cluster's own authority. Whoever it
///                   signs for is let in, so it must sign for this cluster alone.
/// @param clientAuth who must show a certificate
/// @param reload     how long changed files may go unnoticed: they are looked at when a connection is made, but not more
///                   often than this; zero: each time
public record TlsSettings(Path cert, Path key, Path trust, ClientAuth clientAuth, Duration reload) {
    public static final Duration DEFAULT_RELOAD = Duration.ofSeconds(5);

    /// Who must show a certificate.
    public enum ClientAuth {
        /// Whoever connects.
        ALL,
        /// Whoever sends frames; gateways on the same port, such as the HTTP API, serve others too.
        PEERS
    }

    public TlsSettings {
        require(!reload.isNegative(), "tls.reload=" + reload + " must be >= 0; set tls.reload");
    }

    /// Everybody must show a certificate; changes are seen within five seconds.
    public TlsSettings(Path cert, Path key, Path trust) {
        this(cert, key, trust, ClientAuth.ALL, DEFAULT_RELOAD);
    }

    public TlsSettings withClientAuth(ClientAuth value) {
        return new TlsSettings(cert, key, trust, value, reload);
    }

    public TlsSettings withReload(Duration value) {
        return new TlsSettings(cert, key, trust, clientAuth, value);
    }
}
