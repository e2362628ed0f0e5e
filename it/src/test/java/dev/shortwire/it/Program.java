package dev.shortwire.it;

import static org.awaitility.Awaitility.await;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// One run of `./shortwire` as a process of its own, with what it prints. Closing ends it and waits until it is gone.
final class Program implements AutoCloseable {
    static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
    private static final Path BUILT = ROOT.resolve("cli/target/shortwire");
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final Process process;
    private final List<String> lines = new CopyOnWriteArrayList<>();
    private final Thread reader;

    private Program(Process process) {
        this.process = process;
        this.reader = Thread.ofPlatform().daemon().start(this::read);
    }

    /// Starts the program with these arguments and additions to the environment.
    static Program start(Map<String, String> environment, String... arguments) {
        if (!Files.isRegularFile(BUILT.resolve("shortwire.jar"))) {
            throw new IllegalStateException(BUILT + " has no shortwire.jar; run the whole build: mvn verify");
        }
        List<String> command = new ArrayList<>(List.of("bash", ROOT.resolve("shortwire").toString()));
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().put("SHORTWIRE_HOME", BUILT.toString());
        builder.environment().putAll(environment);
        try {
            return new Program(builder.start());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static Program start(String... arguments) {
        return start(Map.of(), arguments);
    }

    /// A port of 127.0.0.1 that was free a moment ago.
    static int freePort() {
        try (ServerSocket socket = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void read() {
        try (BufferedReader out = new BufferedReader(
                new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            for (String line = out.readLine(); line != null; line = out.readLine()) {
                lines.add(line);
                System.out.println("    | " + line);
            }
        } catch (IOException e) {
            lines.add("(its output broke: " + e.getMessage() + ")");
        }
    }

    Process process() {
        return process;
    }

    /// What it has printed so far.
    List<String> lines() {
        return List.copyOf(lines);
    }

    Optional<Matcher> find(String regex) {
        Pattern pattern = Pattern.compile(regex);
        return lines.stream().map(pattern::matcher).filter(Matcher::find).findFirst();
    }

    /// Waits until it has printed a line that matches, and returns the match.
    Matcher awaitLine(String regex) {
        await("a line like " + regex).atMost(PATIENCE).until(() -> find(regex).isPresent() || !process.isAlive());
        return find(regex).orElseThrow(
                () -> new AssertionError("it ended without a line like " + regex + "; it printed " + lines));
    }

    /// Gives it its standard input and closes that.
    void type(String text) throws IOException {
        try (OutputStream in = process.getOutputStream()) {
            in.write(text.getBytes(StandardCharsets.UTF_8));
        }
    }

    /// Waits until it has ended by itself, and returns its exit code.
    int awaitExit() throws InterruptedException {
        if (!process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
            throw new AssertionError("still running; it printed " + lines);
        }
        reader.join(PATIENCE.toMillis());
        return process.exitValue();
    }

    /// What it printed, when it has ended.
    String output() throws InterruptedException {
        awaitExit();
        return String.join("\n", lines);
    }

    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(20, TimeUnit.SECONDS)) {
                process.destroyForcibly().waitFor();
                throw new AssertionError("did not stop within 20 s of SIGTERM; it printed " + lines);
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
