package dev.shortwire.cluster;

import dev.shortwire.Bytes;
import dev.shortwire.FailureKind;
import dev.shortwire.wire.Frame;
import dev.shortwire.wire.FrameView;
import org.jspecify.annotations.Nullable;

/// Writes and reads the reply that every request may get: it failed.
public final class Replies {
    private static final int MAX_MESSAGE_CHARS = 1000;

    private Replies() {}

    /// `builder` as a reply of kind [Kinds#FAILED].
    public static Frame failed(Frame.Builder builder, FailureKind kind, @Nullable String message) {
        String text = message == null ? kind.name() : message;
        String shown = text.length() > MAX_MESSAGE_CHARS ? text.substring(0, MAX_MESSAGE_CHARS) + "…" : text;
        return builder.tag(Kinds.TAG_FAILURE, Bytes.adopt(new byte[] {(byte) kind.code()})).payload(Bytes.utf8(shown))
                .build();
    }

    /// The kind of a failed reply.
    public static FailureKind kindOf(FrameView failed) {
        Bytes tag = failed.tags().get(Kinds.TAG_FAILURE);
        return tag == null || tag.isEmpty() ? FailureKind.INTERNAL : FailureKind.ofCode(tag.at(0) & 0xff);
    }

    /// The message of a failed reply.
    public static String messageOf(FrameView failed) {
        return failed.payload().utf8();
    }
}
