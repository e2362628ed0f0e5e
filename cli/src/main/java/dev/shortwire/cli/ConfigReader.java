package dev.shortwire.cli;

import dev.shortwire.ConfigurationException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.databind.DeserializationContext;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.MapperFeature;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.deser.std.StdDeserializer;
import tools.jackson.databind.module.SimpleModule;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.dataformat.yaml.YAMLMapper;

/// Puts a node's configuration together. Later words win: the YAML file, then system properties `shortwire.…`, then the
/// environment `SHORTWIRE_…`, then what the command line says. A mistake in the file is told with its line and path.
final class ConfigReader {
    private static final YAMLMapper YAML = YAMLMapper.builder()
            .propertyNamingStrategy(PropertyNamingStrategies.KEBAB_CASE)
            .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(MapperFeature.ACCEPT_CASE_INSENSITIVE_ENUMS)
            .addModule(new SimpleModule()
                    .addDeserializer(Duration.class, new Scalar<>(Duration.class, Units::duration))
                    .addDeserializer(ByteSize.class,
                            new Scalar<>(ByteSize.class, (option, text) -> new ByteSize(Units.bytes(option, text))))
                    .addDeserializer(Secret.class,
                            new Scalar<>(Secret.class, (option, text) -> new Secret(text))))
            .build();

    private static final String PREFIX = "SHORTWIRE_";
    /// Of the launcher script and of commands that call a cluster.
    private static final Set<String> OTHER_VARIABLES = Set.of("SHORTWIRE_HOME", "SHORTWIRE_JAVA_OPTS",
            "SHORTWIRE_CLASSPATH", "SHORTWIRE_JVM_DIRS", "SHORTWIRE_COMMAND", "SHORTWIRE_API");
    private static final Pattern OF_KUBERNETES = Pattern
            .compile(
                    "SHORTWIRE_([A-Z0-9_]+_)?(SERVICE_(HOST|PORT)(_[A-Z0-9_]+)?|PORT(_[0-9]+_(TCP|UDP|SCTP)(_[A-Z]+)?)?)");

    private final Map<String, String> properties;
    private final Map<String, String> environment;

    /// @param properties  system properties
    /// @param environment environment variables
    ConfigReader(Map<String, String> properties, Map<String, String> environment) {
        this.properties = properties;
        this.environment = environment;
    }

    /// A reader of this process's properties and environment.
    static ConfigReader ofProcess() {
        Map<String, String> properties = new TreeMap<>();
        System.getProperties().stringPropertyNames().forEach(name -> properties.put(name, System.getProperty(name)));
        return new ConfigReader(properties, System.getenv());
    }

    /// The configuration.
    ///
    /// @param file      a YAML file, or null
    /// @param overrides what the command line says: path of an option, such as `groups.users.time-to-live` → value
    /// @throws ConfigurationException if any of it is wrong
    NodeConfig read(@Nullable Path file, Map<String, String> overrides) {
        ObjectNode tree = YAML.createObjectNode();
        if (file != null) {
            tree = readFile(file);
        }
        for (Map.Entry<String, String> said : spoken(overrides).entrySet()) {
            set(tree, said.getKey(), said.getValue());
        }
        try {
            KeyCheck.check("", YAML.treeAsTokens(tree), NodeConfig.class);
            return YAML.treeToValue(tree, NodeConfig.class);
        } catch (JacksonException wrong) {
            throw ConfigMistake.said(wrong);
        }
    }

    private Map<String, String> spoken(Map<String, String> overrides) {
        requireKnownVariables();
        Map<String, String> spoken = new TreeMap<>();
        for (String option : scalarOptions()) {
            String property = properties.get("shortwire." + option);
            String variable = environment.get(environmentName(option));
            if (variable != null || property != null) {
                spoken.put(option, variable != null ? variable : property);
            }
        }
        spoken.putAll(overrides);
        return spoken;
    }

