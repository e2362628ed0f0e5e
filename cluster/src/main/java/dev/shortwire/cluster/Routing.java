package dev.shortwire.cluster;

import dev.shortwire.registry.View;
import dev.shortwire.ring.Ring;
import dev.shortwire.wire.Link;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// What a node knows at one instant about who owns what and how to reach him. Immutable; replaced as a whole.
public final class Routing {
    private final View view;
    private final Ring ring;
    private final String self;
    private final long incarnation;
    private final int selfIndex;
    private final Map<String, Lines> lines;
    /// By the position of the member on the ring: the look-up of a call.
    private final @Nullable Lines[] byIndex;

    Routing(View view, Ring ring, String self, long incarnation, boolean member, Map<String, Lines> lines) {
        this.view = view;
        this.ring = ring;
        this.self = self;
        this.incarnation = incarnation;
        this.selfIndex = member ? ring.members().indexOf(self) : -1;
        this.lines = Collections.unmodifiableMap(new TreeMap<>(lines));
        this.byIndex = new Lines[ring.members().size()];
        for (int i = 0; i < byIndex.length; i++) {
            byIndex[i] = this.lines.get(ring.members().get(i));
        }
    }

    Routing withLines(Map<String, Lines> newLines) {
        return new Routing(view, ring, self, incarnation, selfIndex >= 0, newLines);
    }

    public View view() {
        return view;
    }

    public long epoch() {
        return view.epoch();
    }

    public List<String> members() {
        return ring.members();
    }

    /// Whether this process, not only its name, is a member of the view.
    public boolean isMember() {
        return selfIndex >= 0;
    }

    /// Which process of its name this node was when it adopted the view.
    public long incarnation() {
        return incarnation;
    }

    /// Whether this node owns keys with that hash.
    public boolean owns(long hash) {
        return selfIndex >= 0 && ring.ownerIndex(hash) == selfIndex;
    }

    /// Name of the owner of keys with that hash, empty if there are no members.
    public String owner(long hash) {
        int index = ring.ownerIndex(hash);
        return index < 0 ? "" : ring.members().get(index);
    }

    /// How the owner of keys with that hash is reached, or null where no link is up.
    public @Nullable Lines linesToOwner(long hash) {
        int index = ring.ownerIndex(hash);
        return index < 0 ? null : byIndex[index];
    }

    /// How a member is reached, or null where no link is up.
    public @Nullable Lines lines(String member) {
        return lines.get(member);
    }

    /// The link to a member, or null where none is up.
    public @Nullable Link link(String member) {
        Lines known = lines.get(member);
        return known == null ? null : known.line().link();
    }

    /// The links that calls go over, by member.
    public Map<String, Link> links() {
        Map<String, Link> links = new TreeMap<>();
        lines.forEach((member, known) -> links.put(member, known.line().link()));
        return links;
    }
}
