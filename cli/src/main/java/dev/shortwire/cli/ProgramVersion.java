package dev.shortwire.cli;

import java.util.Objects;
import picocli.CommandLine.IVersionProvider;

/// What `--version` prints.
final class ProgramVersion implements IVersionProvider {
    @Override
    public String[] getVersion() {
        return new String[] {"shortwire " + number(), "Java " + Runtime.version()};
    }

    /// The version in the manifest; `dev` where the classes do not come from a jar.
    static String number() {
        return Objects.requireNonNullElse(Main.class.getPackage().getImplementationVersion(), "dev");
    }
}
