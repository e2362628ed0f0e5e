package dev.shortwire.bench;

import com.github.benmanes.caffeine.cache.Caffeine;
import dev.shortwire.Bytes;
import dev.shortwire.Cache;
import dev.shortwire.GroupOptions;
import dev.shortwire.Limits;
import dev.shortwire.cache.Entry;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/// The same entries in a group of ours and in a bare Caffeine cache, read in turn.
final class LocalHits {
    private final Cache<Bytes> own;
    private final com.github.benmanes.caffeine.cache.Cache<String, Bytes> bare;
    private final Random random = new Random(1);

    /// @param own     a group that is empty
    /// @param options those it was opened with; the bare cache gets their bound and time to live
    LocalHits(Cache<Bytes> own, GroupOptions options) {
        this.own = own;
        Caffeine<String, Bytes> builder = Caffeine.newBuilder().maximumWeight(options.capacityBytes()).weigher(
                (String key, Bytes value) -> Entry.OVERHEAD_BYTES + Limits.utf8Length(key) + value.length());
        if (!options.timeToLive().equals(GroupOptions.FOREVER)) {
            builder.expireAfterWrite(options.timeToLive());
        }
        this.bare = builder.build();
    }

    /// Puts a value of random bytes into both.
    void put(String key, int lengthBytes) {
        byte[] value = new byte[lengthBytes];
        random.nextBytes(value);
        own.put(key, Bytes.copyOf(value));
        bare.put(key, Bytes.adopt(value));
    }

    /// A run that reads both; its operations are shared out among the threads.
    ///
    /// @param picks  keys to read one after the other, 2^n of them, all present
    /// @param others where the readers beyond the first run
    PairedRun reading(String[] picks, ExecutorService others, int threads) {
        PairedRun.Loop[] bareReaders = new PairedRun.Loop[threads];
        PairedRun.Loop[] ownReaders = new PairedRun.Loop[threads];
        for (int i = 0; i < threads; i++) {
            // All in different places, so that none finds in the processor's caches what another has just fetched.
            int start = picks.length / threads / 2;
            bareReaders[i] = new BareReader(bare, picks, 2 * i * start);
            ownReaders[i] = new OwnReader(own, picks, (2 * i + 1) * start);
        }
        return new PairedRun()
                .loop(LocalBench.BARE, operations -> together(others, bareReaders, operations))
                .loop(LocalBench.OURS, operations -> together(others, ownReaders, operations));
    }

    /// The first reader runs on this thread, each other on one of its own.
    private static long together(ExecutorService others, PairedRun.Loop[] readers, int operations) {
        int each = operations / readers.length;
        List<Future<Long>> results = new ArrayList<>();
        for (int i = 1; i < readers.length; i++) {
            PairedRun.Loop reader = readers[i];
            results.add(others.submit(() -> reader.run(each)));
        }
        long sum = readers[0].run(each);
        for (Future<Long> result : results) {
            sum += join(result);
        }
        return sum;
    }

    private static long join(Future<Long> result) {
        try {
            return result.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while measuring", e);
        } catch (ExecutionException e) {
            throw new IllegalStateException("a reader failed", e);
        }
    }

    private static final class BareReader implements PairedRun.Loop {
        private final com.github.benmanes.caffeine.cache.Cache<String, Bytes> cache;
        private final String[] picks;
        private int next;

        BareReader(com.github.benmanes.caffeine.cache.Cache<String, Bytes> cache, String[] picks, int next) {
            this.cache = cache;
            this.picks = picks;
            this.next = next;
        }

        @Override
        public long run(int operations) {
            int at = next;
            int mask = picks.length - 1;
            long sum = 0;
            for (int i = 0; i < operations; i++) {
                sum += present(cache.getIfPresent(picks[at++ & mask])).length();
            }
            next = at;
            return sum;
        }
    }

    private static final class OwnReader implements PairedRun.Loop {
        private final Cache<Bytes> cache;
        private final String[] picks;
        private int next;

        OwnReader(Cache<Bytes> cache, String[] picks, int next) {
            this.cache = cache;
            this.picks = picks;
            this.next = next;
        }

        @Override
        public long run(int operations) {
            int at = next;
            int mask = picks.length - 1;
            long sum = 0;
            for (int i = 0; i < operations; i++) {
                sum += present(cache.get(picks[at++ & mask])).length();
            }
            next = at;
            return sum;
        }
    }

    private static Bytes present(@Nullable Bytes value) {
        if (value == null) {
            throw new IllegalStateException("an entry is gone; the measurement needs all of them");
        }
        return value;
    }
}
