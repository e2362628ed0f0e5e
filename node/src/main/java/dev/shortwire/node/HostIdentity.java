package dev.shortwire.node;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// What a node publishes about where it runs, so that its peers know which wires are worth a try first: hints, no
/// proof. Before the first `/` stands the machine, equal for processes on one running kernel; behind it, for people, the
/// user and the namespaces, each as `name=value`. Empty where the system does not tell.
final class HostIdentity {
    private static final Path BOOT = Path.of("/proc/sys/kernel/random/boot_id");
    private static final Path SELF = Path.of("/proc/self");
    private static final List<String> NAMESPACES = List.of("net", "pid", "mnt");

    private HostIdentity() {}

    static String ofThisProcess() {
        List<String> parts = new ArrayList<>();
        try {
            parts.add(Files.readString(BOOT).strip());
        } catch (IOException e) {
            return "";
        }
        try {
            parts.add("user=" + Files.getAttribute(SELF, "unix:uid"));
            for (String namespace : NAMESPACES) {
                String link = Files.readSymbolicLink(SELF.resolve("ns").resolve(namespace)).toString();
                parts.add(namespace + "=" + link.replaceAll("[^0-9]", ""));
            }
        } catch (IOException | UnsupportedOperationException | IllegalArgumentException e) {
            // What is for people alone may be missing.
            return String.join("/", parts);
        }
        return String.join("/", parts);
    }
}
