package dev.shortwire.geecache;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// A process of a Go program that is a member of a pool. It ends with the test, or at the latest when this process does.
final class GoMember implements AutoCloseable {
    private static final Path SOURCES = Path.of("src/test/resources/go");
    private static final Path LIBRARIES = Path.of("/usr/share/gocode");
    private static final HttpClient CLIENT = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    /// Where peers reach it.
    final String url;
    private final String api;
    private final Process process;
    private final BufferedReader out;

    private GoMember(Process process) throws IOException {
        this.process = process;
        this.out = new BufferedReader(new InputStreamReader(process.getInputStream(), UTF_8));
        String[] urls = String.valueOf(out.readLine()).split(" ", -1);
        if (urls.length != 2) {
            throw new IllegalStateException("the Go program did not start: " + List.of(urls));
        }
        this.url = urls[0];
        this.api = urls[1];
    }

    /// Compiles the program that speaks `protocol`. Skips the test where that can't be done.
    static Path build(PeerProtocol protocol, Path folder) throws Exception {
        assumeTrue(isInstalled(), "no Go with groupcache here, so no Go pool is joined; to run this on Debian:"
                + " apt-get install golang-go golang-github-golang-groupcache-dev");
        String name = protocol == PeerProtocol.GROUPCACHE ? "groupcache" : "geecache";
        Path sources = Files.isDirectory(SOURCES) ? SOURCES : Path.of("integrations/geecache").resolve(SOURCES);
        Path program = folder.resolve(name);
        Path said = folder.resolve("build.txt");
        ProcessBuilder builder = new ProcessBuilder("go", "build", "-o", program.toString(),
                sources.resolve("member.go").toString(), sources.resolve(name + ".go").toString())
                .redirectErrorStream(true).redirectOutput(said.toFile());
        builder.environment().put("GO111MODULE", "off");
        builder.environment().put("GOPATH", LIBRARIES.toString());
        builder.environment().put("GOFLAGS", "");
        builder.environment().putIfAbsent("GOCACHE", folder.resolve("cache").toString());
        Process process = builder.start();
        if (!process.waitFor(120, TimeUnit.SECONDS) || process.exitValue() != 0) {
            process.destroyForcibly();
            throw new IllegalStateException("go build failed: " + Files.readString(said));
        }
        return program;
    }

    private static boolean isInstalled() throws Exception {
        if (!Files.isDirectory(LIBRARIES.resolve("src/github.com/golang/groupcache"))) {
            return false;
        }
        try {
            Process process = new ProcessBuilder("go", "version").redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD).start();
            return process.waitFor(20, TimeUnit.SECONDS) && process.exitValue() == 0;
        } catch (IOException e) {
            return false;
        }
    }

    static GoMember start(Path program) throws IOException {
        return new GoMember(
                new ProcessBuilder(program.toString()).redirectError(ProcessBuilder.Redirect.INHERIT).start());
    }

    /// Tells it who is in the pool, and waits until it answers.
    void join(String... urls) throws IOException {
        OutputStream in = process.getOutputStream();
        in.write((String.join(" ", urls) + "\n").getBytes(UTF_8));
        in.flush();
        if (!"ready".equals(out.readLine())) {
            throw new IllegalStateException("the Go program did not join");
        }
    }

    /// What its user gets for `key`: status 200 and the value, or 500 and why.
    HttpResponse<byte[]> get(String key) throws Exception {
        return ask("/get?key=" + URLEncoder.encode(key, UTF_8));
    }

    /// The keys that it has loaded, in their order.
    List<String> loads() throws Exception {
        List<String> keys = new ArrayList<>();
        new String(ask("/loads").body(), UTF_8).lines().forEach(line -> keys.add(unquoted(line)));
        return keys;
    }

    private HttpResponse<byte[]> ask(String target) throws Exception {
        return CLIENT.send(HttpRequest.newBuilder(URI.create(api + target)).timeout(RunningPool.LONG).build(),
                HttpResponse.BodyHandlers.ofByteArray());
    }

    private static String unquoted(String json) {
        StringBuilder text = new StringBuilder();
        for (int i = 1; i < json.length() - 1; i++) {
            char c = json.charAt(i);
            if (c != '\\') {
                text.append(c);
                continue;
            }
            switch (json.charAt(++i)) {
                case 'u' -> {
                    text.append((char) Integer.parseInt(json.substring(i + 1, i + 5), 16));
                    i += 4;
                }
                case 'n' -> text.append('\n');
                case 'r' -> text.append('\r');
                case 't' -> text.append('\t');
                default -> text.append(json.charAt(i));
            }
        }
        return text.toString();
    }

    /// Ends it as `kill -9` does.
    void kill() {
        process.destroyForcibly().onExit().join();
    }

    @Override
    public void close() {
        kill();
        try {
            out.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
