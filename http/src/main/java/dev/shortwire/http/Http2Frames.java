package dev.shortwire.http;

import io.netty.buffer.ByteBuf;

/// The format of HTTP/2 frames, as far as [SharedConnection] needs it (RFC 9113, sections 4.1, 6 and 7).
///
/// | offset | length | of each frame |
/// | ---: | ---: | --- |
/// | 0 | 3 | length of what follows the head |
/// | 3 | 1 | type |
/// | 4 | 1 | flags |
/// | 5 | 4 | stream, 0 for the connection; the highest bit means nothing |
final class Http2Frames {
    static final int DATA = 0;
    static final int HEADERS = 1;
    static final int RST_STREAM = 3;
    static final int SETTINGS = 4;
    static final int PUSH_PROMISE = 5;
    static final int PING = 6;
    static final int GOAWAY = 7;
    static final int WINDOW_UPDATE = 8;
    static final int CONTINUATION = 9;

    static final int END_STREAM = 1;
    static final int ACK = 1;
    static final int END_HEADERS = 4;
    static final int PADDED = 8;
    static final int PRIORITY = 32;

    static final int HEADER_TABLE_SIZE = 1;
    static final int ENABLE_PUSH = 2;
    static final int MAX_CONCURRENT_STREAMS = 3;
    static final int INITIAL_WINDOW_SIZE = 4;
    static final int MAX_HEADER_LIST_SIZE = 6;

    static final int REFUSED_STREAM = 7;
    static final int CANCEL = 8;

    static final int HEAD_BYTES = 9;
    static final int PING_BYTES = 8;
    static final int PRIORITY_BYTES = 5;
    static final int SETTING_BYTES = 6;
    /// Longest payload where nothing else was agreed.
    static final int MAX_PAYLOAD_BYTES = 16_384;
    /// Of a connection or a stream, where nothing else was agreed.
    static final int DEFAULT_WINDOW = 65_535;
    static final int DEFAULT_TABLE_BYTES = 4096;

    private Http2Frames() {}

    static int type(ByteBuf frame) {
        return frame.getUnsignedByte(frame.readerIndex() + 3);
    }

    static int flags(ByteBuf frame) {
        return frame.getUnsignedByte(frame.readerIndex() + 4);
    }

    static int streamId(ByteBuf frame) {
        return frame.getInt(frame.readerIndex() + 5) & Integer.MAX_VALUE;
    }

    static int payloadBytes(ByteBuf frame) {
        return frame.getUnsignedMedium(frame.readerIndex());
    }

    static void writeHead(ByteBuf target, int payloadBytes, int type, int flags, int streamId) {
        target.writeMedium(payloadBytes);
        target.writeByte(type);
        target.writeByte(flags);
        target.writeInt(streamId);
    }

    static void writeSetting(ByteBuf target, int id, int value) {
        target.writeShort(id);
        target.writeInt(value);
    }

    static void writeWindowUpdate(ByteBuf target, int streamId, int increment) {
        writeHead(target, 4, WINDOW_UPDATE, 0, streamId);
        target.writeInt(increment);
    }

    static void writeReset(ByteBuf target, int streamId, int error) {
        writeHead(target, 4, RST_STREAM, 0, streamId);
        target.writeInt(error);
    }
}
