package dev.shortwire.cli;

import dev.shortwire.ConfigurationException;
import dev.shortwire.cli.DemoSettings.Mode;
import dev.shortwire.http.HttpResponse;
import dev.shortwire.http.HttpServer;
import dev.shortwire.http.HttpServerOptions;
import dev.shortwire.registry.MemoryHub;
import dev.shortwire.registry.zookeeper.embedded.EmbeddedZooKeeper;
import dev.shortwire.registry.zookeeper.embedded.Serving;
import dev.shortwire.server.ApiSettings;
import dev.shortwire.server.ApiSettings.Sample;
import dev.shortwire.spi.HostPort;
import dev.shortwire.wire.SocketFolder;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// A demonstration: a database and an API in this process, and nodes in front of it. The API's node owns no keys, so it
/// survives any other. Started once, by one thread; closed by any, also while it starts.
final class Demo implements AutoCloseable {
    private static final Duration START_TIMEOUT = Duration.ofSeconds(60);
    /// How long the registry's servers may take to find each other before joining says what is wrong.
    private static final Duration REGISTRY_PATIENCE = Duration.ofSeconds(5);
    private static final Duration OBSERVER_CLOSE_TIMEOUT = Duration.ofSeconds(1);
    private static final ApiSettings API = ApiSettings.DEFAULT
            .withSamples(List.of(new Sample("scores", "Tom"), new Sample("scores", "Jack"), new Sample("scores", "Sam"),
                    new Sample("unicode", "U+1F600"), new Sample("unicode", "U+94A5")));

    private final DemoSettings settings;
    private final Consumer<String> lines;
    private final Closer closer = new Closer();
    /// Fails when a node ends before all are ready.
    private final CompletableFuture<Void> startFailed = new CompletableFuture<>();
    private final List<NodeProcess> processes = new ArrayList<>();
    private volatile int apiPort;
    private volatile boolean ready;
    private volatile boolean closing;

    Demo(DemoSettings settings, Consumer<String> lines) {
        this.settings = settings;
        this.lines = lines;
    }

    /// Starts everything and blocks until all nodes have adopted one view with all of them.
    ///
    /// @throws CliException if something can't be started; what was started is closed by [#close()]
    void start() throws IOException, SQLException, InterruptedException {
        Path temporary = Path.of(System.getProperty("java.io.tmpdir"));
        DemoFolder.sweep(temporary)
                .forEach(left -> lines.accept("removed " + left + ", left by a demo that was killed"));
        // what fails for want of a port fails before anything runs; the servers themselves can wait
        Ports free = new Ports();
        int port = settings.apiPort() == 0 ? free.free(1).getFirst() : settings.apiPort();
        free.requireFree(port, "stop what listens there, or give the API another one: shortwire demo --port PORT");
        apiPort = port;
        List<Integer> ports = DemoPlan.nodePorts(settings, free);
        DemoFolder folder = closer.add(DemoFolder.create(temporary));
        Path data = settings.dataDir() == null ? Files.createDirectory(folder.path().resolve("data"))
                : Files.createDirectories(settings.dataDir());
        DemoDatabase database = closer.add(new DemoDatabase(data));
        DemoPlan plan = DemoPlan.of(settings, folder.path(), ports, database, free);
        closer.add(this::closeProcesses);
        MemoryHub hub = settings.mode() == Mode.IN_PROCESS ? new MemoryHub(System.nanoTime()) : null;
        startRegistryHere(plan);
        if (settings.mode() == Mode.PROCESSES) {
            startProcesses(plan);
        }
        if (settings.mode() != Mode.IN_PROCESS) {
            plan.writeFiles();
        }
        HttpServer api = closer.add(bindApi(port));
        long rows = database.open(settings.loadDelay(), lines);
        if (settings.mode() != Mode.PROCESSES) {
            startNodesHere(plan, hub);
        }
        Serving.await(plan.ensemble(), REGISTRY_PATIENCE);
        Assembly observer = Assembly.start(plan.node("launcher", api.port(), false, null),
                new Assembly.Surroundings(api, hub, new EventLines(settings.quiet() ? line -> {} : said("launcher")),
                        API),
                closer);
        closer.add(() -> closeWithin(observer, OBSERVER_CLOSE_TIMEOUT));
        route(api);
        awaitReady(observer);
        ready = true;
        new DemoBanner(settings, plan, api.port(), database.url(), rows,
                processes().stream().map(NodeProcess::pid).toList())
                .lines().forEach(lines);
        lines.accept(String.format(Locale.ROOT, "ready in %.1f s",
                ManagementFactory.getRuntimeMXBean().getUptime() / 1000.0));
    }

    private static HttpServer bindApi(int port) {
        HttpServer server = new HttpServer(HttpServerOptions.DEFAULT);
        try {
            server.bind(HostPort.loopbackHosts(), port);
            return server;
        } catch (ConfigurationException taken) {
            server.close();
            throw new CliException(ExitCode.FAILED, taken.getMessage() + "; for the API: shortwire demo --port PORT",
                    taken);
        }
    }

