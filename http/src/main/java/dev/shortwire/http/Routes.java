package dev.shortwire.http;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Which handler answers which path: the one with the longest prefix. A prefix ends where a segment ends, so that `/api`
/// has `/api` and `/api/v1`, but not `/apis`. Copied on write, read without a lock.
final class Routes {
    private volatile List<Entry> longestFirst = List.of();

    /// A handler and where it is mounted.
    record Entry(String prefix, int maxBodyBytes, HttpHandler handler) {
        boolean matches(String path) {
            return path.startsWith(prefix) && (path.length() == prefix.length() || prefix.endsWith("/")
                    || path.charAt(prefix.length()) == '/');
        }
    }

    synchronized void add(Entry entry) {
        if (longestFirst.stream().anyMatch(e -> e.prefix().equals(entry.prefix()))) {
            throw new IllegalStateException("route " + entry.prefix() + " has a handler already");
        }
        List<Entry> more = new ArrayList<>(longestFirst);
        more.add(entry);
        more.sort(Comparator.comparingInt(e -> -e.prefix().length()));
        longestFirst = List.copyOf(more);
    }

    synchronized void remove(Entry entry) {
        longestFirst = longestFirst.stream().filter(e -> !e.equals(entry)).toList();
    }

    @Nullable
    Entry find(String path) {
        for (Entry entry : longestFirst) {
            if (entry.matches(path)) {
                return entry;
            }
        }
        return null;
    }
}
