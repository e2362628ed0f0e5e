package dev.shortwire.bench;

import dev.shortwire.Bytes;
import dev.shortwire.node.Codecs;
import dev.shortwire.spi.Codec;
import java.nio.ByteBuffer;
import java.util.Locale;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/// What a reply carries: bytes as they are, or a record that the server encodes and the client decodes at each call,
/// for our wires and for the bare loops alike. Both processes make the same body from the same code. Immutable.
final class Body {
    /// The forms of a body.
    enum Form {
        BYTES(0), CBOR(1), JSON(2);

        private final int number;

        Form(int number) {
            this.number = number;
        }

        private static Form of(int number) {
            return switch (number) {
                case 0 -> BYTES;
                case 1 -> CBOR;
                case 2 -> JSON;
                default -> throw new IllegalArgumentException("form=" + number + " must be 0, 1 or 2");
            };
        }

        String label() {
            return name().toLowerCase(Locale.ROOT);
        }

    }

    /// What a body in CBOR or JSON holds.
    record Score(String name, int points, String note) {}

    private static final int FORM_SHIFT = 26;
    private static final int LENGTH_MASK = (1 << FORM_SHIFT) - 1;

    private static final ConcurrentHashMap<Integer, Body> MADE = new ConcurrentHashMap<>();

    private final Form form;
    private final int code;
    private final Bytes bytes;
    private final @Nullable Codec<Score> codec;
    private final Score score;

    private Body(Form form, int asked) {
        this.form = form;
        this.code = form.number << FORM_SHIFT | asked;
        this.codec = switch (form) {
            case BYTES -> null;
            case CBOR -> Codecs.cbor(Score.class);
            case JSON -> Codecs.json(Score.class);
        };
        Score bare = new Score("Tom", 630, "");
        int missing = codec == null ? 0 : Math.max(0, asked - codec.encode(bare).length());
        this.score = new Score("Tom", 630, "x".repeat(missing));
        this.bytes = codec == null ? random(asked) : codec.encode(score);
    }

    /// A body of that many bytes; a few more in CBOR and JSON where the length itself takes some.
    ///
    /// @param bytes 1 to 2^26 - 1
    static Body of(Form form, int bytes) {
        if (bytes < 1 || bytes > LENGTH_MASK) {
            throw new IllegalArgumentException("bytes=" + bytes + " must be 1 to " + LENGTH_MASK);
        }
        return new Body(form, bytes);
    }

    /// The body that [#code()] names.
    static Body of(int code) {
        return MADE.computeIfAbsent(code, asked -> of(Form.of(asked >>> FORM_SHIFT), asked & LENGTH_MASK));
    }

    /// What a request says so that the server knows which body is wanted; 1 or more.
    int code() {
        return code;
    }

    Form form() {
        return form;
    }

    /// Length of the encoded form in bytes.
    int length() {
        return bytes.length();
    }

    /// The encoded form, encoded now.
    Bytes encode() {
        return codec == null ? bytes : codec.encode(score);
    }

    /// Takes what came as a reply.
    void accept(Bytes reply) {
        if (reply.length() != bytes.length()) {
            throw new IllegalStateException(
                    "reply has " + reply.length() + " bytes, not the " + bytes.length() + " asked");
        }
        if (codec != null && codec.decode(reply).points() != score.points()) {
            throw new IllegalStateException("reply holds another record than the one asked");
        }
    }

    /// Takes a whole reply from a buffer, whose position moves past it. Bytes as they are stay where they are: a bare
    /// loop has no use for a copy.
    void accept(ByteBuffer source) {
        if (codec == null) {
            source.position(source.position() + bytes.length());
        } else {
            byte[] copy = new byte[bytes.length()];
            source.get(copy);
            accept(Bytes.adopt(copy));
        }
    }

    private static Bytes random(int length) {
        byte[] array = new byte[length];
        new Random(length).nextBytes(array);
        return Bytes.adopt(array);
    }
}
