package dev.shortwire.registry.zookeeper;

import dev.shortwire.FailureKind;
import dev.shortwire.registry.Member;
import dev.shortwire.registry.Profile;
import dev.shortwire.registry.View;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// The JSON form of what is stored. Incarnations are hexadecimal text, as many readers of JSON have no 64-bit numbers.
/// Unknown fields are passed over, so that a later release may add some. Stateless.
final class Records {
    /// Longest view record. It travels twice in the transaction that writes it, and a packet may have 1 MiB.
    static final int MAX_VIEW_BYTES = 480 * 1024;
    /// Longest presence.
    static final int MAX_PRESENCE_BYTES = 64 * 1024;

    private static final JsonMapper JSON = JsonMapper.builder().build();

    /// A published presence.
    record Presence(Member member, Profile profile) {}

    private Records() {}

    static byte[] encode(View view) {
        ObjectNode node = JSON.createObjectNode();
        node.put("incarnation", hex(view.registryIncarnation()));
        node.put("epoch", view.epoch());
        ArrayNode members = node.putArray("members");
        view.members().forEach(member -> put(members.addObject(), member));
        return limited("view of " + view.members().size() + " members", JSON.writeValueAsBytes(node), MAX_VIEW_BYTES);
    }

    /// The view in `bytes`, or null if there is none.
    static @Nullable View view(byte[] bytes) {
        try {
            JsonNode node = tree(bytes, MAX_VIEW_BYTES);
            List<Member> members = new ArrayList<>();
            for (JsonNode member : node.required("members").asArray()) {
                members.add(member(member));
            }
            long epoch = node.required("epoch").longValue();
            return epoch < 0 ? null : new View(unhex(node.required("incarnation")), epoch, members);
        } catch (JacksonException | IllegalArgumentException | dev.shortwire.ShortwireException e) {
            return null;
        }
    }

    static byte[] encode(Presence presence) {
        Profile profile = presence.profile();
        ObjectNode node = JSON.createObjectNode();
        put(node, presence.member());
        node.put("host", profile.host());
        node.put("pid", profile.pid());
        put(node.putObject("endpoints"), profile.endpoints());
        put(node.putObject("details"), profile.details());
        return limited("profile of " + profile.name(), JSON.writeValueAsBytes(node), MAX_PRESENCE_BYTES);
    }

    /// The presence of `name` in `bytes`, or null if there is none.
    static @Nullable Presence presence(String name, byte[] bytes) {
        try {
            JsonNode node = tree(bytes, MAX_PRESENCE_BYTES);
            Member member = member(node);
            Profile profile = new Profile(member.name(), member.incarnation(), node.required("host").stringValue(),
                    node.required("pid").longValue(), map(node.required("endpoints")), map(node.required("details")));
            return member.name().equals(name) ? new Presence(member, profile) : null;
        } catch (JacksonException | IllegalArgumentException | dev.shortwire.ShortwireException e) {
            return null;
        }
    }

    private static JsonNode tree(byte[] bytes, int maxBytes) {
        if (bytes.length > maxBytes) {
            throw new IllegalArgumentException(bytes.length + " bytes, more than " + maxBytes);
        }
        return JSON.readTree(bytes);
    }

    private static void put(ObjectNode node, Member member) {
        node.put("name", member.name());
        node.put("incarnation", hex(member.incarnation()));
        node.put("weight", member.weight());
    }

    private static Member member(JsonNode node) {
        return new Member(node.required("name").stringValue(), unhex(node.required("incarnation")),
                node.required("weight").intValue());
    }

    private static void put(ObjectNode node, Map<String, String> entries) {
        new TreeMap<>(entries).forEach(node::put);
    }

    private static Map<String, String> map(JsonNode node) {
        Map<String, String> entries = new TreeMap<>();
        node.asObject().properties().forEach(entry -> entries.put(entry.getKey(), entry.getValue().stringValue()));
        return entries;
    }

    private static String hex(long number) {
        return Long.toHexString(number);
    }

    private static long unhex(JsonNode node) {
        return Long.parseUnsignedLong(node.stringValue(), 16);
    }

    private static byte[] limited(String what, byte[] bytes, int maxBytes) {
        if (bytes.length > maxBytes) {
            throw FailureKind.TOO_LARGE.exception(what + " has " + bytes.length + " bytes, more than " + maxBytes
                    + "; use fewer or shorter names and details");
        }
        return bytes;
    }
}
