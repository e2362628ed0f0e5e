package dev.shortwire.wire.udp;

/// Which of the last packets of one direction have arrived: each is taken once, in any order, unless it is older than
/// [#SIZE] packets (the anti-replay window of RFC 4303, section 3.4.3, in the form of RFC 6479: a ring of words, of which
/// whole ones are cleared). Asked only about packets that are authentic. Confined to whoever opens them.
final class ReplayWindow {
    /// Packets that may overtake another one without its being dropped.
    static final int SIZE = 4096;

    private static final int WORD_BITS = 6;
    /// Twice the window: one word more is needed, since the newest is filled in part, and a power of two.
    private static final int WORDS = (SIZE >> WORD_BITS) * 2;

    private final long[] seen = new long[WORDS];
    private long newest = -1;

    /// Takes a packet number, 0 or more.
    ///
    /// @return false if it was taken before, or is too old for that to be known
    boolean take(long number) {
        if (number < 0 || number <= newest - SIZE) {
            return false;
        }
        if (number > newest) {
            long from = newest >> WORD_BITS;
            long to = number >> WORD_BITS;
            for (long word = Math.max(from + 1, to - WORDS + 1); word <= to; word++) {
                seen[(int) word & WORDS - 1] = 0;
            }
            newest = number;
        }
        int word = (int) (number >> WORD_BITS) & WORDS - 1;
        long bit = 1L << number;
        if ((seen[word] & bit) != 0) {
            return false;
        }
        seen[word] |= bit;
        return true;
    }
}
