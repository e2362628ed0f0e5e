package dev.shortwire.registry;

import java.util.List;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// The members at one epoch: the one record that the registry holds, changed only by compare-and-set, one epoch after
/// the other. Immutable.
///
/// @param registryIncarnation which life of the registry; a wiped or replaced one has another and is another cluster
/// @param epoch               0 before anybody joined, then 1, 2, 3, …
/// @param members             sorted by name, no name twice
public record View(long registryIncarnation, long epoch, List<Member> members) {
    public View {
        TreeMap<String, Member> byName = new TreeMap<>();
        for (Member member : members) {
            if (byName.put(member.name(), member) != null) {
                throw new IllegalArgumentException("view has two members named " + member.name());
            }
        }
        members = List.copyOf(byName.values());
    }

    /// The view before anybody joined.
    public static View empty(long registryIncarnation) {
        return new View(registryIncarnation, 0, List.of());
    }

    /// The member of that name, or null.
    public @Nullable Member member(String name) {
        for (Member member : members) {
            if (member.name().equals(name)) {
                return member;
            }
        }
        return null;
    }

    /// Whether that very process, not only its name, is a member.
    public boolean has(String name, long incarnation) {
        Member member = member(name);
        return member != null && member.incarnation() == incarnation;
    }

    /// The view that follows this one with those members.
    public View next(List<Member> newMembers) {
        return new View(registryIncarnation, epoch + 1, newMembers);
    }
}
