package dev.shortwire.wire.shm;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// Whether this machine, this Java and this process can share memory. Loads nothing native before it knows that it may.
final class Support {
    /// Set to `on`, it takes native access that was not enabled, at the price of the warning that Java then prints.
    static final String PROPERTY = "shortwire.shm";

    private static final String ARCHITECTURE = System.getProperty("os.arch", "").toLowerCase(Locale.ROOT);

    private Support() {}

    /// Why there is no shared memory here, in one sentence for people; null if there is. Found out once.
    static @Nullable String missing() {
        return Once.MISSING;
    }

    static boolean isArm() {
        return ARCHITECTURE.equals("aarch64");
    }

    private static final class Once {
        static final @Nullable String MISSING = find();
    }

    private static @Nullable String find() {
        String system = System.getProperty("os.name", "");
        boolean allowed = Support.class.getModule().isNativeAccessEnabled()
                || System.getProperty(PROPERTY, "").equals("on");
        String byRule = rule(system, ARCHITECTURE, allowed);
        return byRule == null ? attempt() : byRule;
    }

    static @Nullable String rule(String system, String architecture, boolean allowed) {
        if (!system.equals("Linux")) {
            return "shared memory needs Linux, this is " + system;
        }
        if (!architecture.equals("amd64") && !architecture.equals("aarch64")) {
            return "shared memory needs a processor of the kind x86_64 or aarch64, this is " + architecture;
        }
        if (!allowed) {
            return "shared memory needs native access, which is not enabled: start java with"
                    + " --enable-native-access=ALL-UNNAMED, or set the system property " + PROPERTY
                    + "=on and bear Java's warning";
        }
        return null;
    }

    /// Does once all that may be forbidden.
    private static @Nullable String attempt() {
        try {
            try (Arena arena = Arena.ofShared()) {
                Memory memory = Memory.create(arena, Layout.SMALLEST_CAPACITY);
                memory.closeFd();
                Futex.wake(new Sys.Scratch(arena), memory.address());
            }
            return null;
        } catch (IOException e) {
            return "the kernel refuses shared memory, as container profiles do: " + e.getMessage();
        } catch (LinkageError | RuntimeException e) {
            // a class that could not be initialized hides why
            Throwable cause = e.getCause() == null ? e : e.getCause();
            return cause instanceof IllegalCallerException
                    ? "Java refuses native access; start it with --enable-native-access=ALL-UNNAMED"
                    : "native calls do not work here: " + cause;
        }
    }
}
