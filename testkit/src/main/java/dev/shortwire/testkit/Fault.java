package dev.shortwire.testkit;

/// What can go wrong in a simulated run; each seed switches on some of them.
enum Fault {
    /// Frames take up to half a second, and overtake each other.
    DELAY,
    /// Requests are lost.
    DROP_REQUESTS,
    /// Replies are lost.
    DROP_REPLIES,
    /// Frames arrive twice.
    DUPLICATE,
    /// Two nodes can't reach each other for a while.
    PARTITION,
    /// One node can't reach another one, which can reach it.
    ONE_WAY_PARTITION,
    /// One direction between two nodes stands still for a while.
    STALL,
    /// A link breaks.
    RESET,
    /// A process dies; another one of its name starts later.
    CRASH,
    /// A process freezes, shorter or longer than its session lives.
    PAUSE,
    /// A node leaves; another one of its name starts later.
    LEAVE,
    /// Another node joins.
    JOIN,
    /// A node loses the registry, shorter or longer than its session lives.
    REGISTRY_CUT,
    /// A node hears of views late, or never of some.
    REGISTRY_LAG,
    /// The registry loses everything and begins another life.
    REGISTRY_WIPE,
    /// Some loads take up to 15 s.
    SLOW_ORIGIN,
    /// Some loads fail.
    FAILING_ORIGIN
}
