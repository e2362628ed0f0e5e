package dev.shortwire.geecache;

import dev.shortwire.FailureKind;
import dev.shortwire.http.HttpCall;
import dev.shortwire.http.HttpClient;
import dev.shortwire.http.HttpFailure;
import dev.shortwire.http.HttpOutcome;
import dev.shortwire.http.HttpRequest;
import dev.shortwire.http.HttpResponse;
import dev.shortwire.spi.HostPort;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;

/// One peer of a pool, asked over HTTP. Safe for use by any thread; blocks.
final class HttpPeer implements PeerGetter {
    /// Set by our nodes on the 404 that means: the database has no such key. Without it a 404 is a failure, such as a
    /// group that the peer does not have.
    static final String ABSENT_HEADER = "Shortwire-Absent";

    private static final int SHOWN = 200;

    private final String url;
    private final HostPort address;
    private final String basePath;
    private final PeerProtocol protocol;
    private final HttpClient client;
    private final long timeoutNanos;

    HttpPeer(String url, HttpClient client, HttpPoolOptions options) {
        PeerUrl parsed = PeerUrl.parse(url);
        this.url = url;
        this.address = parsed.address();
        this.basePath = parsed.path() + options.basePath();
        this.protocol = options.protocol();
        this.client = client;
        this.timeoutNanos = options.timeout().toNanos();
    }

    @Override
    public byte[] get(String group, String key) {
        CompletableFuture<HttpResponse> waiting = new CompletableFuture<>();
        HttpRequest request = HttpRequest.of("GET", new PeerPath(group, key).encoded(protocol, basePath));
        HttpCall call = client.call(address, request, timeoutNanos, new HttpOutcome() {
            @Override
            public void answered(HttpResponse response) {
                waiting.complete(response);
            }

            @Override
            public void failed(HttpFailure failure) {
                waiting.completeExceptionally(kindOf(failure).exception("peer " + url + ": " + failure.message()));
            }
        });
        return valueOf(await(waiting, call), key);
    }

    private HttpResponse await(CompletableFuture<HttpResponse> waiting, HttpCall call) {
        try {
            return waiting.get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException failure) {
                throw failure;
            }
            throw FailureKind.INTERNAL.exception("peer " + url + ": " + e.getCause());
        } catch (InterruptedException e) {
            call.cancel();
            Thread.currentThread().interrupt();
            throw FailureKind.CANCELLED.exception("the call to peer " + url + " was interrupted");
        }
    }

    private byte[] valueOf(HttpResponse response, String key) {
        if (response.status() == 200) {
            return bytesIn(response);
        }
        if (response.status() == 404 && response.header(ABSENT_HEADER) != null) {
            throw new KeyNotFoundException(key);
        }
        String reason = response.body().slice(0, Math.min(SHOWN, response.body().length())).utf8().strip();
        throw kindOf(response.status()).exception("peer " + url + " answered " + response.status() + ": " + reason);
    }

    private byte[] bytesIn(HttpResponse response) {
        try {
            return protocol.value(response.body()).toByteArray();
        } catch (GetResponse.MalformedException e) {
            throw FailureKind.INTERNAL.exception("peer " + url + " gave no groupcache message: " + e.getMessage()
                    + "; check that the URL is a groupcache peer's");
        }
    }

    private static FailureKind kindOf(HttpFailure failure) {
        return switch (failure.cause()) {
            case REFUSED, UNREACHABLE, CLOSED, MALFORMED -> FailureKind.UNREACHABLE;
            case DEADLINE -> FailureKind.DEADLINE;
            case CANCELLED -> FailureKind.CANCELLED;
            case BUSY -> FailureKind.BUSY;
            case TOO_LARGE -> FailureKind.TOO_LARGE;
        };
    }

    private static FailureKind kindOf(int status) {
        return switch (status) {
            case 400 -> FailureKind.BAD_REQUEST;
            case 404 -> FailureKind.UNKNOWN_GROUP;
            case 502 -> FailureKind.ORIGIN;
            case 503 -> FailureKind.BUSY;
            case 504 -> FailureKind.DEADLINE;
            default -> FailureKind.INTERNAL;
        };
    }

    @Override
    public String toString() {
        return url;
    }
}
