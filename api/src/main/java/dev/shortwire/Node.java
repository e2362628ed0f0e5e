package dev.shortwire;

import dev.shortwire.spi.Codec;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// This process's part of a cluster: a member that owns a share of the keys, or an observer that only routes. Made by
/// `Shortwire.node(…)`. Safe for use by any thread.
public interface Node extends AutoCloseable {
    String name();

    String cluster();

    /// Which process of this name it is.
    long incarnation();

    /// Whether this node is a member that can own keys; false for one that was started without a store.
    boolean isMember();

    /// Opens a group with a loader and values of `type`: records, `String`, `Bytes`, `byte[]` or anything that the CBOR
    /// codec can write.
    <V> Cache<V> cache(String group, Class<V> type, Loader<V> loader);

    /// Opens a group. Every member of the cluster opens it with the same options; a second opening on this node is an
    /// error.
    ///
    /// @param loader null for a group that is filled by puts alone
    /// @throws ConfigurationException if the group is open on this node
    <V> Cache<V> cache(String group, Codec<V> codec, GroupOptions options, @Nullable Loader<V> loader);

    /// The raw form of a group that is open on this node.
    ///
    /// @throws ConfigurationException of kind [FailureKind#UNKNOWN_GROUP] if it is not
    RawCache raw(String group);

    /// Names of the groups that are open on this node, sorted.
    List<String> groups();

    /// The view that this node has adopted, as people want to see it.
    ClusterView view();

    /// Who would answer for a key, and how the answer would travel.
    Route route(String group, String key);

    /// By which wires each other member can be reached, which one is used, and why; sorted by name.
    List<PeerLinks> links();

    /// The epoch that each member has adopted, by name; asks all members at once and leaves out those that do not
    /// answer within `timeout`. Blocks.
    Map<String, Long> adoptedEpochs(Duration timeout);

    /// The statistics of each member, by name, then by group; leaves out members that do not answer within `timeout`.
    /// Blocks.
    Map<String, Map<String, Stats>> statsByNode(Duration timeout);

    /// Leaves the cluster and lets go of everything. Blocks for a bounded time. Safe to repeat.
    @Override
    void close();

    /// A view for people.
    ///
    /// @param epoch             the view's epoch, 0 before there is one
    /// @param members           sorted by name
    /// @param registryReachable whether the registry can be reached now
    record ClusterView(long epoch, List<MemberView> members, boolean registryReachable) {}

    /// A member for people.
    ///
    /// @param name        the member
    /// @param incarnation which process of that name
    /// @param address     of its API or its best endpoint, empty where unknown
    /// @param pid         process id, 0 where unknown
    /// @param state       `self`, `linked` (a link is up), `silent` (a link is up, and the peer answers over none),
    ///                    `connecting`, or `unreachable`
    /// @param wire        the wire of the link, empty where there is none
    record MemberView(String name, long incarnation, String address, long pid, String state, String wire) {}

    /// Where a key belongs.
    ///
    /// @param owner name of the owner, empty where the view has no members
    /// @param epoch of the view that says so
    /// @param how   `own` (this node's store), the name of the wire, or `none` where there is no link
    record Route(String owner, long epoch, String how) {}

    /// How another member is reached.
    ///
    /// @param peer       the member
    /// @param state      as in [MemberView]
    /// @param wire       the wire that calls go over, empty where there is no link
    /// @param reason     why that one, in a few words
    /// @param host       what the member says of its machine, empty where unknown
    /// @param candidates every wire that either side knows, best first
    /// @param history    the last changes of the wire in use, oldest first, 32 at most
    record PeerLinks(String peer, String state, String wire, String reason, String host,
            List<LinkCandidate> candidates, List<LinkChange> history) {}

    /// A wire to a member, and what is known of it.
    ///
    /// @param wire      its name
    /// @param address   of the member, empty where it has published none
    /// @param state     `chosen`, `open` (it stands by), `silent` (open, and nothing is answered), `connecting`, `closed`
    ///                  (not needed now), `refused` (it could not be had), or `out` (it can't be used at all)
    /// @param why       why it is not open, empty where it is
    /// @param pingNanos what a ping takes, the median of the last ones; 0 where unknown
    /// @param callNanos what small calls that need no load take, smoothed; 0 where unknown
    /// @param loss      share of the last pings that were not answered, 0 to 1
    record LinkCandidate(String wire, String address, String state, String why, long pingNanos, long callNanos,
            double loss) {}

    /// Another wire came into use.
    ///
    /// @param atMillis when, in milliseconds since 1970
    /// @param from     the wire before, empty where there was no link
    /// @param to       the wire after, empty where no link was left
    /// @param reason   why
    record LinkChange(long atMillis, String from, String to, String reason) {}
}
