package dev.shortwire.examples.geecache;

import dev.shortwire.ConfigurationException;
import dev.shortwire.geecache.Group;
import dev.shortwire.geecache.HttpPool;
import dev.shortwire.geecache.HttpPoolOptions;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Starts one process of the pool, and runs until it is stopped. Exit codes: 2 for wrong flags, 1 if it can't start.
public final class Main {
    private static final Logger log = LoggerFactory.getLogger(Main.class);

    private Main() {}

    public static void main(String[] args) throws InterruptedException {
        if (List.of(args).contains("-help")) {
            System.out.print(Flags.USAGE);
            return;
        }
        Flags flags;
        try {
            flags = Flags.parse(args);
        } catch (ConfigurationException e) {
            exit(2, e);
            return;
        }
        try {
            start(flags);
        } catch (ConfigurationException e) {
            exit(1, e);
        }
        new CountDownLatch(1).await();
    }

    private static void start(Flags flags) {
        Group scores = new Group("scores", 2 << 10, new SlowDb(flags.delay()), flags.timeout());
        HttpPool pool = new HttpPool(url(flags.port()),
                HttpPoolOptions.DEFAULT.withTimeout(flags.timeout()));
        pool.set(flags.peers().stream().map(Main::url).toArray(String[]::new));
        scores.registerPeers(pool);
        pool.listen();
        if (flags.api()) {
            Api api = Api.start(scores, flags.apiPort());
            log.info("frontend server is running at {}", url(flags.apiPort()));
            atExit(api);
        }
        atExit(pool);
    }

    private static String url(int port) {
        return "http://localhost:" + port;
    }

    private static void atExit(AutoCloseable closed) {
        Runtime.getRuntime().addShutdownHook(Thread.ofPlatform().unstarted(() -> {
            try {
                closed.close();
            } catch (Exception e) {
                log.warn("could not close {}", closed, e);
            }
        }));
    }

    private static void exit(int code, ConfigurationException reason) {
        System.err.println("geecache: " + reason.getMessage());
        System.exit(code);
    }
}
