package dev.shortwire.wire.http;

import dev.shortwire.http.ConnectionPool;
import dev.shortwire.http.HttpClient;
import dev.shortwire.http.HttpClientOptions;
import dev.shortwire.http.HttpFailure;
import dev.shortwire.http.HttpLoops;
import dev.shortwire.http.HttpOutcome;
import dev.shortwire.http.HttpRequest;
import dev.shortwire.http.HttpResponse;
import dev.shortwire.spi.HostPort;
import dev.shortwire.wire.Endpoint;
import dev.shortwire.wire.WireFailure;
import dev.shortwire.wire.WireFailure.Cause;
import dev.shortwire.wire.WireFailure.Happened;
import dev.shortwire.wire.WireSettings;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Finds out whether the process at the other end of a lost link is gone: somebody listens there, or the connection is
/// refused. While the kernel clears a dead process away, its port may still take connections for a moment and drop them;
/// so a connection that ends without an answer is tried again.
final class Obituary {
    private static final int ATTEMPTS = 5;
    private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(20);
    private static final long TIMEOUT_NANOS = TimeUnit.MILLISECONDS.toNanos(500);

    private final Endpoint endpoint;
    private final WireSettings settings;
    private final HttpClient client;
    private final Consumer<WireFailure> told;
    private int attempts;

    /// @param told gets a failure whose cause is [Cause#REFUSED] or [Cause#CLOSED], once
    Obituary(Endpoint endpoint, WireSettings settings, HttpLoops loops, @Nullable LinkTls tls,
            Consumer<WireFailure> told) {
        this.endpoint = endpoint;
        this.settings = settings;
        this.client = new HttpClient(HttpClientOptions.DEFAULT, settings.scheduler(), loops, tls);
        this.told = told;
    }

    void ask() {
        attempts++;
        ConnectionPool pool = client.open(HostPort.parse(endpoint.address()), HttpClientOptions.DEFAULT, left -> {});
        var _ = pool.call(HttpRequest.of("GET", HttpWire.PATH), TIMEOUT_NANOS, new HttpOutcome() {
            @Override
            public void answered(HttpResponse response) {
                pool.close();
                tell(Cause.CLOSED, "the peer closed it");
            }

            @Override
            public void failed(HttpFailure failure) {
                pool.close();
                if (failure.cause() == HttpFailure.Cause.REFUSED) {
                    tell(Cause.REFUSED, failure.message());
                } else if (failure.cause() == HttpFailure.Cause.CLOSED && failure.sent() && attempts < ATTEMPTS) {
                    settings.scheduler().schedule(PAUSE_NANOS, Obituary.this::ask);
                } else {
                    tell(Cause.CLOSED, failure.message());
                }
            }
        });
    }

    private void tell(Cause cause, String why) {
        told.accept(new WireFailure(cause, Happened.PERHAPS, "the link to " + endpoint + " ended: " + why));
    }
}
