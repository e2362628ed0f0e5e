package dev.shortwire;

/// Which of two states of one key is the newer: the epoch of the view under which the owner drew it, then the owner's
/// counter within that epoch. Only the owner of a key draws its versions; the greater one is kept everywhere.
///
/// @param epoch   epoch of the owner's view, 0 or more
/// @param counter position within the epoch, 0 or more
public record Version(long epoch, long counter) implements Comparable<Version> {
    /// Below every version that an owner draws.
    public static final Version NONE = new Version(0, 0);

    public boolean isNewerThan(Version other) {
        return compareTo(other) > 0;
    }

    @Override
    public int compareTo(Version other) {
        int byEpoch = Long.compare(epoch, other.epoch);
        return byEpoch != 0 ? byEpoch : Long.compare(counter, other.counter);
    }

    /// `epoch.counter`, as the headers of the HTTP API print it.
    @Override
    public String toString() {
        return epoch + "." + counter;
    }
}
