package dev.shortwire.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.lang.ProcessBuilder.Redirect;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// A Java process of our own that is told lines and tells lines. It has this process's Java, class path and options, and
/// ends when its standard input does, so none is left when this process is killed. Safe for use by one thread at a time.
final class Child implements AutoCloseable {
    private static final String END = "\0";
    private static final long PATIENCE_SECONDS = 5;

    private final String name;
    private final Process process;
    private final PrintStream to;
    private final LinkedBlockingQueue<String> from = new LinkedBlockingQueue<>();

    private Child(String name, Process process) {
        this.name = name;
        this.process = process;
        this.to = new PrintStream(process.getOutputStream(), true, StandardCharsets.UTF_8);
        Thread.ofPlatform().daemon().name("shortwire-bench-" + name).start(this::read);
    }

    /// Starts `main`; what it writes to its standard error goes to ours.
    static Child start(Class<?> main) throws IOException {
        return start(List.of(), "", main);
    }

    /// Starts `main` in another place.
    ///
    /// @param before words to put before the command
    /// @param host   address of [Floors#host()] there; empty for loopback
    static Child start(List<String> before, String host, Class<?> main) throws IOException {
        List<String> command = new ArrayList<>(before);
        command.add(java());
        command.addAll(options());
        if (!host.isEmpty()) {
            command.add("-D" + Floors.HOST_PROPERTY + "=" + host);
        }
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName()));
        Process process = new ProcessBuilder(command).redirectError(Redirect.INHERIT).start();
        return new Child(main.getSimpleName(), process);
    }

    private static String java() {
        return ProcessHandle.current().info().command()
                .orElse(System.getProperty("java.home") + "/bin/java");
    }

    /// Those of this process, without what would make a difference between it and its children: recorded profiles of an
    /// earlier run, agents, ports of debuggers.
    private static List<String> options() {
        List<String> options = new ArrayList<>();
        for (String option : ManagementFactory.getRuntimeMXBean().getInputArguments()) {
            if (!option.startsWith("-XX:AOT") && !option.startsWith("-agent") && !option.startsWith("-javaagent")
                    && !option.startsWith("-Xrun") && !option.startsWith("-Dlogback.")) {
                options.add(option);
            }
        }
        options.add("-Dlogback.configurationFile=dev/shortwire/bench/logback.xml");
        options.add("-Djava.awt.headless=true");
        return options;
    }

    long pid() {
        return process.pid();
    }

    void tell(String line) {
        to.println(line);
    }

    /// The next line it tells.
    ///
    /// @throws IOException if it has ended, or tells nothing for so long
    String hear(Duration patience) throws IOException {
        String line;
        try {
            line = from.poll(patience.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while waiting for " + name, e);
        }
        if (line == null) {
            throw new IOException(name + " said nothing for " + patience.toSeconds() + " s");
        }
        if (line.equals(END)) {
            from.add(END);
            throw new IOException(name + " ended" + exit());
        }
        return line;
    }

    private String exit() {
        try {
            return process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS) ? " with exit code " + process.exitValue() : "";
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return "";
        }
    }

    private void read() {
        try (BufferedReader lines = new BufferedReader(
                new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            for (@Nullable
            String line = lines.readLine(); line != null; line = lines.readLine()) {
                from.add(line);
            }
        } catch (IOException e) {
            // The process is gone, which is what the end says too.
        }
        from.add(END);
    }

    /// Ends its input, and after some seconds the process itself.
    @Override
    public void close() {
        to.close();
        try {
            if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
