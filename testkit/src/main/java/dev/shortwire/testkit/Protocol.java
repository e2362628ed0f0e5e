package dev.shortwire.testkit;

import dev.shortwire.Bytes;
import dev.shortwire.Version;
import dev.shortwire.wire.Frame;
import java.nio.ByteBuffer;

/// What the checks read in frames: the numbers of `docs/protocol.md`.
final class Protocol {
    static final int GET = 32;
    static final int PUT = 34;
    static final int REMOVE = 35;
    private static final int VALUE = 48;
    private static final int ABSENT = 49;
    private static final int DONE = 50;
    private static final int TAG_VERSION = 17;
    private static final int TAG_FLAGS = 21;

    private Protocol() {}

    static boolean isAnswer(Frame reply) {
        return reply.kind() >= VALUE && reply.kind() <= DONE;
    }

    /// The value of an answer that is neither stale nor degraded, or the empty text.
    static String freshValue(Frame reply) {
        Bytes flags = reply.tag(TAG_FLAGS);
        return reply.kind() != VALUE || flags != null && flags.at(0) != 0 ? "" : reply.payload().utf8();
    }

    static boolean isAbsence(Frame reply) {
        return reply.kind() == ABSENT;
    }

    static Version version(Frame reply) {
        Bytes tag = reply.tag(TAG_VERSION);
        if (tag == null) {
            return Version.NONE;
        }
        ByteBuffer buffer = tag.asByteBuffer();
        return new Version(buffer.getLong(), buffer.getLong());
    }
}
