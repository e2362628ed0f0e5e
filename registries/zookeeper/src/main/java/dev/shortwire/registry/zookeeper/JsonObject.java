package dev.shortwire.registry.zookeeper;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;

/// An object as it stood in JSON. A field that is asked for and is missing, or of another type, throws an
/// [IllegalArgumentException]. Immutable.
///
/// @param fields values by name: a text, an integral number, a [JsonObject], a list of these, or null for all else
record JsonObject(Map<String, @Nullable Object> fields) {
    /// Reads one object.
    ///
    /// @throws tools.jackson.core.JacksonException if `bytes` are no JSON, or nested too deeply
    static JsonObject read(byte[] bytes) {
        try (JsonParser parser = Records.JSON.createParser(ObjectReadContext.empty(), bytes)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                throw new IllegalArgumentException("this is no object");
            }
            return object(parser);
        }
    }

    private static JsonObject object(JsonParser parser) {
        Map<String, @Nullable Object> fields = new HashMap<>();
        while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
            String name = parser.currentName();
            parser.nextToken();
            fields.put(name, value(parser));
        }
        return new JsonObject(fields);
    }

    private static @Nullable Object value(JsonParser parser) {
        return switch (parser.currentToken()) {
            case VALUE_STRING -> parser.getString();
            case VALUE_NUMBER_INT -> parser.getNumberValue();
            case START_OBJECT -> object(parser);
            case START_ARRAY -> {
                List<@Nullable Object> values = new ArrayList<>();
                while (parser.nextToken() != JsonToken.END_ARRAY) {
                    values.add(value(parser));
                }
                yield values;
            }
            default -> null;
        };
    }

    String text(String name) {
        return field(name, String.class);
    }

    long number(String name) {
        Number number = field(name, Number.class);
        if (number instanceof Integer || number instanceof Long) {
            return number.longValue();
        }
        throw new IllegalArgumentException(name + "=" + number + " is out of range");
    }

    JsonObject object(String name) {
        return field(name, JsonObject.class);
    }

    List<JsonObject> objects(String name) {
        List<JsonObject> objects = new ArrayList<>();
        for (Object element : field(name, List.class)) {
            objects.add(typed(name, element, JsonObject.class));
        }
        return objects;
    }

    /// All fields, which must be texts.
    Map<String, String> texts() {
        Map<String, String> texts = new TreeMap<>();
        fields.keySet().forEach(name -> texts.put(name, text(name)));
        return texts;
    }

    private <T> T field(String name, Class<T> type) {
        return typed(name, fields.get(name), type);
    }

    private static <T> T typed(String name, @Nullable Object value, Class<T> type) {
        if (!type.isInstance(value)) {
            throw new IllegalArgumentException(name + " is missing, or no " + type.getSimpleName());
        }
        return type.cast(value);
    }
}
