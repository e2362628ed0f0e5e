package dev.shortwire.http;

import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.ssl.NotSslRecordException;
import io.netty.handler.ssl.SslHandler;
import java.time.Duration;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;

/// TLS at the beginning of a connection's pipeline. What takes time, such as signing, runs on virtual threads, so that an
/// event loop does not wait for it.
final class TlsPipe {
    private static final int SHOWN = 200;

    private TlsPipe() {}

    /// @param handshakeTimeout after which a connection whose handshake is not over is closed
    static void install(Channel channel, SSLEngine engine, Duration handshakeTimeout) {
        SslHandler handler = new SslHandler(engine, false, Thread::startVirtualThread);
        handler.setHandshakeTimeoutMillis(handshakeTimeout.toMillis());
        channel.pipeline().addFirst(handler);
    }

    /// The handler in this pipeline, or null for one without TLS.
    static @Nullable SslHandler of(Channel channel) {
        return channel.pipeline().get(SslHandler.class);
    }

    /// The session of this connection, or null where there is no TLS.
    static @Nullable SSLSession session(Channel channel) {
        SslHandler handler = of(channel);
        return handler == null ? null : handler.engine().getSession();
    }

    /// Tells the peer that nothing more comes, where TLS has a way to say so.
    static ChannelFuture closeOutbound(Channel channel) {
        SslHandler handler = of(channel);
        return handler == null ? channel.newSucceededFuture() : handler.closeOutbound();
    }

    /// What TLS has to say of a fault of a connection, at a length that a log can bear, or null if it is another fault.
    static @Nullable String faultOf(Throwable fault) {
        Throwable cause = fault instanceof DecoderException && fault.getCause() != null ? fault.getCause() : fault;
        if (cause instanceof NotSslRecordException) {
            // Its message has the bytes that came instead.
            return "the other end does not speak TLS";
        }
        String message = String.valueOf(cause.getMessage());
        return cause instanceof SSLException ? message.substring(0, Math.min(SHOWN, message.length())) : null;
    }
}
