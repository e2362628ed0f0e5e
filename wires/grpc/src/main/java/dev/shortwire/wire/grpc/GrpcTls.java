package dev.shortwire.wire.grpc;

import dev.shortwire.wire.Tls;
import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.ApplicationProtocolNames;
import io.netty.handler.ssl.ApplicationProtocolNegotiator;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.IdentityCipherSuiteFilter;
import io.netty.handler.ssl.JdkSslContext;
import io.netty.handler.ssl.SslContext;
import java.util.List;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLSessionContext;

/// [Tls] in the form in which gRPC takes it: each connection gets an engine of its own, made with the certificates of that
/// moment, and HTTP/2 is agreed on by ALPN. What an engine demands, versions and certificates of clients, is what the
/// engines of [Tls] demand. Safe for use by any thread.
final class GrpcTls extends SslContext {
    private static final ApplicationProtocolConfig HTTP_2 = new ApplicationProtocolConfig(
            ApplicationProtocolConfig.Protocol.ALPN, ApplicationProtocolConfig.SelectorFailureBehavior.NO_ADVERTISE,
            ApplicationProtocolConfig.SelectedListenerFailureBehavior.ACCEPT, ApplicationProtocolNames.HTTP_2);

    private final Tls tls;
    private final boolean client;

    private GrpcTls(Tls tls, boolean client) {
        this.tls = tls;
        this.client = client;
    }

    /// For the connections that a server accepts.
    static GrpcTls server(Tls tls) {
        return new GrpcTls(tls, false);
    }

    /// For the connections that a link makes.
    static GrpcTls client(Tls tls) {
        return new GrpcTls(tls, true);
    }

    /// Netty's view of the present certificates: it alone can tell gRPC what was agreed on by ALPN.
    private JdkSslContext present() {
        return new JdkSslContext(tls.context(), client, null, IdentityCipherSuiteFilter.INSTANCE, HTTP_2,
                ClientAuth.NONE, null, false);
    }

    @Override
    public SSLEngine newEngine(ByteBufAllocator allocator) {
        SSLEngine engine = present().newEngine(allocator);
        SSLEngine model = client
                ? tls.clientEngine(ApplicationProtocolNames.HTTP_2)
                : tls.serverEngine(ApplicationProtocolNames.HTTP_2);
        engine.setSSLParameters(model.getSSLParameters());
        return engine;
    }

    /// The peer is known by its certificate, not by its host; without that no session is resumed either.
    @Override
    public SSLEngine newEngine(ByteBufAllocator allocator, String host, int port) {
        return newEngine(allocator);
    }

    @Override
    public boolean isClient() {
        return client;
    }

    @Override
    public List<String> cipherSuites() {
        return present().cipherSuites();
    }

    @Override
    @SuppressWarnings("deprecation") // the only way to say what is agreed on by ALPN
    public ApplicationProtocolNegotiator applicationProtocolNegotiator() {
        return present().applicationProtocolNegotiator();
    }

    @Override
    public SSLSessionContext sessionContext() {
        return present().sessionContext();
    }
}
