package dev.shortwire.node;

import dev.shortwire.Bytes;
import dev.shortwire.spi.Codec;

/// The codecs that come with Shortwire. All are stateless and usable from any thread.
///
/// | codec | for | media type |
/// | --- | --- | --- |
/// | [#bytes()] | `Bytes`, as they are | `application/octet-stream` |
/// | [#byteArray()] | `byte[]`, copied each way | `application/octet-stream` |
/// | [#string()] | `String` | `text/plain;charset=utf-8` |
/// | [#cbor(Class)] | records and other types, compact | `application/cbor` |
/// | [#json(Class)] | the same, readable by people and programs in any language | `application/json` |
///
/// Values in CBOR and JSON may be records, enums, lists, maps, `Optional`, `Instant` and the other types of `java.time`,
/// `UUID`, `Bytes`, numbers, texts, and whatever is made of these. Enums are written by name, times in ISO 8601.
/// So that two versions of a program can share a cluster, a property that the type does not have is passed over, and one
/// that the bytes do not have is null, zero, or an empty `Optional`. The class of a value comes from the codec and never
/// from the bytes: default typing is off, and annotations that would read a class name from the bytes are refused.
///
/// A value that can't be encoded, or bytes that can't be decoded, give a [dev.shortwire.PermanentException] of kind
/// [dev.shortwire.FailureKind#BAD_REQUEST]. It names the type and the media type, and nothing of the value, which may be
/// secret.
public final class Codecs {
    private static final String OCTETS = "application/octet-stream";

    private Codecs() {}

    /// The codec for values of `type`: plain for `Bytes`, `byte[]` and `String`, CBOR for every other.
    public static <V> Codec<V> of(Class<V> type) {
        Codec<?> codec = type == Bytes.class
                ? bytes()
                : type == byte[].class ? byteArray() : type == String.class ? string() : cbor(type);
        @SuppressWarnings("unchecked")
        Codec<V> typed = (Codec<V>) codec;
        return typed;
    }

    /// Values that are bytes: neither copied nor checked. Always the same instance.
    public static Codec<Bytes> bytes() {
        return Raw.INSTANCE;
    }

    /// Values that are arrays: each reader gets a copy of its own.
    public static Codec<byte[]> byteArray() {
        return Copying.INSTANCE;
    }

    /// Well-formed Unicode text in UTF-8. Text with an unpaired surrogate, and bytes that are no UTF-8, are refused.
    public static Codec<String> string() {
        return StringCodec.INSTANCE;
    }

    /// Values of `type` in CBOR (RFC 8949).
    public static <V> Codec<V> cbor(Class<V> type) {
        return new JacksonCodec<>(Mappers.CBOR, "application/cbor", type);
    }

    /// Values of a generic type in CBOR.
    public static <V> Codec<V> cbor(TypeRef<V> type) {
        return new JacksonCodec<>(Mappers.CBOR, "application/cbor", type.type());
    }

    /// Values of `type` in JSON (RFC 8259).
    public static <V> Codec<V> json(Class<V> type) {
        return new JacksonCodec<>(Mappers.JSON, "application/json", type);
    }

    /// Values of a generic type in JSON.
    public static <V> Codec<V> json(TypeRef<V> type) {
        return new JacksonCodec<>(Mappers.JSON, "application/json", type.type());
    }

    private static final class Raw implements Codec<Bytes> {
        static final Raw INSTANCE = new Raw();

        @Override
        public String contentType() {
            return OCTETS;
        }

        @Override
        public Bytes encode(Bytes value) {
            return value;
        }

        @Override
        public Bytes decode(Bytes bytes) {
            return bytes;
        }

        @Override
        public boolean isImmutable() {
            return true;
        }
    }

    private static final class Copying implements Codec<byte[]> {
        static final Copying INSTANCE = new Copying();

        @Override
        public String contentType() {
            return OCTETS;
        }

        @Override
        public Bytes encode(byte[] value) {
            return Bytes.copyOf(value);
        }

        @Override
        public byte[] decode(Bytes bytes) {
            return bytes.toByteArray();
        }

        @Override
        public boolean isImmutable() {
            return false;
        }
    }
}
