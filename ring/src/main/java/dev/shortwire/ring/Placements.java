package dev.shortwire.ring;

import dev.shortwire.ConfigurationException;
import java.util.List;

/// The placements by their names in a configuration.
public final class Placements {
    private static final List<String> NAMES = List.of("weighted", "geecache");

    private Placements() {}

    /// The default: [WeightedPlacement] with its default number of virtual nodes.
    public static Placement standard() {
        return new WeightedPlacement();
    }

    /// The names that [#byName] knows, the default first.
    public static List<String> names() {
        return NAMES;
    }

    /// The placement with this [Placement#name()]: `weighted` or `geecache`, with its default number of virtual nodes, or
    /// with another one after a colon, as in `weighted:512`.
    ///
    /// @throws ConfigurationException if there is none of this name, or the number is out of its range
    public static Placement byName(String name) {
        int colon = name.indexOf(':');
        if (colon >= 0) {
            return byName(name.substring(0, colon), number(name, name.substring(colon + 1)));
        }
        return switch (name) {
            case "weighted" -> new WeightedPlacement();
            case "geecache" -> new GeecachePlacement();
            default -> throw unknown(name);
        };
    }

    /// The placement with this name, without a colon, and number of virtual nodes (replicas, in Go's words).
    ///
    /// @throws ConfigurationException if there is none of this name, or the number is out of its range
    public static Placement byName(String name, int virtualNodes) {
        return switch (name) {
            case "weighted" -> new WeightedPlacement(virtualNodes);
            case "geecache" -> new GeecachePlacement(virtualNodes);
            default -> throw unknown(name);
        };
    }

    private static ConfigurationException unknown(String name) {
        return new ConfigurationException(
                "placement=" + name + " must be one of " + String.join(", ", NAMES) + "; set ring.placement");
    }

    private static int number(String name, String digits) {
        try {
            return Integer.parseInt(digits);
        } catch (NumberFormatException e) {
            ConfigurationException wrong = new ConfigurationException(
                    "placement=" + name + " must have a whole number after the colon; set ring.placement");
            wrong.initCause(e);
            throw wrong;
        }
    }
}
