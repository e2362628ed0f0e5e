package dev.shortwire.cli;

/// What the process's exit code says; `docs/operations.md` and the foot of `--help` list them.
final class ExitCode {
    static final int OK = 0;
    /// It did not work; the message says why.
    static final int FAILED = 1;
    /// The command line or the configuration is wrong.
    static final int USAGE = 2;
    /// The cluster has no value for that key.
    static final int NOT_FOUND = 3;
    /// Nobody answers at the address of the API.
    static final int UNREACHABLE = 4;
    /// No JDK 25 or no usable Maven; only the launcher script ends with it.
    static final int TOOLS_MISSING = 5;

    private ExitCode() {}
}
