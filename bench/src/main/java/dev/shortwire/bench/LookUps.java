package dev.shortwire.bench;

import dev.shortwire.bench.Table.Column;
import dev.shortwire.ring.GeecachePlacement;
import dev.shortwire.ring.Ring;
import dev.shortwire.ring.RingMember;
import dev.shortwire.ring.WeightedPlacement;
import java.util.List;
import java.util.stream.IntStream;

/// What it costs to find the owner of a key: its hash and the look-up in the ring.
final class LookUps {
    private static final int KEYS = 1 << 16;

    private final String group;
    private final String[] keys = IntStream.range(0, KEYS).mapToObj(i -> "user:" + i * 7919L).toArray(String[]::new);
    private final boolean quick;

    LookUps(String group, boolean quick) {
        this.group = group;
        this.quick = quick;
    }

    Table cost(int... nodes) {
        Table table = new Table("Look-up: hash of a key and its owner",
                Table.columns(Column.number("nodes", "nodes", 0)));
        for (int count : nodes) {
            run(Spread.members(0, count)).addRows(table, count);
        }
        return table;
    }

    /// The bodies are alike on purpose: each is compiled for its own placement.
    private PairedRun.Result run(List<RingMember> members) {
        ModuloPlacement modulo = new ModuloPlacement();
        GeecachePlacement geecache = new GeecachePlacement();
        WeightedPlacement weighted = new WeightedPlacement();
        Ring moduloRing = modulo.ring(members);
        Ring geecacheRing = geecache.ring(members);
        Ring weightedRing = weighted.ring(members);
        return new PairedRun().operations(1 << 18).rounds(quick ? 15 : 61).warmUpRounds(quick ? 5 : 15)
                .loop(modulo.name(), operations -> {
                    long owners = 0;
                    for (int i = 0; i < operations; i++) {
                        owners += moduloRing.ownerIndex(modulo.hash(group, keys[i & (KEYS - 1)]));
                    }
                    return owners;
                }).loop(geecache.name(), operations -> {
                    long owners = 0;
                    for (int i = 0; i < operations; i++) {
                        owners += geecacheRing.ownerIndex(geecache.hash(group, keys[i & (KEYS - 1)]));
                    }
                    return owners;
                }).loop(weighted.name(), operations -> {
                    long owners = 0;
                    for (int i = 0; i < operations; i++) {
                        owners += weightedRing.ownerIndex(weighted.hash(group, keys[i & (KEYS - 1)]));
                    }
                    return owners;
                }).run();
    }
}
