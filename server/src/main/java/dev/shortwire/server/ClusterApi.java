package dev.shortwire.server;

import dev.shortwire.FailureKind;
import dev.shortwire.GroupOptions;
import dev.shortwire.Node;
import dev.shortwire.RawCache;
import dev.shortwire.Stats;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/// What a person or a tool asks about the cluster. The records are the JSON documents.
final class ClusterApi {
    private final Node node;
    private final ApiSettings settings;

    ClusterApi(Node node, ApiSettings settings) {
        this.node = node;
        this.settings = settings;
    }

    record Members(long epoch, boolean registryReachable, List<MemberDocument> members) {}

    record MemberDocument(String name, String address, long pid, String state, String wire, String incarnation) {}

    /// The view that this node has adopted.
    Members members() {
        Node.ClusterView view = node.view();
        return new Members(view.epoch(), view.registryReachable(),
                view.members().stream().map(member -> new MemberDocument(member.name(), member.address(), member.pid(),
                        member.state(), member.wire(), HexFormat.of().toHexDigits(member.incarnation()))).toList());
    }

    record GroupList(List<GroupDocument> groups) {}

    record GroupDocument(String name, boolean hasLoader, String level, long capacityBytes, long timeToLiveMillis,
            long timeoutMillis) {}

    /// The groups that are open on this node.
    GroupList groups() {
        List<GroupDocument> documents = new ArrayList<>();
        for (String name : node.groups()) {
            RawCache cache = node.raw(name);
            GroupOptions options = cache.options();
            documents.add(new GroupDocument(name, cache.hasLoader(),
                    cache.isForeign() ? "pool" : options.level().name().toLowerCase(Locale.ROOT),
                    options.capacityBytes(), options.timeToLive().toMillis(), options.timeout().toMillis()));
        }
        return new GroupList(documents);
    }

    record RouteDocument(String group, String key, String owner, long epoch, String how) {}

    /// Who would answer for a key, and how the answer would travel.
    RouteDocument ring(Query query) {
        String group = Groups.named(query.value("group"), settings);
        String key = query.value("key");
        if (key == null) {
            throw FailureKind.BAD_REQUEST.exception("key is missing; add key=K");
        }
        node.raw(group);
        Node.Route route = node.route(group, Entries.requireKey(key));
        return new RouteDocument(group, key, route.owner(), route.epoch(), route.how());
    }

    record LinksDocument(String node, List<Node.PeerLinks> links) {}

    /// By which wires the other members are reached, and why. Blocks for a moment.
    LinksDocument links(Query query) {
        String peer = query.value("peer");
        List<Node.PeerLinks> links = node.links();
        if (peer != null && links.stream().noneMatch(link -> link.peer().equals(peer))) {
            throw FailureKind.BAD_REQUEST.exception("peer=" + Problem.shown(peer) + " is not one of "
                    + links.stream().map(Node.PeerLinks::peer).toList() + "; name another member than " + node.name());
        }
        return new LinksDocument(node.name(),
                links.stream().filter(link -> peer == null || link.peer().equals(peer)).toList());
    }

    record StatsDocument(long epoch, List<String> silent, List<GroupStats> groups) {}

    record GroupStats(String name, Stats total, Map<String, Stats> nodes) {}

    /// The counts of all members, and of this node where it is none. Members that do not answer in time are named as
    /// silent, and missing in the sums. Blocks.
    StatsDocument stats() {
        Map<String, Map<String, Stats>> byNode = new TreeMap<>(node.statsByNode(settings.timeout()));
        byNode.computeIfAbsent(node.name(), name -> own());
        Map<String, Map<String, Stats>> byGroup = new TreeMap<>();
        byNode.forEach((name, groups) -> groups.forEach(
                (group, stats) -> byGroup.computeIfAbsent(group, g -> new LinkedHashMap<>()).put(name, stats)));
        Node.ClusterView view = node.view();
        List<String> silent = view.members().stream().map(Node.MemberView::name)
                .filter(name -> !byNode.containsKey(name)).toList();
        return new StatsDocument(view.epoch(), silent, byGroup.entrySet().stream()
                .map(group -> new GroupStats(group.getKey(),
                        group.getValue().values().stream().reduce(Stats.ZERO, Stats::plus), group.getValue()))
                .toList());
    }

    private Map<String, Stats> own() {
        Map<String, Stats> own = new TreeMap<>();
        node.groups().forEach(group -> own.put(group, node.raw(group).stats()));
        return own;
    }

    record ClusterDocument(String cluster, String registry, String node, boolean isMember, long epoch,
            int expectedMembers, String defaultGroup) {}

    /// What a node that joins has to know.
    ClusterDocument cluster() {
        return new ClusterDocument(node.cluster(), settings.registry(), node.name(), node.isMember(),
                node.view().epoch(), settings.expectedMembers(), settings.defaultGroup());
    }
}
