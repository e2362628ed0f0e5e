package dev.shortwire.node;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.shortwire.Bytes;
import dev.shortwire.FailureKind;
import dev.shortwire.Limits;
import dev.shortwire.PermanentException;
import dev.shortwire.spi.Codec;
import java.nio.charset.CharacterCodingException;

/// Text as UTF-8, strictly: what would not come back as it was is refused. The fast conversions of the JDK replace
/// malformed input, so each is followed by a check that shows whether one had to.
final class StringCodec implements Codec<String> {
    static final StringCodec INSTANCE = new StringCodec();
    private static final char REPLACEMENT = '\ufffd';

    private StringCodec() {}

    @Override
    public String contentType() {
        return "text/plain;charset=utf-8";
    }

    /// An unpaired surrogate becomes one byte, `?`, where [Limits#utf8Length] counts two.
    @Override
    public Bytes encode(String value) {
        byte[] encoded = value.getBytes(UTF_8);
        if (encoded.length != Limits.utf8Length(value)) {
            throw new PermanentException(FailureKind.BAD_REQUEST, "a String of " + value.length()
                    + " characters has an unpaired surrogate; text must be well-formed Unicode, use bytes for others");
        }
        return Bytes.adopt(encoded);
    }

    @Override
    public String decode(Bytes bytes) {
        String text = bytes.utf8();
        return text.indexOf(REPLACEMENT) < 0 ? text : decodeStrictly(bytes);
    }

    @Override
    public boolean isImmutable() {
        return true;
    }

    private String decodeStrictly(Bytes bytes) {
        try {
            return UTF_8.newDecoder().decode(bytes.asByteBuffer()).toString();
        } catch (CharacterCodingException e) {
            throw new PermanentException(FailureKind.BAD_REQUEST, bytes.length()
                    + " bytes are not a String as " + contentType()
                    + "; read the group with the codec that wrote them");
        }
    }
}
