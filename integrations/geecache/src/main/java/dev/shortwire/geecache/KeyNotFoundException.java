package dev.shortwire.geecache;

import java.util.NoSuchElementException;

/// The database has no such key. Nothing failed; the next call asks the database again, since absence is not cached.
public final class KeyNotFoundException extends NoSuchElementException {
    private static final long serialVersionUID = 1;
    private static final int SHOWN = 200;

    private final String key;

    public KeyNotFoundException(String key) {
        super(shown(key) + " not exist");
        this.key = key;
    }

    /// The key that is not there.
    public String key() {
        return key;
    }

    /// A key as messages show it: its beginning, if it is long.
    static String shown(String key) {
        return key.length() <= SHOWN ? key : key.substring(0, SHOWN) + "…";
    }
}
