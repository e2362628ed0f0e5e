package dev.shortwire.cache;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.shortwire.Bytes;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/// The keys whose loads led to a call, outermost first: empty for a call from outside. It travels with the call, so that
/// a loader that asks for a key which waits for it is told at once, through however many nodes. Immutable.
///
/// @param steps at most [#MAX_DEPTH]
public record Ancestry(List<Step> steps) {
    public static final Ancestry NONE = new Ancestry(List.of());
    /// Loads within loads, at most. Deeper ones are taken for a cycle whose keys differ each time.
    public static final int MAX_DEPTH = 16;
    /// Bound on the encoded form; a chain that is longer is cut at its outer end.
    private static final int MAX_BYTES = 60 * 1024;

    /// One load.
    public record Step(String group, String key) {}

    public Ancestry {
        steps = List.copyOf(steps);
    }

    public boolean isEmpty() {
        return steps.isEmpty();
    }

    public boolean contains(String group, String key) {
        return steps.contains(new Step(group, key));
    }

    public boolean containsGroup(String group) {
        return steps.stream().anyMatch(step -> step.group().equals(group));
    }

    public boolean isTooDeep() {
        return steps.size() >= MAX_DEPTH;
    }

    /// This chain and one more load.
    public Ancestry with(String group, String key) {
        List<Step> longer = new ArrayList<>(steps);
        longer.add(new Step(group, key));
        return new Ancestry(longer);
    }

    /// `a/Tom → b/Jack`, for messages; long keys are cut.
    public String text() {
        StringBuilder text = new StringBuilder();
        for (Step step : steps) {
            String key = step.key().length() > 40 ? step.key().substring(0, 40) + "…" : step.key();
            text.append(text.isEmpty() ? "" : " → ").append(step.group()).append('/').append(key);
        }
        return text.toString();
    }

    /// For each step: 1 byte length and group, 4 bytes length and key, in UTF-8.
    Bytes encode() {
        List<byte[]> parts = new ArrayList<>();
        int total = 0;
        for (Step step : steps.reversed()) {
            byte[] group = step.group().getBytes(UTF_8);
            byte[] key = step.key().getBytes(UTF_8);
            total += 5 + group.length + key.length;
            if (total > MAX_BYTES) {
                total -= 5 + group.length + key.length;
                break;
            }
            parts.add(ByteBuffer.allocate(5 + group.length + key.length).put((byte) group.length).put(group)
                    .putInt(key.length).put(key).array());
        }
        ByteBuffer buffer = ByteBuffer.allocate(total);
        parts.reversed().forEach(buffer::put);
        return Bytes.adopt(buffer.array());
    }

    /// What [#encode()] wrote; whatever follows the first mistake in it is left out, since it comes from a peer.
    static Ancestry decode(Bytes bytes) {
        ByteBuffer buffer = bytes.asByteBuffer();
        List<Step> steps = new ArrayList<>();
        while (buffer.hasRemaining() && steps.size() < MAX_DEPTH) {
            int groupLength = buffer.get() & 0xff;
            if (buffer.remaining() < groupLength + 4) {
                break;
            }
            String group = text(buffer, groupLength);
            int keyLength = buffer.getInt();
            if (keyLength < 0 || keyLength > buffer.remaining()) {
                break;
            }
            steps.add(new Step(group, text(buffer, keyLength)));
        }
        return new Ancestry(steps);
    }

    private static String text(ByteBuffer buffer, int length) {
        byte[] bytes = new byte[length];
        buffer.get(bytes);
        return new String(bytes, UTF_8);
    }
}
