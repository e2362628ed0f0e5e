package dev.shortwire.node;

import dev.shortwire.Bytes;
import dev.shortwire.FailureKind;
import dev.shortwire.PermanentException;
import dev.shortwire.spi.Codec;
import java.lang.reflect.Type;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JavaType;
import tools.jackson.databind.ObjectMapper;
import tools.jackson.databind.ObjectReader;
import tools.jackson.databind.ObjectWriter;
import tools.jackson.databind.exc.InvalidDefinitionException;

/// Values of one type in a format of Jackson's.
///
/// What Jackson says about bytes it can't read often quotes them, so its exceptions are neither attached nor repeated;
/// only what it says about types is.
final class JacksonCodec<V> implements Codec<V> {
    private final Type type;
    private final String contentType;
    private final ObjectReader reader;
    private final ObjectWriter writer;
    private final boolean immutable;

    JacksonCodec(ObjectMapper mapper, String contentType, Type type) {
        JavaType resolved = mapper.constructType(type);
        this.type = type;
        this.contentType = contentType;
        this.reader = mapper.readerFor(resolved);
        this.writer = mapper.writerFor(resolved);
        this.immutable = Immutables.isImmutable(type);
    }

    @Override
    public String contentType() {
        return contentType;
    }

    @Override
    public Bytes encode(V value) {
        try {
            return Bytes.adopt(writer.writeValueAsBytes(value));
        } catch (RuntimeException e) {
            throw new PermanentException(FailureKind.BAD_REQUEST, "a value of " + type.getTypeName()
                    + " can't be encoded as " + contentType + reason(e)
                    + "; see Codecs for the types that can be, or give the group a codec of your own");
        }
    }

    @Override
    public V decode(Bytes bytes) {
        V value;
        try {
            value = reader.readValue(bytes.toByteArray());
        } catch (RuntimeException e) {
            throw undecodable(bytes, reason(e));
        }
        if (value == null) {
            throw undecodable(bytes, ": they say null");
        }
        return value;
    }

    @Override
    public boolean isImmutable() {
        return immutable;
    }

    @Override
    public String toString() {
        return contentType + " of " + type.getTypeName();
    }

    private PermanentException undecodable(Bytes bytes, String reason) {
        return new PermanentException(FailureKind.BAD_REQUEST, bytes.length() + " bytes are not a "
                + type.getTypeName() + " as " + contentType + reason
                + "; read the group with the codec that wrote them");
    }

    private static String reason(RuntimeException e) {
        String reason = ": " + e.getClass().getSimpleName();
        if (e instanceof InvalidDefinitionException definition) {
            return reason + ", " + definition.getOriginalMessage();
        }
        return reason + place(e);
    }

    private static String place(@Nullable RuntimeException e) {
        if (e instanceof JacksonException known && known.getLocation() != null) {
            long at = known.getLocation().getByteOffset();
            return at < 0 ? "" : " at byte " + at;
        }
        return "";
    }
}
