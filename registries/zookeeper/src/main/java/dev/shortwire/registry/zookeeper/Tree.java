package dev.shortwire.registry.zookeeper;

import dev.shortwire.registry.Member;
import dev.shortwire.registry.View;

/// The names of one cluster's nodes in ZooKeeper's tree.
///
/// @param root the node above all others
record Tree(String root) {
    static Tree of(ZooKeeperAddress address, String cluster) {
        return new Tree(address.chroot() + "/shortwire/" + cluster);
    }

    /// The view record.
    String view() {
        return root + "/view";
    }

    /// The earlier view records' parent.
    String history() {
        return root + "/history";
    }

    /// Kept by incarnation too, so that a registry that was started over does not trip on what the last one left.
    String history(View view, long epoch) {
        return history() + "/" + Long.toHexString(view.registryIncarnation()) + "-" + epoch;
    }

    /// The presences' parent.
    String members() {
        return root + "/members";
    }

    /// A presence: ephemeral, named by the member, with its profile.
    String member(String name) {
        return members() + "/" + name;
    }

    /// The processes' parent.
    String processes() {
        return root + "/processes";
    }

    /// An empty ephemeral beside the presence that says which process holds it. It comes and goes in one transaction
    /// with the presence, so that a transaction that names it applies to that very process or not at all.
    String process(Member member) {
        return processes() + "/" + member.name() + "@" + Long.toHexString(member.incarnation());
    }
}
