package dev.shortwire.cache;

/// The kinds of message and the tags that caches use; `docs/protocol.md` has them in words. Numbers are never reused.
final class CacheKinds {
    /// Request: the value of a key. Answered by [#VALUE], [#ABSENT], `MOVED` or `FAILED`.
    static final int GET = 32;
    /// Reserved: a look at a previous owner during a handoff; never loads, never forwards, costs no hop.
    static final int PEEK = 33;
    /// Request: store the payload. Answered by [#DONE], `MOVED` or `FAILED`.
    static final int PUT = 34;
    /// Request: invalidate. Answered by [#DONE], `MOVED` or `FAILED`.
    static final int REMOVE = 35;
    /// Request: your statistics. Answered by [#STATS_ARE].
    static final int STATS = 36;

    /// Reply: the payload is the value.
    static final int VALUE = 48;
    /// Reply: the key has no value.
    static final int ABSENT = 49;
    /// Reply: the write happened with the version of [#TAG_VERSION].
    static final int DONE = 50;
    /// Reply: the payload is the statistics of every group (`StatsCodec`).
    static final int STATS_ARE = 51;

    /// 16 bytes: epoch and counter.
    static final int TAG_VERSION = 17;
    /// Media type in ASCII.
    static final int TAG_CONTENT_TYPE = 18;
    /// 8 bytes: time to live in microseconds.
    static final int TAG_TIME_TO_LIVE = 19;
    /// 1 byte: code of a [dev.shortwire.Source].
    static final int TAG_SOURCE = 20;
    /// 1 byte: bit 0 stale, bit 1 degraded.
    static final int TAG_FLAGS = 21;
    /// The loads that led to the call (`Ancestry.encode`).
    static final int TAG_ANCESTRY = 22;
    /// Reserved: trace context, principal, the group's generation.
    static final int TAG_TRACE = 32;
    static final int TAG_PRINCIPAL = 33;
    static final int TAG_GENERATION = 34;

    static final int FLAG_STALE = 1;
    static final int FLAG_DEGRADED = 2;

    private CacheKinds() {}
}