    /// With fewer than three nodes the registry's only server is here.
    private void startRegistryHere(DemoPlan plan) {
        if (plan.ensemble().size() == 1) {
            closer.add(EmbeddedZooKeeper.standalone(plan.folder().resolve("registry"),
                    plan.ensemble().getFirst().clientPort()));
        }
    }

    private void startProcesses(DemoPlan plan) throws IOException {
        for (int i = 0; i < plan.nodes(); i++) {
            NodeProcess process = NodeProcess.start(plan.name(i), plan.firstNode(i), settings.quiet(),
                    said(plan.name(i)));
            synchronized (processes) {
                processes.add(process);
            }
            Path file = plan.file(i);
            var _ = process.ended().thenAccept(code -> ended(process, code, file));
        }
    }

    /// All at once: the servers of an ensemble wait for each other.
    private void startNodesHere(DemoPlan plan, @Nullable MemoryHub hub) throws InterruptedException {
        List<CompletableFuture<Void>> starts = new ArrayList<>();
        for (int i = 0; i < plan.nodes(); i++) {
            EventLines events = new EventLines(settings.quiet() ? line -> {} : said(plan.name(i)));
            NodeConfig config = settings.mode() == Mode.IN_PROCESS ? plan.node(i) : reread(plan, i);
            starts.add(CompletableFuture.runAsync(() -> Assembly.start(config,
                    new Assembly.Surroundings(null, hub, events, API), closer),
                    task -> Thread.ofPlatform().start(task)));
        }
        for (CompletableFuture<Void> start : starts) {
            try {
                start.get();
            } catch (ExecutionException failed) {
                throw failed.getCause() instanceof RuntimeException known ? known : new IllegalStateException(failed);
            }
        }
    }

    /// The node's configuration as a process of its own would read it.
    private static NodeConfig reread(DemoPlan plan, int index) {
        return new ConfigReader(Map.of(), Map.of()).read(plan.file(index),
                Map.of("registry-server.first-start", "true"));
    }

    private Consumer<String> said(String name) {
        return line -> lines.accept("[" + name + "] " + line);
    }

    private void ended(NodeProcess process, int code, Path file) {
        if (closing) {
            return;
        }
        String how = code > 128 ? "was killed by signal " + (code - 128) : "ended with exit code " + code;
        if (!ready) {
            startFailed.completeExceptionally(new CliException(ExitCode.FAILED, process.name() + " " + how
                    + " before all nodes were ready; its lines above say why"));
            return;
        }
        lines.accept(process.name() + " (pid " + process.pid() + ") " + how
                + "; the others go on. To start it again, in another terminal: " + DemoBanner.command()
                + " node --config "
                + file);
    }

    /// What the database has counted, for whoever wants to compare it with what the nodes say.
    private static void route(HttpServer api) {
        api.route("/demo/loads", 0, (request, exchange) -> exchange
                .answer(HttpResponse.text(200, LoadMeter.loads() + "\n").header("Cache-Control", "no-store")));
    }

    private void awaitReady(Assembly observer) throws InterruptedException {
        long deadline = System.nanoTime() + START_TIMEOUT.toNanos();
        while (!Readiness.isReady(observer.node(), settings.nodes())) {
            if (System.nanoTime() > deadline) {
                throw new CliException(ExitCode.FAILED, "the nodes did not find each other within "
                        + START_TIMEOUT.toSeconds() + " s; --verbose shows what they wait for");
            }
            try {
                startFailed.get(10, TimeUnit.MILLISECONDS);
            } catch (TimeoutException notFailed) {
                // look again
            } catch (ExecutionException failed) {
                throw failed.getCause() instanceof CliException known ? known
                        : new CliException(ExitCode.FAILED, "could not start: " + failed.getMessage(), failed);
            }
        }
    }

    private void closeProcesses() {
        processes().forEach(NodeProcess::release); // all at once, then wait for each
        processes().forEach(NodeProcess::close);
        SocketFolder.tidy();
    }

    private List<NodeProcess> processes() {
        synchronized (processes) {
            return List.copyOf(processes);
        }
    }

    /// At Ctrl-C the nodes, and the registry's servers with them, may be gone before this process's own node, which then
    /// has nobody to say goodbye to.
    private static void closeWithin(AutoCloseable resource, Duration patience) throws Exception {
        CompletableFuture<Void> closed = new CompletableFuture<>();
        Thread.ofPlatform().daemon().name("shortwire-close").start(() -> {
            try {
                resource.close();
                closed.complete(null);
            } catch (Exception failure) {
                closed.completeExceptionally(failure);
            }
        });
        closed.completeOnTimeout(null, patience.toMillis(), TimeUnit.MILLISECONDS).get();
    }

    /// The port of the API, once started.
    int apiPort() {
        return apiPort;
    }

    /// Stops everything and removes the folder. Safe to repeat.
    @Override
    public void close() {
        if (!closing) {
            closing = true;
            if (ready) {
                lines.accept("stopping; the database answered " + LoadMeter.loads() + " loads");
            }
            processes().forEach(NodeProcess::release);
        }
        closer.close();
    }
}
