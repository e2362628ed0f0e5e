package dev.shortwire.cli;

import dev.shortwire.ConfigurationException;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.Map;
import java.util.TreeMap;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/// Walks through a configuration beside the records that it will become and stops at the first key that none of them
/// has. Binding would notice it too, but only after the value and without its line.
final class KeyCheck {
    private final String place;
    private final JsonParser parser;

    private KeyCheck(String place, JsonParser parser) {
        this.place = place;
        this.parser = parser;
    }

    /// Reads `parser` to its end.
    ///
    /// @param place the file's name, for messages; empty for words of the command line, which have no lines
    /// @throws ConfigurationException at a key that is not known where it stands
    static void check(String place, JsonParser parser, Class<? extends Record> type) {
        if (parser.nextToken() != null) {
            new KeyCheck(place, parser).value(type, "");
        }
    }

    private void value(Type type, String path) {
        boolean isRecord = type instanceof Class<?> c && c.isRecord();
        boolean isMap = type instanceof ParameterizedType p && p.getRawType() == Map.class;
        if (parser.currentToken() != JsonToken.START_OBJECT || !(isRecord || isMap)) {
            parser.skipChildren();
            return;
        }
        Map<String, Type> known = isRecord ? components((Class<?>) type) : Map.of();
        while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
            String key = parser.currentName();
            String here = path.isEmpty() ? key : path + "." + key;
            Type below = isMap ? ((ParameterizedType) type).getActualTypeArguments()[1] : known.get(key);
            if (below == null) {
                throw unknown(key, here, known);
            }
            parser.nextToken();
            value(below, here);
        }
    }

    private ConfigurationException unknown(String key, String path, Map<String, Type> known) {
        String line = place.isEmpty() ? "" : place + ":" + parser.currentTokenLocation().getLineNr() + ": ";
        return new ConfigurationException(line + path + " is not an option; " + Nearest.to(key, known.keySet())
                .map(nearest -> "did you mean " + nearest + "?")
                .orElse("known here: " + String.join(", ", known.keySet())));
    }

    private static Map<String, Type> components(Class<?> type) {
        Map<String, Type> components = new TreeMap<>();
        for (RecordComponent component : type.getRecordComponents()) {
            components.put(OptionsTable.kebab(component.getName()), component.getGenericType());
        }
        return components;
    }
}
