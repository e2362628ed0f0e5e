package dev.shortwire.cli;

import java.util.Collection;
import java.util.Comparator;
import java.util.Optional;

/// Finds the word that someone probably meant.
final class Nearest {
    private Nearest() {}

    /// The known word that takes the fewest single-character edits to reach from `word`; empty where even that one is
    /// too far to be meant: more edits than half of the longer word's length.
    static Optional<String> to(String word, Collection<String> known) {
        return known.stream().sorted()
                .min(Comparator.comparingInt(candidate -> distance(word, candidate)))
                .filter(candidate -> distance(word, candidate) * 2 <= Math.max(word.length(), candidate.length()));
    }

    /// Levenshtein's distance: insertions, deletions and substitutions.
    static int distance(String a, String b) {
        int[] row = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            row[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int substituted = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(substituted, Math.min(row[j], row[j - 1]) + 1);
            }
        }
        return row[b.length()];
    }
}
