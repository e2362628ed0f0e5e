package dev.shortwire;

/// An option is wrong; the message names it, its value, the rule and the remedy. Repeating the call does not help.
public final class ConfigurationException extends ShortwireException {
    private static final long serialVersionUID = 1;

    public ConfigurationException(String message) {
        this(FailureKind.CONFIGURATION, message);
    }

    public ConfigurationException(FailureKind kind, String message) {
        super(kind, message);
    }

    /// Throws unless `holds`.
    public static void require(boolean holds, String message) {
        if (!holds) {
            throw new ConfigurationException(message);
        }
    }
}
