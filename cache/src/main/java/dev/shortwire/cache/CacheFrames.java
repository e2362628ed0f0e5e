package dev.shortwire.cache;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.shortwire.Answer;
import dev.shortwire.Bytes;
import dev.shortwire.FailureKind;
import dev.shortwire.GroupOptions;
import dev.shortwire.Source;
import dev.shortwire.Version;
import dev.shortwire.cluster.Kinds;
import dev.shortwire.cluster.Replies;
import dev.shortwire.wire.Frame;
import dev.shortwire.wire.FrameView;
import dev.shortwire.wire.Tags;
import java.nio.ByteBuffer;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// Turns outcomes into reply frames and back, and reads the tags of requests. What comes from a peer is checked.
final class CacheFrames {
    private static final int MAX_CONTENT_TYPE = 255;
    private static final long FOREVER_MICROS = GroupOptions.FOREVER.toNanos() / 1000;

    private CacheFrames() {}

    static Frame reply(Outcome outcome, FrameMaker frames) {
        return switch (outcome) {
            case Outcome.Answered answered -> answer(answered.answer(), frames);
            case Outcome.Written written ->
                frames.frame(CacheKinds.DONE).tag(CacheKinds.TAG_VERSION, encode(written.version())).build();
            case Outcome.Moved moved -> frames.frame(Kinds.MOVED).epoch(moved.epoch()).build();
            case Outcome.Failed failed ->
                Replies.failed(frames.frame(Kinds.FAILED), failed.kind(), failed.message());
        };
    }

    private static Frame answer(Answer<Bytes> answer, FrameMaker frames) {
        Bytes value = answer.value();
        int flags = (answer.stale() ? CacheKinds.FLAG_STALE : 0) | (answer.degraded() ? CacheKinds.FLAG_DEGRADED : 0);
        Version version = answer.version();
        Frame.Builder reply = frames.frame(value == null ? CacheKinds.ABSENT : CacheKinds.VALUE);
        fill(reply, value, answer.contentType(), version.epoch(), version.counter(), answer.source(), flags);
        return reply.build();
    }

    /// The kind of the reply to a peer whose key the store of this node, the owner, answers by `entry`.
    static int hitKind(Entry entry) {
        return entry.hasValue() ? CacheKinds.VALUE : CacheKinds.ABSENT;
    }

    /// Puts into that reply what it says.
    static void fillHit(Frame.Builder reply, Entry entry) {
        fill(reply, entry.hasValue() ? entry.value() : null, entry.contentType(), entry.versionEpoch(),
                entry.versionCounter(), Source.OWN, 0);
    }

    private static void fill(Frame.Builder reply, @Nullable Bytes value, String contentType, long versionEpoch,
            long versionCounter, Source source, int flags) {
        int count = 2 + (value == null ? 0 : 1) + (flags == 0 ? 0 : 1);
        int bytes = 2 * Long.BYTES + 1 + (value == null ? 0 : contentType.length()) + (flags == 0 ? 0 : 1);
        Tags.Writer tags = new Tags.Writer(count, bytes).twoLongs(CacheKinds.TAG_VERSION, versionEpoch,
                versionCounter);
        if (value != null) {
            tags.text(CacheKinds.TAG_CONTENT_TYPE, contentType);
            reply.payload(value);
        }
        tags.oneByte(CacheKinds.TAG_SOURCE, source.code());
        if (flags != 0) {
            tags.oneByte(CacheKinds.TAG_FLAGS, flags);
        }
        reply.tags(tags.done());
    }

    /// Whether a reply is the answer to a read.
    static boolean isAnswer(FrameView reply) {
        return reply.kind() == CacheKinds.VALUE || reply.kind() == CacheKinds.ABSENT;
    }

    /// Whether an answer was in the owner's store.
    static boolean isHit(FrameView answer) {
        return oneByte(answer, CacheKinds.TAG_SOURCE) != Source.LOADER.code();
    }

    /// The value of an answer, null where the key has none.
    static @Nullable Bytes value(FrameView answer) {
        return answer.kind() == CacheKinds.VALUE ? answer.payload() : null;
    }

