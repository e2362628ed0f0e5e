package dev.shortwire.cache;

import dev.shortwire.Version;
import java.util.concurrent.atomic.AtomicReferenceArray;

/// The floors of a store: the ring in 1,024 equal slices, each with the version that entries there must exceed. Coarser
/// than the ranges of any view, so it stays valid whatever the view becomes. Lock-free: a slice only ever rises, by
/// compare-and-set.
public final class Floors {
    private static final int BITS = 10;

    private final AtomicReferenceArray<Version> slices = new AtomicReferenceArray<>(1 << BITS);

    public Floors() {
        clear();
    }

    public Version of(long hash) {
        return slices.get(slice(hash));
    }

    public void raise(long hash, Version version) {
        slices.accumulateAndGet(slice(hash), version, (a, b) -> b.isNewerThan(a) ? b : a);
    }

    public void clear() {
        for (int i = 0; i < slices.length(); i++) {
            slices.set(i, Version.NONE);
        }
    }

    private static int slice(long hash) {
        return (int) (hash >>> (Long.SIZE - BITS));
    }
}
