package dev.shortwire.grpc;

import dev.shortwire.Bytes;
import dev.shortwire.FailureKind;
import dev.shortwire.Limits;
import dev.shortwire.Node;
import dev.shortwire.RawCache;
import dev.shortwire.grpc.v1.CacheGrpc;
import dev.shortwire.grpc.v1.GetRequest;
import dev.shortwire.grpc.v1.GetResponse;
import dev.shortwire.grpc.v1.Member;
import dev.shortwire.grpc.v1.MembersRequest;
import dev.shortwire.grpc.v1.MembersResponse;
import dev.shortwire.grpc.v1.PutRequest;
import dev.shortwire.grpc.v1.PutResponse;
import dev.shortwire.grpc.v1.RemoveRequest;
import dev.shortwire.grpc.v1.RemoveResponse;
import io.grpc.Context;
import io.grpc.Deadline;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Answers the calls of programs. Called on the thread that read the request, which is never blocked: a hit is answered
/// there, what has to wait on a virtual thread. A program that cancels its call, or whose deadline passes, gives up its
/// own wait, not the load that others share.
final class CacheService extends CacheGrpc.CacheImplBase {
    private static final Logger log = LoggerFactory.getLogger(CacheService.class);
    private static final Executor BLOCKING = Thread::startVirtualThread;
    /// Calls that wait, over all connections: more than one connection may have, and bounded all the same.
    private static final int MAX_WAITING = 8_192;
    private static final int MAX_MEDIA_TYPE_LENGTH = 255;
    private static final String OCTETS = "application/octet-stream";

    private final Node node;
    private final Duration timeout;
    private final AtomicInteger waiting = new AtomicInteger();

    CacheService(Node node, Duration timeout) {
        this.node = node;
        this.timeout = timeout;
    }

    @Override
    public void get(GetRequest request, StreamObserver<GetResponse> observer) {
        answer("Get", observer, Messages::response, () -> {
            RawCache cache = node.raw(request.getGroup());
            return cache.askAsync(Limits.requireKey(request.getKey()), timeLeft());
        });
    }

    @Override
    public void put(PutRequest request, StreamObserver<PutResponse> observer) {
        answer("Put", observer, version -> PutResponse.newBuilder().setVersion(Messages.version(version)).build(),
                () -> {
                    RawCache cache = node.raw(request.getGroup());
                    String key = Limits.requireKey(request.getKey());
                    Limits.requireValueLength(request.getValue().size());
                    String type = mediaType(request.getContentType());
                    Duration timeToLive = request.hasTimeToLive() ? Messages.duration(request.getTimeToLive()) : null;
                    Bytes value = Bytes.adopt(request.getValue().toByteArray());
                    return later(() -> cache.put(key, value, type, timeToLive));
                });
    }

    @Override
    public void remove(RemoveRequest request, StreamObserver<RemoveResponse> observer) {
        answer("Remove", observer, version -> RemoveResponse.newBuilder().setVersion(Messages.version(version)).build(),
                () -> {
                    RawCache cache = node.raw(request.getGroup());
                    String key = Limits.requireKey(request.getKey());
                    return later(() -> cache.remove(key));
                });
    }

    @Override
    public void members(MembersRequest request, StreamObserver<MembersResponse> observer) {
        answer("Members", observer, this::members, () -> CompletableFuture.completedFuture(node.view()));
    }

    private MembersResponse members(Node.ClusterView view) {
        MembersResponse.Builder response = MembersResponse.newBuilder().setEpoch(view.epoch());
        view.members().forEach(member -> response.addMembers(Member.newBuilder().setName(member.name())
                .setIncarnation(member.incarnation()).setAddress(member.address()).setState(member.state())
                .setWire(member.wire())));
        return response.build();
    }

    /// Starts a call and answers it, whatever comes of it.
    private <T, R> void answer(String method, StreamObserver<R> observer, Function<T, R> form,
            Supplier<CompletableFuture<T>> start) {
        if (waiting.incrementAndGet() > MAX_WAITING) {
            waiting.decrementAndGet();
            observer.onError(Failures.status(FailureKind.BUSY, "too many calls wait on this node; try again later"));
            return;
        }
        CompletableFuture<T> pending;
        try {
            pending = start.get();
        } catch (RuntimeException e) {
            waiting.decrementAndGet();
            observer.onError(Failures.of(e, method, node.name()));
            return;
        }
        if (!pending.isDone() && observer instanceof ServerCallStreamObserver<R> call) {
            call.setOnCancelHandler(() -> pending.cancel(true));
        }
        var _ = pending.whenComplete((result, thrown) -> {
            waiting.decrementAndGet();
            finish(method, observer, form, result, thrown);
        });
    }

    private <T, R> void finish(String method, StreamObserver<R> observer, Function<T, R> form, T result,
            @Nullable Throwable thrown) {
        if (thrown instanceof CancellationException) {
            log.debug("{} was given up by its caller", method);
        } else if (thrown != null) {
            observer.onError(Failures.of(thrown, method, node.name()));
        } else {
            observer.onNext(form.apply(result));
            observer.onCompleted();
        }
    }

    private static <T> CompletableFuture<T> later(Supplier<T> blocking) {
        return CompletableFuture.supplyAsync(blocking, BLOCKING);
    }

    /// What is left of the call's own deadline.
    private Duration timeLeft() {
        Deadline deadline = Context.current().getDeadline();
        if (deadline == null) {
            return timeout;
        }
        long nanos = Math.clamp(deadline.timeRemaining(TimeUnit.NANOSECONDS), 1, GrpcApi.MAX_TIMEOUT.toNanos());
        return Duration.ofNanos(nanos);
    }

    private static String mediaType(String told) {
        if (told.isEmpty()) {
            return OCTETS;
        }
        boolean fits = !told.isBlank() && told.length() <= MAX_MEDIA_TYPE_LENGTH
                && told.chars().allMatch(c -> c >= ' ' && c <= '~');
        if (!fits) {
            throw FailureKind.BAD_REQUEST.exception("content_type has " + told.length()
                    + " characters and must have 1 to 255, all visible ASCII or spaces");
        }
        return told;
    }
}
