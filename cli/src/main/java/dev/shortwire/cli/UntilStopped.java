package dev.shortwire.cli;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Keeps a command running until its process is told to end, and puts everything away then.
final class UntilStopped {
    private static final Logger log = LoggerFactory.getLogger(UntilStopped.class);

    private UntilStopped() {}

    /// What a command starts.
    interface Start {
        void run() throws Exception;
    }

    /// Runs `start`, then waits for a signal. Whatever ends the command, Ctrl-C while it is starting included, closes
    /// `running` before the process ends.
    ///
    /// @return never, unless interrupted
    static int run(Terminal terminal, AutoCloseable running, Start start) throws Exception {
        AtomicBoolean stopping = new AtomicBoolean();
        Thread hook = Thread.ofPlatform().name("shortwire-stop").unstarted(() -> {
            stopping.set(true);
            close(terminal, running);
        });
        Runtime.getRuntime().addShutdownHook(hook);
        try {
            start.run();
            new CountDownLatch(1).await();
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        } catch (Exception failure) {
            if (!stopping.get()) {
                throw failure;
            }
            log.debug("the start was given up", failure); // what was closed under its hands is no error of its own
        } finally {
            // at a signal the hook does it; a second close has nothing left to do
            close(terminal, running);
        }
        return ExitCode.OK;
    }

    private static void close(Terminal terminal, AutoCloseable running) {
        try {
            running.close();
        } catch (Exception failure) {
            terminal.error(String.valueOf(failure.getMessage()));
        }
    }
}
