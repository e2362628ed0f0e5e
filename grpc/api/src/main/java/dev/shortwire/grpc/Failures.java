package dev.shortwire.grpc;

import com.google.protobuf.Any;
import com.google.protobuf.Duration;
import com.google.rpc.Code;
import com.google.rpc.ErrorInfo;
import com.google.rpc.RetryInfo;
import com.google.rpc.Status;
import dev.shortwire.FailureKind;
import dev.shortwire.ShortwireException;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.StatusProto;
import java.util.Locale;
import java.util.concurrent.CompletionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Failures as gRPC has them: a canonical code that says what a program may do, and an `ErrorInfo` that says exactly what
/// failed. The table is in `docs/grpc.md`.
final class Failures {
    static final String DOMAIN = "shortwire.dev";
    static final String HAPPENED = "happened";

    private static final Logger log = LoggerFactory.getLogger(Failures.class);
    private static final int RETRY_NANOS = 50_000_000;

    private Failures() {}

    static StatusRuntimeException of(Throwable thrown, String method, String node) {
        Throwable cause = thrown instanceof CompletionException e && e.getCause() != null ? e.getCause() : thrown;
        if (cause instanceof ShortwireException failure) {
            return status(failure.kind(), String.valueOf(failure.getMessage()));
        }
        log.error("gRPC call {} failed", method, cause);
        return status(FailureKind.INTERNAL, "the call failed inside " + node + "; its log has the reason");
    }

    static StatusRuntimeException status(FailureKind kind, String message) {
        boolean perhaps = kind == FailureKind.IN_DOUBT || kind == FailureKind.INTERNAL;
        ErrorInfo info = ErrorInfo.newBuilder().setDomain(DOMAIN).setReason(kind.name().toUpperCase(Locale.ROOT))
                .putMetadata(HAPPENED, perhaps ? "perhaps" : "no").build();
        Status.Builder status = Status.newBuilder().setCode(code(kind).getNumber()).setMessage(message)
                .addDetails(Any.pack(info));
        if (kind == FailureKind.BUSY) {
            status.addDetails(
                    Any.pack(
                            RetryInfo.newBuilder().setRetryDelay(Duration.newBuilder().setNanos(RETRY_NANOS)).build()));
        }
        return StatusProto.toStatusRuntimeException(status.build());
    }

    /// `UNAVAILABLE` is what clients may repeat by themselves: only what certainly did not happen has it.
    private static Code code(FailureKind kind) {
        return switch (kind) {
            case BAD_REQUEST, TOO_LARGE -> Code.INVALID_ARGUMENT;
            case UNKNOWN_GROUP -> Code.NOT_FOUND;
            case DEADLINE -> Code.DEADLINE_EXCEEDED;
            case CANCELLED -> Code.CANCELLED;
            case BUSY -> Code.RESOURCE_EXHAUSTED;
            case UNREACHABLE, VIEWS_DIFFER, NOT_A_MEMBER, REGISTRY_AWAY, CLOSED -> Code.UNAVAILABLE;
            case ORIGIN -> Code.UNKNOWN;
            case LOAD_CYCLE, WRONG_CLUSTER, CONFIGURATION -> Code.FAILED_PRECONDITION;
            case IN_DOUBT -> Code.ABORTED;
            case INTERNAL -> Code.INTERNAL;
        };
    }
}
