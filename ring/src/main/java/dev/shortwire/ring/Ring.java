package dev.shortwire.ring;

import java.util.List;

/// Who owns what, for one set of members: a pure function of their names and weights, the same on every node.
/// Immutable, usable from any thread; the look-ups neither lock nor allocate.
public interface Ring {
    /// Names of the members, sorted, without duplicates.
    List<String> members();

    /// Index in [#members()] of the owner of a key with this hash; -1 if there are no members.
    int ownerIndex(long hash);

    /// Name of the owner of a key with this hash.
    ///
    /// @throws IllegalStateException if there are no members
    default String owner(long hash) {
        int index = ownerIndex(hash);
        if (index < 0) {
            throw new IllegalStateException("the ring has no members");
        }
        return members().get(index);
    }

    /// The owner and the `count - 1` distinct members that follow it on the ring, fewer if there are fewer members.
    List<String> preference(long hash, int count);

    /// The ranges that `member` owns, in the order of the ring; empty if it is no member.
    List<Range> rangesOf(String member);
}
