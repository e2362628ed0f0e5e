package dev.shortwire.wire;

import dev.shortwire.ConfigurationException;
import dev.shortwire.spi.Clock;
import java.util.concurrent.locks.ReentrantLock;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// TLS 1.3 with the certificates of one node, for all its wires and gateways. Safe for use by any thread.
///
/// **Reloading.** There is no thread that watches: whoever makes a connection looks at the files first, if nobody has in
/// the last [TlsSettings#reload]. Changed files are read as a whole and checked (they parse, the key fits the
/// certificate, which is valid now); only then does a new context take the place of the old one. Until then, or if they
/// can't be used, the old one goes on, and the log says so once for each state of the files. Certificate and key can't be
/// replaced in one step, so a look in between finds a pair that does not fit: the old one goes on until the next look.
/// Connections that are up keep what they were made with.
///
/// Looking costs three `stat`s, and reading a few milliseconds at each change, on the thread that makes a connection.
/// Others do not wait for it: they take the context that is there.
///
/// **Whom to believe.** A certificate is believed if the files in [TlsSettings#trust] vouch for it. Host names are not
/// compared with it, since nodes move: what counts is the node's name, which [TlsPeer] has and whoever reads frames
/// compares with their sender. Our clients resume no sessions, others may for a minute, and none beyond a reload.
public final class Tls {
    private static final Logger log = LoggerFactory.getLogger(Tls.class);
    private static final String[] PROTOCOLS = {"TLSv1.3"};

    private final TlsSettings settings;
    private final Clock clock;
    private final ReentrantLock looking = new ReentrantLock();
    private volatile TlsFiles.Loaded loaded;
    private volatile long lookAtNanos;
    private TlsFiles.@Nullable Stamp refused;

    private Tls(TlsSettings settings, Clock clock, TlsFiles.Loaded loaded) {
        this.settings = settings;
        this.clock = clock;
        this.loaded = loaded;
        this.lookAtNanos = clock.nanoTime() + settings.reload().toNanos();
    }

    /// Reads the files. Blocks while it does.
    ///
    /// @throws ConfigurationException if one can't be used
    public static Tls open(TlsSettings settings, Clock clock) {
        return new Tls(settings, clock, TlsFiles.load(settings));
    }

    public TlsSettings settings() {
        return settings;
    }

    /// The names in this node's own certificate, as others see them.
    public TlsPeer self() {
        return TlsPeer.of(current().certificate());
    }

    /// The context for the next connection. Ask again for each connection: a context does not change.
    public SSLContext context() {
        return current().context();
    }

    /// A new engine for the server's end of a connection. Whether clients must show a certificate is as the settings say.
    ///
    /// @param applicationProtocols what to agree on by ALPN, best first; none: no ALPN
    public SSLEngine serverEngine(String... applicationProtocols) {
        SSLEngine engine = engine(applicationProtocols);
        engine.setUseClientMode(false);
        if (settings.clientAuth() == TlsSettings.ClientAuth.ALL) {
            engine.setNeedClientAuth(true);
        } else {
            engine.setWantClientAuth(true);
        }
        return engine;
    }

    /// A new engine for the client's end of a connection.
    ///
    /// @param applicationProtocols what to propose by ALPN, best first; none: no ALPN
    public SSLEngine clientEngine(String... applicationProtocols) {
        SSLEngine engine = engine(applicationProtocols);
        engine.setUseClientMode(true);
        return engine;
    }

    private SSLEngine engine(String... applicationProtocols) {
        SSLEngine engine = context().createSSLEngine();
        SSLParameters parameters = engine.getSSLParameters();
        parameters.setProtocols(PROTOCOLS);
        parameters.setApplicationProtocols(applicationProtocols);
        engine.setSSLParameters(parameters);
        return engine;
    }

    private TlsFiles.Loaded current() {
        if (clock.nanoTime() - lookAtNanos >= 0 && looking.tryLock()) {
            try {
                look();
                lookAtNanos = clock.nanoTime() + settings.reload().toNanos();
            } finally {
                looking.unlock();
            }
        }
        return loaded;
    }

    private void look() {
        TlsFiles.Stamp now = TlsFiles.stamp(settings);
        if (now.equals(loaded.stamp()) || now.equals(refused)) {
            return;
        }
        try {
            TlsFiles.Loaded fresh = TlsFiles.load(settings);
            loaded = fresh;
            refused = null;
            log.info("TLS: new certificate of {}, valid until {}, for connections from now on",
                    TlsPeer.of(fresh.certificate()).names(), fresh.certificate().getNotAfter().toInstant());
        } catch (ConfigurationException e) {
            log.warn("TLS: the changed files can't be used, the certificate read before goes on: {}", e.getMessage());
            refused = now;
        }
    }
}
