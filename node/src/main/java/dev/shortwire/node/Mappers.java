package dev.shortwire.node;

import dev.shortwire.Bytes;
import dev.shortwire.Limits;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamWriteConstraints;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DeserializationContext;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.ObjectMapper;
import tools.jackson.databind.SerializationContext;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.cfg.DateTimeFeature;
import tools.jackson.databind.cfg.EnumFeature;
import tools.jackson.databind.cfg.MapperBuilder;
import tools.jackson.databind.deser.std.StdDeserializer;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.jsontype.BasicPolymorphicTypeValidator;
import tools.jackson.databind.module.SimpleModule;
import tools.jackson.databind.ser.std.StdSerializer;
import tools.jackson.dataformat.cbor.CBORFactory;
import tools.jackson.dataformat.cbor.CBORMapper;

/// How Jackson is set up, once for CBOR and once for JSON. Immutable.
///
/// Everything that shapes the bytes is said here and not left to Jackson's defaults, which change between its versions
/// while nodes of two versions share a cluster. No module is looked for on the class path, for the same reason.
final class Mappers {
    /// Deeper values are refused, going out and coming in, before they cost stack.
    private static final int MAX_DEPTH = 200;
    /// Longer numbers are refused before they cost the time to read them.
    private static final int MAX_DIGITS = 10_000;

    static final ObjectMapper CBOR = configure(CBORMapper
            .builder(CBORFactory.builder()
                    .streamReadConstraints(reading())
                    .streamWriteConstraints(writing())
                    .build()))
            .build();
    static final ObjectMapper JSON = configure(JsonMapper
            .builder(JsonFactory.builder()
                    .streamReadConstraints(reading())
                    .streamWriteConstraints(writing())
                    .build()))
            .build();

    private Mappers() {}

    private static <B extends MapperBuilder<?, B>> B configure(B builder) {
        SimpleModule bytes = new SimpleModule("shortwire");
        bytes.addSerializer(new BytesSerializer());
        bytes.addDeserializer(Bytes.class, new BytesDeserializer());
        return builder
                .addModule(bytes)
                // Nothing may be named by class, not even where an annotation asks for it.
                .polymorphicTypeValidator(BasicPolymorphicTypeValidator.builder().build())
                // A class that shows nothing of itself would lose its contents.
                .enable(SerializationFeature.FAIL_ON_EMPTY_BEANS)
                .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
                .disable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
                // Times keep their offset and their zone.
                .disable(DateTimeFeature.WRITE_DATES_AS_TIMESTAMPS)
                .disable(DateTimeFeature.WRITE_DURATIONS_AS_TIMESTAMPS)
                .disable(DateTimeFeature.ADJUST_DATES_TO_CONTEXT_TIME_ZONE)
                .disable(DateTimeFeature.NORMALIZE_DESERIALIZED_ZONE_ID)
                .enable(DateTimeFeature.WRITE_DATES_WITH_ZONE_ID)
                // Enums by name: their toString is for people.
                .disable(EnumFeature.WRITE_ENUMS_USING_TO_STRING)
                .disable(EnumFeature.READ_ENUMS_USING_TO_STRING)
                .enable(EnumFeature.FAIL_ON_NUMBERS_FOR_ENUMS);
    }

    private static StreamReadConstraints reading() {
        return StreamReadConstraints.builder()
                .maxNestingDepth(MAX_DEPTH)
                .maxNumberLength(MAX_DIGITS)
                .maxStringLength(Limits.MAX_VALUE_BYTES)
                .maxDocumentLength(Limits.MAX_VALUE_BYTES)
                .build();
    }

    private static StreamWriteConstraints writing() {
        return StreamWriteConstraints.builder().maxNestingDepth(MAX_DEPTH).build();
    }

    private static final class BytesSerializer extends StdSerializer<Bytes> {
        BytesSerializer() {
            super(Bytes.class);
        }

        @Override
        public void serialize(Bytes value, JsonGenerator generator, SerializationContext context) {
            generator.writeBinary(value.toByteArray());
        }
    }

    private static final class BytesDeserializer extends StdDeserializer<Bytes> {
        BytesDeserializer() {
            super(Bytes.class);
        }

        @Override
        public Bytes deserialize(JsonParser parser, DeserializationContext context) {
            return Bytes.copyOf(parser.getBinaryValue());
        }
    }
}
