package dev.shortwire.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.shortwire.registry.Profile;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/// A [ChooseOwner] in a process of its own, which ends when this is closed or this process dies.
final class ChooseProcess implements AutoCloseable {
    private final Process process;
    private final Profile profile;

    private ChooseProcess(Process process, Profile profile) {
        this.process = process;
        this.profile = profile;
    }

    /// Starts it and waits until it can be reached.
    ///
    /// @param wires that it listens on
    static ChooseProcess start(String wires) {
        try {
            Process process = new ProcessBuilder(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-Xms64m", "-Xmx256m",
                    "-XX:+UseSerialGC", "--enable-native-access=ALL-UNNAMED", "-cp",
                    System.getProperty("java.class.path"), ChooseOwner.class.getName(), wires)
                    .redirectError(ProcessBuilder.Redirect.DISCARD).start();
            return new ChooseProcess(process, read(process));
        } catch (IOException e) {
            throw new UncheckedIOException("the owner's process could not be started; look at the memory that is left",
                    e);
        }
    }

    private static Profile read(Process process) throws IOException {
        Map<String, String> endpoints = new TreeMap<>();
        BufferedReader said = new BufferedReader(new InputStreamReader(process.getInputStream(), UTF_8));
        for (String line = said.readLine(); line != null; line = said.readLine()) {
            List<String> words = List.of(line.split(" ", -1));
            if (words.getFirst().equals("endpoint") && words.size() == 3) {
                endpoints.put(words.get(1), words.get(2));
            } else if (words.getFirst().equals("owner") && words.size() == 4) {
                return new Profile(ChooseOwner.NAME, Long.parseLong(words.get(1)), words.get(3),
                        Long.parseLong(words.get(2)), endpoints, Map.of());
            }
        }
        process.destroyForcibly();
        throw new IOException("it ended before it could be reached");
    }

    Profile profile() {
        return profile;
    }

    /// Blocks for five seconds at most.
    @Override
    public void close() {
        try {
            process.getOutputStream().close();
            if (!process.waitFor(5, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (IOException e) {
            process.destroyForcibly();
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
