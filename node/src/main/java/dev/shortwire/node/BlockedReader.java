package dev.shortwire.node;

import dev.shortwire.Answer;
import dev.shortwire.Bytes;
import dev.shortwire.Source;
import dev.shortwire.Version;
import dev.shortwire.cache.Outcome;
import org.jspecify.annotations.Nullable;

/// The outcome of a read that is to give its value and nothing else.
final class BlockedReader extends BlockedCaller {
    /// Stands for an answer of which only the value was taken.
    private static final Outcome TAKEN = new Outcome.Answered(
            new Answer<>(null, "", Version.NONE, Source.PEER, "", 0, false, false));

    /// Written before the outcome is told, read after.
    private @Nullable Bytes value;

    @Override
    public boolean takes(@Nullable Bytes taken) {
        value = taken;
        return complete(TAKEN);
    }

    /// The value of a read that ended with `outcome`, null if the key has none.
    @Nullable
    Bytes valueOf(Outcome.Answered outcome) {
        return outcome == TAKEN ? value : outcome.answer().value();
    }
}
