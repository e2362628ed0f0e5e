package dev.shortwire;

/// The bounds of names, keys and values, the same on every wire and gateway.
public final class Limits {
    /// Longest key, in bytes of its UTF-8 form.
    public static final int MAX_KEY_BYTES = 64 * 1024;
    /// Longest encoded value, in bytes.
    public static final int MAX_VALUE_BYTES = 16 * 1024 * 1024;
    /// Longest name of a group, node or cluster, in characters.
    public static final int MAX_NAME_LENGTH = 64;

    private Limits() {}

    /// Returns `key` if it is one.
    ///
    /// @throws PermanentException [FailureKind#BAD_REQUEST] for an empty or malformed key, [FailureKind#TOO_LARGE] for
    ///                            one over [#MAX_KEY_BYTES]
    public static String requireKey(String key) {
        if (key.isEmpty()) {
            throw new PermanentException(FailureKind.BAD_REQUEST, "key is empty; give a key of 1 to 65536 bytes");
        }
        if (key.length() > MAX_KEY_BYTES / 3) {
            requireKeyBytes(utf8Length(key));
        }
        for (int i = 0; i < key.length(); i++) {
            char c = key.charAt(i);
            if (Character.isSurrogate(c)) {
                if (Character.isHighSurrogate(c) && i + 1 < key.length()
                        && Character.isLowSurrogate(key.charAt(i + 1))) {
                    i++;
                } else {
                    throw new PermanentException(FailureKind.BAD_REQUEST,
                            "key has an unpaired surrogate at " + i + "; keys are well-formed Unicode text");
                }
            }
        }
        return key;
    }

    private static void requireKeyBytes(int bytes) {
        if (bytes > MAX_KEY_BYTES) {
            throw new PermanentException(FailureKind.TOO_LARGE,
                    "key has " + bytes + " bytes, more than " + MAX_KEY_BYTES
                            + "; use a shorter key, such as a digest");
        }
    }

    /// Throws [FailureKind#TOO_LARGE] if `lengthBytes` is more than [#MAX_VALUE_BYTES].
    public static void requireValueLength(long lengthBytes) {
        if (lengthBytes > MAX_VALUE_BYTES) {
            throw new PermanentException(FailureKind.TOO_LARGE,
                    "value has " + lengthBytes + " bytes, more than " + MAX_VALUE_BYTES + "; store it in parts");
        }
    }

    /// Returns `name` if it matches `[a-z0-9-]{1,64}`; `option` is what the message tells to set.
    public static String requireName(String option, String name) {
        boolean fits = !name.isEmpty() && name.length() <= MAX_NAME_LENGTH
                && name.chars().allMatch(c -> c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || c == '-');
        ConfigurationException.require(fits,
                option + "=\"" + name + "\" must match [a-z0-9-]{1,64}; set " + option);
        return name;
    }

    /// Length of the UTF-8 form of a well-formed string, without encoding it.
    public static int utf8Length(String text) {
        int bytes = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            bytes += c < 0x80 ? 1 : c < 0x800 ? 2 : Character.isSurrogate(c) ? 2 : 3;
        }
        return bytes;
    }
}
