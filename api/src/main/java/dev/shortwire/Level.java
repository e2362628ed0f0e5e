package dev.shortwire;

/// What a group promises for a read; `docs/consistency.md` has the whole table.
public enum Level {
    /// Own store, replica or hot copy may answer while it is provably fresh; stale-while-revalidate may answer.
    NEARBY(1),
    /// The owner's store or loader answers; a fallback is marked degraded in the answer and counted. The default.
    OWNER(2),
    /// Only an owner that holds the range sealed and a lease it is sure of answers. Needs a synchronous replica.
    STRONG(3);

    private final int code;

    Level(int code) {
        this.code = code;
    }

    /// The number that stands for this level in a frame, 1 to 255; never reused.
    public int code() {
        return code;
    }

    /// The level with that code.
    ///
    /// @throws IllegalArgumentException if there is none
    public static Level ofCode(int code) {
        for (Level level : values()) {
            if (level.code == code) {
                return level;
            }
        }
        throw new IllegalArgumentException("level code " + code + " is not one of 1, 2, 3");
    }
}
