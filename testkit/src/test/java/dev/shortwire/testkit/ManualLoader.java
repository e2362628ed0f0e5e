package dev.shortwire.testkit;

import dev.shortwire.Bytes;
import dev.shortwire.FailureKind;
import dev.shortwire.cache.Ancestry;
import dev.shortwire.cache.GroupLoader.LoadResult;
import java.util.ArrayList;
import java.util.List;

/// A loader whose loads end when the test says so.
final class ManualLoader implements SimLoader {
    private final List<Load> loads = new ArrayList<>();

    /// One load that was started.
    static final class Load {
        final SimNode node;
        final String key;
        final Ancestry ancestry;
        private final LoadResult result;
        boolean givenUp;

        Load(SimNode node, String key, Ancestry ancestry, LoadResult result) {
            this.node = node;
            this.key = key;
            this.ancestry = ancestry;
            this.result = result;
        }

        void brings(String value) {
            result.loaded(Bytes.utf8(value), "text/plain");
        }

        void bringsNothing() {
            result.absent();
        }

        void fails(String why) {
            result.failed(FailureKind.ORIGIN, why, null);
        }

        /// Ends as the loads within it ended.
        void endsAs(SimCall inner) {
            FailureKind failure = inner.failure();
            if (failure == null) {
                brings("with " + inner.text());
            } else {
                result.failed(failure, "inner load: " + failure, null);
            }
        }
    }

    @Override
    public Runnable load(SimNode node, String key, Ancestry ancestry, LoadResult result) {
        Load load = new Load(node, key, ancestry, result);
        loads.add(load);
        return () -> load.givenUp = true;
    }

    /// The loads started so far.
    List<Load> loads() {
        return loads;
    }

    int count() {
        return loads.size();
    }

    Load last() {
        return loads.getLast();
    }
}
