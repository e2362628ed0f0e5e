package dev.shortwire.cli;

import dev.shortwire.ConfigurationException;
import dev.shortwire.FailureKind;
import dev.shortwire.ShortwireException;
import org.jspecify.annotations.Nullable;

/// Turns what went wrong into one line on standard error and an exit code.
final class Failures {
    private Failures() {}

    /// Prints the line, and the stack trace if `verbose`.
    ///
    /// @return the exit code
    static int report(Terminal terminal, Throwable failure, boolean verbose) {
        if (verbose) {
            failure.printStackTrace(terminal.err());
        }
        String message = oneLine(failure.getMessage());
        return switch (failure) {
            case CliException known -> ended(terminal, message, known.exitCode());
            case ConfigurationException wrong -> ended(terminal, message,
                    wrong.kind() == FailureKind.CONFIGURATION ? ExitCode.USAGE : ExitCode.FAILED);
            case ShortwireException other -> ended(terminal, message, ExitCode.FAILED);
            default -> ended(terminal, failure.getClass().getSimpleName() + ": " + message
                    + (verbose ? "" : "; --verbose shows where"), ExitCode.FAILED);
        };
    }

    private static int ended(Terminal terminal, String message, int code) {
        terminal.error(message);
        return code;
    }

    static String oneLine(@Nullable String message) {
        return message == null ? "no message" : message.strip().replaceAll("\\s*\\R\\s*", "; ");
    }
}
