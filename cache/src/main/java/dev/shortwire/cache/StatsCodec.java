package dev.shortwire.cache;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.shortwire.Bytes;
import dev.shortwire.Stats;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.TreeMap;

/// The statistics of a node's groups as bytes. For each group: 1 byte length and name in UTF-8, 1 byte number of
/// counters, 8 bytes for each, in the order of [Stats]. A reader takes as many counters as it knows.
final class StatsCodec {
    private static final int COUNTERS = 16;
    /// More than any node has; a peer that claims more is not followed.
    private static final int MAX_GROUPS = 10_000;

    private StatsCodec() {}

    static Bytes encode(Map<String, Stats> byGroup) {
        int length = byGroup.keySet().stream().mapToInt(name -> 2 + name.getBytes(UTF_8).length + 8 * COUNTERS).sum();
        ByteBuffer buffer = ByteBuffer.allocate(length);
        byGroup.forEach((name, s) -> {
            byte[] bytes = name.getBytes(UTF_8);
            buffer.put((byte) bytes.length).put(bytes).put((byte) COUNTERS);
            buffer.putLong(s.gets()).putLong(s.hits()).putLong(s.peerLoads()).putLong(s.peerErrors()).putLong(s.loads())
                    .putLong(s.loadsDeduped()).putLong(s.localLoads()).putLong(s.localLoadErrors())
                    .putLong(s.serverRequests()).putLong(s.degraded()).putLong(s.stale()).putLong(s.evictions())
                    .putLong(s.loadNanosTotal()).putLong(s.loadNanosMax()).putLong(s.entries())
                    .putLong(s.sizeBytes());
        });
        return Bytes.adopt(buffer.array());
    }

    /// What [#encode] wrote, as far as it can be read.
    static Map<String, Stats> decode(Bytes bytes) {
        Map<String, Stats> byGroup = new TreeMap<>();
        ByteBuffer buffer = bytes.asByteBuffer();
        try {
            while (buffer.hasRemaining() && byGroup.size() < MAX_GROUPS) {
                byte[] name = new byte[buffer.get() & 0xff];
                buffer.get(name);
                long[] c = new long[COUNTERS];
                int sent = buffer.get() & 0xff;
                for (int i = 0; i < sent; i++) {
                    long value = buffer.getLong();
                    if (i < COUNTERS) {
                        c[i] = value;
                    }
                }
                byGroup.put(new String(name, UTF_8), new Stats(c[0], c[1], c[2], c[3], c[4], c[5], c[6], c[7], c[8],
                        c[9], c[10], c[11], c[12], c[13], c[14], c[15]));
            }
        } catch (BufferUnderflowException e) {
            // A peer that cuts its answer short is shown with what it said.
            return byGroup;
        }
        return byGroup;
    }
}
