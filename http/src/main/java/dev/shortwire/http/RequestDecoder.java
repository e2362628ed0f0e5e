package dev.shortwire.http;

import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpMessage;
import io.netty.handler.codec.http.HttpRequestDecoder;
import java.nio.charset.StandardCharsets;

/// Netty's decoder, made strict where it is lenient: a message that says its length in two ways is refused instead of
/// read in one of them, since another reader may choose the other (RFC 9112, section 6.1). The target keeps the raw
/// bytes that some clients send, one character each.
final class RequestDecoder extends HttpRequestDecoder {
    private static final int MAX_CHUNK_BYTES = 64 * 1024;

    RequestDecoder(HttpServerOptions options) {
        super(new HttpDecoderConfig().setMaxInitialLineLength(options.maxRequestLineBytes())
                .setMaxHeaderSize(options.maxHeaderBytes()).setMaxChunkSize(MAX_CHUNK_BYTES)
                .setStrictLineParsing(true));
    }

    /// Bytes that arrived and belong to nothing that was decoded yet.
    int bytesLeft() {
        return actualReadableBytes();
    }

    @Override
    protected void handleTransferEncodingChunkedWithContentLength(HttpMessage message) {
        throw new IllegalArgumentException("the request has both Content-Length and Transfer-Encoding; send one");
    }

    @Override
    protected String splitSecondWordInitialLine(byte[] line, int start, int length) {
        return new String(line, start, length, StandardCharsets.ISO_8859_1);
    }
}
