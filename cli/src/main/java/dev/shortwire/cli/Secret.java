package dev.shortwire.cli;

/// A word that must not be seen: it prints as `***`, in messages, logs and records that hold it.
final class Secret {
    private final String value;

    Secret(String value) {
        this.value = value;
    }

    /// The word itself, for the one who has to say it.
    String reveal() {
        return value;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Secret that && value.equals(that.value);
    }

    @Override
    public int hashCode() {
        return value.hashCode();
    }

    @Override
    public String toString() {
        return "***";
    }
}
