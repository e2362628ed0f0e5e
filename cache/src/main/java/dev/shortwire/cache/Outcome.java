package dev.shortwire.cache;

import dev.shortwire.Answer;
import dev.shortwire.Bytes;
import dev.shortwire.FailureKind;
import dev.shortwire.Version;
import org.jspecify.annotations.Nullable;

/// How a call ended.
public sealed interface Outcome {
    /// A read has its answer, value or absence.
    record Answered(Answer<Bytes> answer) implements Outcome {}

    /// A write was acknowledged by the owner.
    record Written(Version version) implements Outcome {}

    /// Another node owns the key in the view of that epoch. Nothing happened.
    record Moved(String owner, long epoch) implements Outcome {}

    /// It failed; for a write of kind [FailureKind#IN_DOUBT] it may have happened.
    record Failed(FailureKind kind, String message, @Nullable Throwable cause) implements Outcome {
        public Failed(FailureKind kind, String message) {
            this(kind, message, null);
        }
    }
}
