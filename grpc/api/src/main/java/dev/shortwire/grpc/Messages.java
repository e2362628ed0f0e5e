package dev.shortwire.grpc;

import com.google.protobuf.UnsafeByteOperations;
import dev.shortwire.Answer;
import dev.shortwire.Bytes;
import dev.shortwire.FailureKind;
import dev.shortwire.grpc.v1.GetResponse;
import dev.shortwire.grpc.v1.Source;
import dev.shortwire.grpc.v1.Version;
import java.time.Duration;

/// Answers of the cache as messages.
final class Messages {
    private static final int NANOS = 1_000_000_000;

    private Messages() {}

    /// A value is not copied: neither its bytes nor the message that holds them can be changed.
    static GetResponse response(Answer<Bytes> answer) {
        GetResponse.Builder response = GetResponse.newBuilder().setSource(source(answer.source()))
                .setOwner(answer.owner()).setEpoch(answer.epoch()).setStale(answer.stale())
                .setDegraded(answer.degraded());
        Bytes value = answer.value();
        if (value != null) {
            response.setValue(UnsafeByteOperations.unsafeWrap(value.asByteBuffer()))
                    .setContentType(answer.contentType()).setVersion(version(answer.version()));
        }
        return response.build();
    }

    private static Source source(dev.shortwire.Source source) {
        return switch (source) {
            case OWN -> Source.SOURCE_OWN;
            case PEER -> Source.SOURCE_PEER;
            case LOADER -> Source.SOURCE_LOADER;
        };
    }

    static Version version(dev.shortwire.Version version) {
        return Version.newBuilder().setEpoch(version.epoch()).setCounter(version.counter()).build();
    }

    /// @throws dev.shortwire.PermanentException [FailureKind#BAD_REQUEST] unless it is more than 0 and well-formed
    static Duration duration(com.google.protobuf.Duration told) {
        boolean fits = told.getSeconds() >= 0 && told.getNanos() >= 0 && told.getNanos() < NANOS
                && (told.getSeconds() > 0 || told.getNanos() > 0);
        if (!fits) {
            throw FailureKind.BAD_REQUEST.exception("time_to_live of " + told.getSeconds() + " s and " + told.getNanos()
                    + " ns must be > 0, with 0 to 999999999 ns");
        }
        return Duration.ofSeconds(told.getSeconds(), told.getNanos());
    }
}
