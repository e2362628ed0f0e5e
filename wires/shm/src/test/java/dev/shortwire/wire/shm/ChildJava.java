package dev.shortwire.wire.shm;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/// Another Java process, for tests: a main class of this class path that prints lines.
record ChildJava(Process process, BufferedReader lines) implements AutoCloseable {
    static ChildJava start(List<String> prefix, List<String> javaOptions, Class<?> main, String... arguments)
            throws IOException {
        List<String> command = new ArrayList<>(prefix);
        command.add(ProcessHandle.current().info().command().orElse("java"));
        command.addAll(List.of("-Xmx128m", "-XX:TieredStopAtLevel=1", "-cp", System.getProperty("java.class.path")));
        command.addAll(javaOptions);
        command.add(main.getName());
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        return new ChildJava(process,
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8)));
    }

    static ChildJava start(Class<?> main, String... arguments) throws IOException {
        return start(List.of(), List.of("--enable-native-access=ALL-UNNAMED"), main, arguments);
    }

    /// The next line that it prints.
    String line() throws IOException {
        String line = lines.readLine();
        if (line == null) {
            throw new IOException("the child has ended");
        }
        return line;
    }

    /// The line after `prefix`; others are passed over.
    String lineAfter(String prefix) throws IOException {
        String line = line();
        while (!line.startsWith(prefix)) {
            System.out.println("child: " + line);
            line = line();
        }
        return line.substring(prefix.length());
    }

    String rest() throws IOException {
        return String.join("\n", lines.lines().toList());
    }

    /// `SIGKILL`, and waits until it is gone.
    void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    @Override
    public void close() throws InterruptedException {
        kill();
    }
}
