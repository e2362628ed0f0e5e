package dev.shortwire.testkit;

import static org.awaitility.Awaitility.await;

import dev.shortwire.spi.Clock;
import dev.shortwire.wire.Endpoint;
import dev.shortwire.wire.Wire;
import dev.shortwire.wire.WireProvider;
import dev.shortwire.wire.WireSettings;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ServiceLoader;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/// A process of its own that listens on a wire with a [ScriptedHandler], to be stopped and killed by tests. It ends when
/// its input does, so also when the test's process dies.
public final class WirePeer implements AutoCloseable {
    private final Process process;
    private final Endpoint endpoint;

    private WirePeer(Process process, Endpoint endpoint) {
        this.process = process;
        this.endpoint = endpoint;
    }

    /// Starts such a process and waits until it listens.
    ///
    /// @param wire    name of the wire, which a provider on the class path makes
    /// @param address where it listens
    public static WirePeer start(String wire, String address) {
        String classPath = System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
        try {
            Process process = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xmx256m", "--enable-native-access=ALL-UNNAMED",
                    "-cp", classPath, WirePeer.class.getName(), wire, address)
                    .redirectError(ProcessBuilder.Redirect.INHERIT).start();
            String line = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))
                    .readLine();
            if (line == null) {
                throw new AssertionError("the peer process for wire " + wire + " ended before it listened");
            }
            return new WirePeer(process, new Endpoint(wire, line));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Where it listens.
    public Endpoint endpoint() {
        return endpoint;
    }

    /// Ends it at once, as `kill -9` does.
    public void kill() {
        process.destroyForcibly();
    }

    /// Stops it as a whole, as a debugger or a suspended machine does: its connections stay. The signal only asks for that,
    /// and a quick wire would be answered meanwhile: so this waits, where the system tells, until every thread stands.
    public void pause() {
        signal("STOP");
        Path threads = Path.of("/proc", Long.toString(process.pid()), "task");
        if (Files.isDirectory(threads)) {
            await().atMost(Duration.ofSeconds(30)).pollInterval(Duration.ofMillis(2)).until(() -> stand(threads));
        }
    }

    private static boolean stand(Path threads) throws IOException {
        try (Stream<Path> each = Files.list(threads)) {
            return each.allMatch(thread -> {
                try {
                    String state = Files.readString(thread.resolve("stat"));
                    return state.startsWith(") T", state.lastIndexOf(')'));
                } catch (IOException e) {
                    // it has ended since it was listed
                    return true;
                }
            });
        }
    }

    public void resume() {
        signal("CONT");
    }

    private void signal(String name) {
        try {
            Process kill = new ProcessBuilder("kill", "-" + name, Long.toString(process.pid())).inheritIO().start();
            if (kill.waitFor() != 0) {
                throw new AssertionError("kill -" + name + " " + process.pid() + " failed");
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", e);
        }
    }

    @Override
    public void close() {
        process.destroyForcibly();
        try {
            process.waitFor(30, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /// The process itself. Arguments: name of the wire, address.
    public static void main(String[] arguments) throws IOException {
        try (ThreadScheduler scheduler = new ThreadScheduler();
                Wire wire = provider(arguments[0]).create(new WireSettings(Clock.SYSTEM, scheduler))) {
            System.out.println(wire.listen(arguments[1], new ScriptedHandler()).endpoint().address());
            while (System.in.read() >= 0) {
                // until the test's process closes it, or is gone
            }
        }
    }

    private static WireProvider provider(String name) {
        return ServiceLoader.load(WireProvider.class).stream().map(ServiceLoader.Provider::get)
                .filter(provider -> provider.name().equals(name)).findFirst().orElseThrow();
    }
}