    /// All that the answer of `owner` says to the caller who asked under `epoch`.
    ///
    /// @param likelyType the media type that it has likely, which is of an earlier answer and so was checked, or empty; an
    ///                   answer that names it costs no text of its own
    static Answer<Bytes> answer(FrameView answer, String owner, long epoch, String likelyType) {
        int flags = oneByte(answer, CacheKinds.TAG_FLAGS);
        boolean likely = answer.tags().isText(CacheKinds.TAG_CONTENT_TYPE, likelyType);
        return new Answer<>(value(answer), likely ? likelyType : contentType(answer), version(answer),
                isHit(answer) ? Source.PEER : Source.LOADER, owner, epoch, (flags & CacheKinds.FLAG_STALE) != 0,
                (flags & CacheKinds.FLAG_DEGRADED) != 0);
    }

    /// What a reply of `owner` that is no answer means to the caller.
    static Outcome outcome(FrameView reply, String owner) {
        return switch (reply.kind()) {
            case CacheKinds.DONE -> new Outcome.Written(version(reply));
            case Kinds.MOVED -> new Outcome.Moved("", reply.epoch());
            case Kinds.FAILED -> new Outcome.Failed(Replies.kindOf(reply), Replies.messageOf(reply));
            default -> new Outcome.Failed(FailureKind.INTERNAL,
                    owner + " answered with message kind " + reply.kind() + ", which this node does not know");
        };
    }

    static Bytes encode(Version version) {
        return Bytes.adopt(ByteBuffer.allocate(16).putLong(version.epoch()).putLong(version.counter()).array());
    }

    static Version version(FrameView frame) {
        Tags tags = frame.tags();
        return tags.length(CacheKinds.TAG_VERSION) != 2 * Long.BYTES ? Version.NONE
                : new Version(tags.longAt(CacheKinds.TAG_VERSION, 0), tags.longAt(CacheKinds.TAG_VERSION, Long.BYTES));
    }

    static Bytes encode(String contentType) {
        return Bytes.adopt(contentType.getBytes(US_ASCII));
    }

    static String contentType(FrameView frame) {
        Bytes tag = frame.tags().get(CacheKinds.TAG_CONTENT_TYPE);
        if (tag == null || tag.length() > MAX_CONTENT_TYPE) {
            return "";
        }
        String text = new String(tag.toByteArray(), US_ASCII);
        return isContentType(text) ? text : "";
    }

    /// Whether gateways may put `text` into a header as it is: at most 255 visible ASCII characters.
    static boolean isContentType(String text) {
        boolean fits = text.length() <= MAX_CONTENT_TYPE;
        for (int i = 0; fits && i < text.length(); i++) {
            fits = text.charAt(i) >= 0x20 && text.charAt(i) < 0x7f;
        }
        return fits;
    }

    static Bytes encode(Duration timeToLive) {
        return Bytes.adopt(ByteBuffer.allocate(8).putLong(Math.max(1, timeToLive.toNanos() / 1000)).array());
    }

    /// The time to live that a request asks for, or null where it leaves that to the group; never zero or less.
    static @Nullable Duration timeToLive(Frame frame) {
        Bytes tag = frame.tag(CacheKinds.TAG_TIME_TO_LIVE);
        if (tag == null || tag.length() != 8) {
            return null;
        }
        long micros = tag.asByteBuffer().getLong();
        if (micros < 1) {
            return null;
        }
        return micros >= FOREVER_MICROS ? GroupOptions.FOREVER : Duration.ofNanos(micros * 1000);
    }

    static Ancestry ancestry(Frame frame) {
        Bytes tag = frame.tag(CacheKinds.TAG_ANCESTRY);
        return tag == null ? Ancestry.NONE : Ancestry.decode(tag);
    }

    private static int oneByte(FrameView frame, int number) {
        return frame.tags().length(number) < 1 ? 0 : frame.tags().byteAt(number, 0) & 0xff;
    }

    /// Begins a frame from this node.
    interface FrameMaker {
        Frame.Builder frame(int kind);
    }
}
