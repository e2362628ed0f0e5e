package dev.shortwire.server;

import dev.shortwire.Bytes;
import tools.jackson.databind.MapperFeature;
import tools.jackson.databind.json.JsonMapper;

/// JSON as the API writes it: records field by field, in their order.
final class Json {
    private static final JsonMapper MAPPER = JsonMapper.builder()
            .disable(MapperFeature.SORT_PROPERTIES_ALPHABETICALLY).build();

    private Json() {}

    static Bytes bytes(Object value) {
        return Bytes.adopt(MAPPER.writeValueAsBytes(value));
    }
}
