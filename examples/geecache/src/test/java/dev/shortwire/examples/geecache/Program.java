package dev.shortwire.examples.geecache;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/// One real process of the example, and what it has printed.
final class Program implements AutoCloseable {
    private final List<String> lines = new CopyOnWriteArrayList<>();
    private final Process process;
    private final Thread reader;
    private final Thread reaper;

    Program(String... flags) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx64m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "--enable-native-access=ALL-UNNAMED", "-cp",
                System.getProperty("java.class.path"), Main.class.getName()));
        command.addAll(List.of(flags));
        process = new ProcessBuilder(command).redirectErrorStream(true).start();
        reader = Thread.ofVirtual().start(this::read);
        reaper = Thread.ofPlatform().unstarted(process::destroyForcibly);
        Runtime.getRuntime().addShutdownHook(reaper);
    }

    private void read() {
        try (BufferedReader out = process.inputReader(UTF_8)) {
            out.lines().forEach(lines::add);
        } catch (IOException | UncheckedIOException e) {
            lines.add("(no more output: " + e + ")");
        }
    }

    List<String> lines() {
        return lines;
    }

    boolean hasPrinted(String text) {
        return lines.stream().anyMatch(line -> line.contains(text));
    }

    boolean isAlive() {
        return process.isAlive();
    }

    /// Waits for the end, and returns the exit code.
    int await() throws InterruptedException {
        int code = process.waitFor();
        reader.join();
        return code;
    }

    /// Ends the process as `kill -9` does.
    void kill() throws InterruptedException {
        process.destroyForcibly();
        await();
    }

    /// Ends the process as `kill` does.
    void terminate() throws InterruptedException {
        process.destroy();
        await();
    }

    @Override
    public void close() {
        process.destroyForcibly();
        process.onExit().join();
        Runtime.getRuntime().removeShutdownHook(reaper);
    }
}
