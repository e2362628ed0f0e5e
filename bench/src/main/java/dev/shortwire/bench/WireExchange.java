package dev.shortwire.bench;

import dev.shortwire.wire.Endpoint;
import dev.shortwire.wire.Frame;
import dev.shortwire.wire.FrameView;
import dev.shortwire.wire.Link;
import dev.shortwire.wire.Sender;
import dev.shortwire.wire.Wire;
import dev.shortwire.wire.WireFailure;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/// Calls over a link of one of our wires, as the layers above make them: a frame is built, the call has a deadline, the
/// caller lends its thread.
final class WireExchange extends AsyncExchange {
    private static final long TIMEOUT_NANOS = TimeUnit.SECONDS.toNanos(5);
    private static final long CONNECT_SECONDS = 10;
    private static final Sender SENDER = new Sender(1, 1, "bench-client", 1);
    /// The 16 bytes of a request.
    private static final String KEY = "user:00000000042";

    private final Wire wire;
    private final Link link;
    private Link.@Nullable Call last;

    private WireExchange(String name, Wire wire, Link link) {
        super(name);
        this.wire = wire;
        this.link = link;
    }

    /// Connects `wire`, which is closed with the exchange.
    ///
    /// @throws IOException if that fails; then the wire is closed
    static WireExchange connect(String name, Wire wire, String address) throws IOException {
        try {
            return new WireExchange(name, wire, link(wire, address));
        } catch (IOException e) {
            wire.close();
            throw e;
        }
    }

    /// Calls over a link that is open.
    static WireExchange over(Wire wire, Link link) {
        return new WireExchange(wire.name(), wire, link);
    }

    /// A link to `address`, opened.
    static Link link(Wire wire, String address) throws IOException {
        CompletableFuture<Link> opened = new CompletableFuture<>();
        wire.connect(new Endpoint(wire.name(), address), TimeUnit.SECONDS.toNanos(CONNECT_SECONDS),
                new Wire.LinkObserver() {
                    @Override
                    public void opened(Link link) {
                        opened.complete(link);
                    }

                    @Override
                    public void refused(WireFailure failure) {
                        opened.completeExceptionally(new IOException(failure.toString()));
                    }

                    @Override
                    public void closed(Link link, WireFailure failure) {}
                });
        try {
            return opened.get(CONNECT_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while connecting to " + address, e);
        } catch (ExecutionException | TimeoutException e) {
            throw new IOException(wire.name() + " does not connect to " + address + ": " + e.getMessage(), e);
        }
    }

    /// A request as this exchange sends it.
    static Frame request(Body body) {
        return Frame.of(ValueHandler.ASK, SENDER).epoch(1).requestId(body.code()).group("users").key(KEY).build();
    }

    @Override
    void issue(Slot slot) {
        last = link.call(request(body()), TIMEOUT_NANOS, new Link.CallOutcome() {
            @Override
            public void reply(Frame reply) {
                slot.told(reply.payload());
            }

            @Override
            public void passing(FrameView reply) {
                slot.told(reply.payload());
            }

            @Override
            public void failed(WireFailure failure) {
                broken(new IOException(failure.toString()));
            }

            @Override
            public boolean lends() {
                return slot.isSingle();
            }

            @Override
            public boolean mayRepeat() {
                return true; // it is a read
            }
        });
    }

    @Override
    void lend() {
        if (last != null) {
            last.lend();
        }
    }

    @Override
    public int callsPerStamp() {
        return link.endpoint().wire().equals("in-process") ? 1000 : 1;
    }

    @Override
    public void close() {
        link.close();
        wire.close();
    }
}
