package dev.shortwire.registry;

import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Works out which view should follow from who is present. A pure function, the same for every member and every
/// registry: whoever proposes, proposes the same.
///
/// A view should have exactly those processes whose presence is published, with the weights that they publish. A name
/// whose process was replaced changes hands within one epoch.
public final class Reconciler {
    private Reconciler() {}

    /// The view that should come after `view`, or null if `view` is as it should be.
    ///
    /// @param present one member for each published presence, no name twice, in any order
    public static @Nullable View next(View view, Collection<Member> present) {
        List<Member> wanted = present.stream().sorted().toList();
        return wanted.equals(view.members()) ? null : view.next(wanted);
    }

    /// The position of the member `name` among those of `view` that are present; the number of them for anybody else.
    /// Who proposes waits in proportion, so that one proposes and the others find it done.
    public static int rank(View view, Collection<Member> present, String name) {
        int rank = 0;
        for (Member member : view.members()) {
            if (present.contains(member)) {
                if (member.name().equals(name)) {
                    return rank;
                }
                rank++;
            }
        }
        return rank;
    }
}
