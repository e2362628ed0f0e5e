package dev.shortwire.cache;

import dev.shortwire.Bytes;
import dev.shortwire.Limits;
import dev.shortwire.Version;
import org.jspecify.annotations.Nullable;

/// What a store holds for one key: a value, the knowledge that the origin has none, or a tombstone. Immutable but for
/// the decoded object that may be remembered beside the bytes.
///
/// The two instants are on the clock of the process that holds the entry, so an entry never crosses a wire as it is:
/// transfers carry the remaining time.
///
/// An entry *is* the bytes of its value, with what the store knows of them in the same object. A hit then follows as many
/// references as one in a map of bare bytes: three, each of which may be a wait for memory.
public final class Entry extends Answering {
    /// An instant that never comes. Entries with it are read without looking at the clock.
    public static final long NEVER = Long.MAX_VALUE;
    /// Bytes of an encoded entry beside key and value: version, instants, kind, generation, lengths, media type.
    public static final int OVERHEAD_BYTES = 48;

    /// What is known of the key.
    public enum Kind {
        /// It has a value.
        VALUE,
        /// The origin has none: negative caching.
        ABSENT,
        /// It was removed; kept so that nothing older comes back.
        TOMBSTONE
    }

    // The version is no object of its own: the entry has 64 bytes with all it needs.
    private final long keepUntilNanos;
    private final long versionEpoch;
    private final long versionCounter;
    private final Kind kind;
    private final String contentType;
    /// Written by any reader that has decoded the value; racing writers store equal objects, so plain access will do.
    private @Nullable Object decoded;

    private Entry(Kind kind, Bytes value, String contentType, Version version, long freshUntilNanos,
            long keepUntilNanos, int generation) {
        super(value, freshUntilNanos, kind == Kind.TOMBSTONE ? ~generation : generation);
        this.kind = kind;
        this.contentType = contentType;
        this.versionEpoch = version.epoch();
        this.versionCounter = version.counter();
        this.keepUntilNanos = keepUntilNanos;
    }

    /// A value.
    ///
    /// @param freshUntilNanos until when it answers reads, or [#NEVER]
    /// @param keepUntilNanos  until when it may answer as stale, not before `freshUntilNanos`
    /// @param generation      of the group when the entry was made
    public static Entry value(Bytes value, String contentType, Version version, long freshUntilNanos,
            long keepUntilNanos, int generation) {
        return new Entry(Kind.VALUE, value, contentType, version, freshUntilNanos, keepUntilNanos, generation);
    }

    /// The origin's word that there is no such key.
    public static Entry absent(Version version, long freshUntilNanos, int generation) {
        return new Entry(Kind.ABSENT, Bytes.EMPTY, "", version, freshUntilNanos, freshUntilNanos, generation);
    }

    /// A removal, kept until `keepUntilNanos`.
    public static Entry tombstone(Version version, long keepUntilNanos, int generation) {
        return new Entry(Kind.TOMBSTONE, Bytes.EMPTY, "", version, keepUntilNanos, keepUntilNanos, generation);
    }

    public Kind kind() {
        return kind;
    }

    /// Whether its kind is a value. Bytes say so by themselves, unless there are none.
    public boolean hasValue() {
        return !isEmpty() || kind == Kind.VALUE;
    }

    /// The bytes of a value, empty for the other kinds.
    public Bytes value() {
        return this;
    }

    /// Media type of the bytes, which names their schema.
    public String contentType() {
        return contentType;
    }

    public Version version() {
        return new Version(versionEpoch, versionCounter);
    }

    /// The epoch of the version.
    long versionEpoch() {
        return versionEpoch;
    }

    /// The counter of the version.
    long versionCounter() {
        return versionCounter;
    }

    public long freshUntilNanos() {
        return freshUntilNanos;
    }

    public long keepUntilNanos() {
        return keepUntilNanos;
    }

    /// Which life of the group the entry belongs to: a flush of the whole group raises the group's number.
    public int generation() {
        return readGeneration < 0 ? ~readGeneration : readGeneration;
    }

    /// Whether it answers reads while the group's generation is `generation`, 0 or more, as long as it is fresh: it is no
    /// tombstone, and of that generation.
    boolean answersIn(int generation) {
        return readGeneration == generation;
    }

    public boolean isFresh(long nowNanos) {
        return freshUntilNanos == NEVER || nowNanos - freshUntilNanos < 0;
    }

    /// Whether nothing may be done with it any more but to drop it.
    public boolean isOver(long nowNanos) {
        return keepUntilNanos != NEVER && nowNanos - keepUntilNanos >= 0;
    }

    /// The object that these bytes decode to, if somebody has remembered it.
    public @Nullable Object decoded() {
        return decoded;
    }

    /// Remembers the decoded object; only for immutable ones.
    public void remember(Object object) {
        this.decoded = object;
    }

    /// Encoded size in bytes, together with its key: what a store's capacity counts.
    public int sizeBytes(String key) {
        return OVERHEAD_BYTES + Limits.utf8Length(key) + length();
    }

    @Override
    public String toString() {
        return kind + " " + version() + " " + super.toString();
    }
}
