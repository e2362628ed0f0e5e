package dev.shortwire.http;

import io.netty.handler.codec.http2.AbstractHttp2ConnectionHandlerBuilder;
import io.netty.handler.codec.http2.Http2ConnectionDecoder;
import io.netty.handler.codec.http2.Http2ConnectionEncoder;
import io.netty.handler.codec.http2.Http2ConnectionHandler;
import io.netty.handler.codec.http2.Http2Settings;

/// Netty's handler of an HTTP/2 connection, with this server's limits. What it leaves unbounded, [Http2Session] bounds.
final class Http2Handler extends Http2ConnectionHandler {
    /// Requests of one connection that are under way at once.
    static final int MAX_STREAMS = 256;

    /// A client that resets more streams than this, in that many seconds, is cut off (CVE-2023-44487).
    private static final int MAX_RESETS = 2_000;
    private static final int RESETS_WINDOW_SECONDS = 10;
    /// Answers to pings and settings that wait because the client does not read.
    private static final int MAX_QUEUED_CONTROL_FRAMES = 1_000;
    private static final int STREAM_WINDOW = 256 * 1024;

    private Http2Handler(Http2ConnectionDecoder decoder, Http2ConnectionEncoder encoder, Http2Settings settings) {
        super(decoder, encoder, settings);
    }

    static Http2Handler of(Http2Session session, HttpServerOptions options) {
        return new Builder(session, options).build();
    }

    private static final class Builder extends AbstractHttp2ConnectionHandlerBuilder<Http2Handler, Builder> {
        Builder(Http2Session session, HttpServerOptions options) {
            server(true);
            frameListener(session);
            long maxHeaders = (long) options.maxRequestLineBytes() + options.maxHeaderBytes();
            initialSettings(Http2Settings.defaultSettings().maxConcurrentStreams(MAX_STREAMS)
                    .maxHeaderListSize(maxHeaders).initialWindowSize(STREAM_WINDOW));
            decoderEnforceMaxRstFramesPerWindow(MAX_RESETS, RESETS_WINDOW_SECONDS);
            encoderEnforceMaxQueuedControlFrames(MAX_QUEUED_CONTROL_FRAMES);
            gracefulShutdownTimeoutMillis(options.drainTimeout().toMillis());
        }

        @Override
        protected Http2Handler build(Http2ConnectionDecoder decoder, Http2ConnectionEncoder encoder,
                Http2Settings initialSettings) {
            return new Http2Handler(decoder, encoder, initialSettings);
        }

        @Override
        protected Http2Handler build() {
            return super.build();
        }
    }
}
