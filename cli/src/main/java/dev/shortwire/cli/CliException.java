package dev.shortwire.cli;

import org.jspecify.annotations.Nullable;

/// Ends the command with one line on standard error and an exit code. The message names what is wrong and the remedy.
final class CliException extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final int exitCode;

    CliException(int exitCode, String message) {
        this(exitCode, message, null);
    }

    CliException(int exitCode, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.exitCode = exitCode;
    }

    int exitCode() {
        return exitCode;
    }
}