    /// A mistyped variable would be passed over in silence. Kubernetes sets some for each service, which has a name that
    /// others chose.
    private void requireKnownVariables() {
        Set<String> known = new TreeSet<>(OTHER_VARIABLES);
        scalarOptions().forEach(option -> known.add(environmentName(option)));
        for (String name : new TreeSet<>(environment.keySet())) {
            if (name.startsWith(PREFIX) && !known.contains(name) && !OF_KUBERNETES.matcher(name).matches()) {
                throw new ConfigurationException("variable " + name + " is not known; " + Nearest.to(name, known)
                        .map(nearest -> "did you mean " + nearest + "?").orElse("unset it; docs/options.md has all"));
            }
        }
    }

    /// The options of a node that are one word each: those that a property or a variable can set.
    static List<String> scalarOptions() {
        return Arrays.stream(NodeConfig.class.getRecordComponents())
                .filter(component -> !component.getType().isRecord() && component.getType() != Map.class)
                .map(component -> OptionsTable.kebab(component.getName()))
                .toList();
    }

    static String environmentName(String option) {
        return PREFIX + option.replace('-', '_').toUpperCase(java.util.Locale.ROOT);
    }

    /// The file as a tree, after it was bound once for messages that know their line.
    private static ObjectNode readFile(Path file) {
        String text = textOf(file);
        String place = file.toString();
        try {
            JsonNode tree = YAML.readTree(text);
            if (tree.isMissingNode() || tree.isNull()) {
                return YAML.createObjectNode();
            }
            if (!(tree instanceof ObjectNode object)) {
                throw new ConfigurationException(place + ": must be keys with values, such as name: node-1");
            }
            try (JsonParser parser = YAML.createParser(text)) {
                KeyCheck.check(place, parser, NodeConfig.class);
            }
            YAML.readValue(text, NodeConfig.class);
            return object;
        } catch (JacksonException wrong) {
            throw inFile(place, text, wrong);
        }
    }

    private static ConfigurationException inFile(String place, String text, JacksonException wrong) {
        try (JsonParser parser = YAML.createParser(text)) {
            return ConfigMistake.inFile(place, parser, wrong);
        } catch (JacksonException noYaml) {
            return ConfigMistake.unreadable(place, wrong);
        }
    }

    private static String textOf(Path file) {
        try {
            return Files.readString(file);
        } catch (NoSuchFileException missing) {
            throw new ConfigurationException("config=" + file + " does not exist; set --config to a YAML file");
        } catch (IOException unreadable) {
            throw new ConfigurationException("config=" + file + " can't be read: " + unreadable.getMessage());
        }
    }

    /// Sets the value at a dotted path; what it passes through is made where it is missing.
    private static void set(ObjectNode tree, String path, String value) {
        ObjectNode at = tree;
        Iterator<String> steps = List.of(path.split("\\.", -1)).iterator();
        String step = steps.next();
        while (steps.hasNext()) {
            JsonNode next = at.get(step);
            at = next instanceof ObjectNode object ? object : at.putObject(step);
            step = steps.next();
        }
        if (value.isEmpty() && path.startsWith("groups.") && path.indexOf('.', 7) < 0) {
            if (!(at.get(step) instanceof ObjectNode)) {
                at.putObject(step);
            }
        } else {
            at.put(step, value);
        }
    }

    /// Reads a value that is written as one word.
    private static final class Scalar<T> extends StdDeserializer<T> {
        private final Reading<T> reading;

        Scalar(Class<T> type, Reading<T> reading) {
            super(type);
            this.reading = reading;
        }

        @Override
        public T deserialize(JsonParser parser, DeserializationContext context) {
            String option = parser.currentName();
            if (!parser.currentToken().isScalarValue()) {
                throw new ConfigurationException(option + " must be one word; set " + option);
            }
            return reading.of(option == null ? "value" : option, parser.getString());
        }

        private interface Reading<T> {
            T of(String option, String text);
        }
    }
}
