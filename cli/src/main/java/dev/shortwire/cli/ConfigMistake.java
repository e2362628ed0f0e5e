package dev.shortwire.cli;

import dev.shortwire.ConfigurationException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.databind.DatabindException;
import tools.jackson.databind.exc.InvalidFormatException;
import tools.jackson.databind.exc.MismatchedInputException;

/// Puts a mistake in a configuration into words: where it is, what stands there, and what may. The library that binds a
/// file to records speaks of Java's types, and finds out about a rule that a record has of its own only at the end of
/// its last line.
final class ConfigMistake {
    /// The option that a rule's own message begins with: `weight=0 must be …`, `jdbc.url must be …`.
    private static final Pattern NAMED = Pattern.compile("(?:[a-z0-9-]+\\.)*([a-z][a-z0-9-]*)[= ].*");

    private final String place;
    private final Map<String, Integer> lines;

    private ConfigMistake(String place, Map<String, Integer> lines) {
        this.place = place;
        this.lines = lines;
    }

    /// Of words on the command line, which have no lines.
    static ConfigurationException said(JacksonException wrong) {
        return new ConfigurationException(new ConfigMistake("", Map.of()).describe(wrong));
    }

    /// Of a file that can't be parsed.
    ///
    /// @param place the file's name
    static ConfigurationException unreadable(String place, JacksonException wrong) {
        return new ConfigurationException(new ConfigMistake(place, Map.of()).describe(wrong));
    }

    /// Of a file that can be parsed.
    ///
    /// @param place  the file's name
    /// @param parser of its text
    static ConfigurationException inFile(String place, JsonParser parser, JacksonException wrong) {
        return new ConfigurationException(new ConfigMistake(place, lines(parser)).describe(wrong));
    }

    /// The line of each key, by its path.
    private static Map<String, Integer> lines(JsonParser parser) {
        Map<String, Integer> lines = new HashMap<>();
        for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
            if (token == JsonToken.PROPERTY_NAME) {
                lines.put(parser.streamReadContext().pathAsPointer().toString(),
                        parser.currentTokenLocation().getLineNr());
            }
        }
        return lines;
    }

    private String describe(JacksonException wrong) {
        String pointer = wrong instanceof DatabindException bound
                ? bound.getPath().stream()
                        .map(step -> "/" + (step.getPropertyName() == null
                                ? Integer.toString(step.getIndex())
                                : step.getPropertyName()))
                        .collect(Collectors.joining())
                : "";
        String path = pointer.isEmpty() ? "" : pointer.substring(1).replace('/', '.');
        for (Throwable cause = wrong.getCause(); cause != null; cause = cause.getCause()) {
            if (cause instanceof ConfigurationException rule) {
                String message = String.valueOf(rule.getMessage());
                return where(named(pointer, message), wrong) + (path.isEmpty() ? "" : path + ": ") + message;
            }
        }
        return where(pointer, wrong) + (path.isEmpty() ? "" : path + ": ") + rule(wrong);
    }

    /// The option below `pointer` that the message is about, if it names one.
    private String named(String pointer, String message) {
        Matcher named = NAMED.matcher(message);
        String below = named.lookingAt() ? pointer + "/" + named.group(1) : pointer;
        return lines.containsKey(below) ? below : pointer;
    }

    private String where(String pointer, JacksonException wrong) {
        if (place.isEmpty()) {
            return "";
        }
        for (String at = pointer; !at.isEmpty(); at = at.substring(0, at.lastIndexOf('/'))) {
            Integer line = lines.get(at);
            if (line != null) {
                return place + ":" + line + ": ";
            }
        }
        TokenStreamLocation location = wrong.getLocation();
        return place + (location == null || location.getLineNr() < 1 ? ": " : ":" + location.getLineNr() + ": ");
    }

    private static String rule(JacksonException wrong) {
        if (!(wrong instanceof MismatchedInputException mismatch) || mismatch.getTargetType() == null) {
            return firstLine(wrong.getOriginalMessage());
        }
        String given = wrong instanceof InvalidFormatException format ? "\"" + format.getValue() + "\" " : "";
        return given + "must be " + kind(mismatch.getTargetType());
    }

    private static String kind(Class<?> type) {
        if (type.isEnum()) {
            return Arrays.stream(type.getEnumConstants())
                    .map(constant -> ((Enum<?>) constant).name().toLowerCase(Locale.ROOT).replace('_', '-'))
                    .collect(Collectors.joining(", ", "one of ", ""));
        }
        if (type == Integer.class || type == int.class) {
            return "a whole number";
        }
        if (type == Boolean.class || type == boolean.class) {
            return "true or false";
        }
        if (type.isRecord() || Map.class.isAssignableFrom(type)) {
            return "keys with values below it";
        }
        return Iterable.class.isAssignableFrom(type) ? "a list, one - per line" : "one word";
    }

    private static String firstLine(@Nullable String message) {
        return message == null ? "can't be read"
                : message.lines().findFirst().orElse("can't be read").replace("`", "").strip();
    }
}
