package dev.shortwire.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/// A node in a process of its own, held by a pipe: it ends when this process closes the pipe or dies.
final class NodeProcess implements AutoCloseable {
    /// ZooKeeper asks for Java's default TLS context, which reads all certificates of all authorities first. A demo's
    /// node has only plain connections, on loopback.
    private static final List<String> NO_CERTIFICATES = List.of("-Djavax.net.ssl.trustStore=NONE");

    private final String name;
    private final Process process;
    private final Thread reader;

    private NodeProcess(String name, Process process, Thread reader) {
        this.name = name;
        this.process = process;
        this.reader = reader;
    }

    /// Starts a [HeldNode] in a Java machine like this one.
    ///
    /// @param quiet whether it leaves out the line per load, peer pick and member change
    /// @param lines told each line that it prints
    static NodeProcess start(String name, NodeConfig config, boolean quiet, Consumer<String> lines)
            throws IOException {
        List<String> command = new ArrayList<>(javaCommand());
        if (quiet) {
            command.add(HeldNode.QUIET);
        }
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        Thread reader = Thread.ofPlatform().daemon().name("shortwire-reader-" + name).start(() -> read(process, lines));
        NodeProcess started = new NodeProcess(name, process, reader);
        try {
            HeldConfig.write(config, process.getOutputStream());
        } catch (IOException gone) {
            lines.accept("could not be told its configuration: " + gone.getMessage());
        }
        return started;
    }

    /// How to start this program once more: the same Java, class path and archive of prepared classes.
    static List<String> javaCommand() {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xms32m", "-Xmx512m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1",
                "-Djdk.reflect.useNativeAccessorOnly=true", "-Dsun.jnu.encoding=UTF-8",
                "--enable-native-access=ALL-UNNAMED"));
        command.addAll(Prepared.flags());
        command.addAll(NO_CERTIFICATES);
        String log = System.getProperty(Logging.PROPERTY);
        if (log != null) {
            command.add("-D" + Logging.PROPERTY + "=" + log);
        }
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), HeldNode.class.getName()));
        return command;
    }

    private static void read(Process process, Consumer<String> lines) {
        try (BufferedReader said = new BufferedReader(new InputStreamReader(process.getInputStream(), UTF_8))) {
            for (String line = said.readLine(); line != null; line = said.readLine()) {
                lines.accept(line);
            }
        } catch (IOException closed) {
            lines.accept("its output can't be read any more: " + closed.getMessage());
        }
    }

    String name() {
        return name;
    }

    long pid() {
        return process.pid();
    }

    /// Completes when the process is gone and all of its lines were read, with its exit code.
    CompletableFuture<Integer> ended() {
        return process.onExit().thenApplyAsync(gone -> {
            try {
                reader.join(Duration.ofSeconds(1));
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
            }
            return gone.exitValue();
        });
    }

    /// Closes the pipe, which ends the process, but does not wait.
    void release() {
        try {
            process.getOutputStream().close();
        } catch (IOException alreadyGone) {
            process.destroy();
        }
    }

    /// Ends the process, by force where it does not end by itself. Blocks for at most four seconds. Safe to repeat.
    @Override
    public void close() {
        release();
        try {
            if (!process.waitFor(2, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                process.waitFor(2, TimeUnit.SECONDS);
            }
        } catch (InterruptedException interrupted) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }

    /// The archive of loaded classes that the launcher made, if it did.
    static final class Prepared {
        static final String FILE = "shortwire.aot";

        private Prepared() {}

        static List<String> flags() {
            String classPath = System.getProperty("java.class.path");
            Path jar = Path.of(classPath.split(java.io.File.pathSeparator, 2)[0]);
            Path archive = jar.resolveSibling(FILE);
            return Files.isReadable(archive) && classPath.equals(jar.toString())
                    ? List.of("-XX:AOTCache=" + archive, "-Xlog:aot=off", "-Xlog:cds=off")
                    : List.of();
        }
    }
}
