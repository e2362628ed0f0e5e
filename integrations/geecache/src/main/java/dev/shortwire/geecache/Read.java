package dev.shortwire.geecache;

import dev.shortwire.Bytes;
import dev.shortwire.FailureKind;
import dev.shortwire.Source;
import org.jspecify.annotations.Nullable;

/// What became of a read, for all who wait for it.
///
/// @param result   the outcome
/// @param source   who had it, or was asked last
/// @param degraded whether it was loaded here because its owner had no answer
/// @param shared   whether a load that was under way was joined
record Read(Result result, Source source, boolean degraded, boolean shared) {
    /// The outcome of a read.
    sealed interface Result {
        /// There is a value.
        record Found(Bytes value) implements Result {}

        /// The database has none.
        record Absent() implements Result {}

        /// Nobody knows.
        record Failed(FailureKind kind, String message, @Nullable Throwable cause) implements Result {}
    }

    static Read found(Bytes value, Source source) {
        return new Read(new Result.Found(value), source, false, false);
    }

    static Read absent(Source source) {
        return new Read(new Result.Absent(), source, false, false);
    }

    static Read failed(FailureKind kind, String message, @Nullable Throwable cause) {
        return new Read(new Result.Failed(kind, message, cause), Source.LOADER, false, false);
    }

    Read asDegraded() {
        return new Read(result, source, true, shared);
    }

    Read asShared() {
        return new Read(result, source, degraded, true);
    }

    /// The value, or a fresh exception of the caller's own.
    Bytes valueOf(String key) {
        return switch (result) {
            case Result.Found found -> found.value();
            case Result.Absent() -> throw new KeyNotFoundException(key);
            case Result.Failed failed -> {
                RuntimeException thrown = failed.kind().exception(failed.message());
                if (failed.cause() != null) {
                    thrown.initCause(failed.cause());
                }
                throw thrown;
            }
        };
    }
}
