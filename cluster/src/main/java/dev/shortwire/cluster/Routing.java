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
    private final Map<String, Link> links;

    Routing(View view, Ring ring, String self, long incarnation, boolean member, Map<String, Link> links) {
        this.view = view;
        this.ring = ring;
        this.self = self;
        this.incarnation = incarnation;
        this.selfIndex = member ? ring.members().indexOf(self) : -1;
        this.links = Collections.unmodifiableMap(new TreeMap<>(links));
    }

    Routing withLinks(Map<String, Link> newLinks) {
        return new Routing(view, ring, self, incarnation, selfIndex >= 0, newLinks);
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

    /// The link to a member, or null where none is up.
    public @Nullable Link link(String member) {
        return links.get(member);
    }

    /// The links that are up, by member.
    public Map<String, Link> links() {
        return links;
    }
}
