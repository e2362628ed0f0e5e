package dev.shortwire.registry.zookeeper;

import dev.shortwire.FailureKind;
import dev.shortwire.registry.Member;
import dev.shortwire.registry.Profile;
import dev.shortwire.registry.View;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/// The JSON form of what is stored. Incarnations are hexadecimal text, as many readers of JSON have no 64-bit numbers.
/// Unknown fields are passed over, so that a later release may add some. Stateless.
///
/// Written and read token by token: a mapper of objects takes as long to set up as a node takes to join.
final class Records {
    /// Longest view record. It travels twice in the transaction that writes it, and a packet may have 1 MiB.
    static final int MAX_VIEW_BYTES = 480 * 1024;
    /// Longest presence.
    static final int MAX_PRESENCE_BYTES = 64 * 1024;

    static final JsonFactory JSON = new JsonFactory();

    /// A published presence.
    record Presence(Member member, Profile profile) {}

    private Records() {}

    static byte[] encode(View view) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (JsonGenerator out = JSON.createGenerator(ObjectWriteContext.empty(), bytes)) {
            out.writeStartObject().writeStringProperty("incarnation", hex(view.registryIncarnation()))
                    .writeNumberProperty("epoch", view.epoch()).writeArrayPropertyStart("members");
            for (Member member : view.members()) {
                write(out.writeStartObject(), member).writeEndObject();
            }
            out.writeEndArray().writeEndObject();
        }
        return limited("view of " + view.members().size() + " members", bytes.toByteArray(), MAX_VIEW_BYTES);
    }

    /// The view in `bytes`, or null if there is none.
    static @Nullable View view(byte[] bytes) {
        try {
            JsonObject read = read(bytes, MAX_VIEW_BYTES);
            List<Member> members = new ArrayList<>();
            for (JsonObject member : read.objects("members")) {
                members.add(member(member));
            }
            long epoch = read.number("epoch");
            return epoch < 0 ? null : new View(unhex(read.text("incarnation")), epoch, members);
        } catch (JacksonException | IllegalArgumentException | dev.shortwire.ShortwireException e) {
            return null;
        }
    }

    static byte[] encode(Presence presence) {
        Profile profile = presence.profile();
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (JsonGenerator out = JSON.createGenerator(ObjectWriteContext.empty(), bytes)) {
            write(out.writeStartObject(), presence.member()).writeStringProperty("host", profile.host())
                    .writeNumberProperty("pid", profile.pid());
            write(out, "endpoints", profile.endpoints());
            write(out, "details", profile.details());
            out.writeEndObject();
        }
        return limited("profile of " + profile.name(), bytes.toByteArray(), MAX_PRESENCE_BYTES);
    }

    /// The presence of `name` in `bytes`, or null if there is none.
    static @Nullable Presence presence(String name, byte[] bytes) {
        try {
            JsonObject read = read(bytes, MAX_PRESENCE_BYTES);
            Member member = member(read);
            Profile profile = new Profile(member.name(), member.incarnation(), read.text("host"), read.number("pid"),
                    read.object("endpoints").texts(), read.object("details").texts());
            return member.name().equals(name) ? new Presence(member, profile) : null;
        } catch (JacksonException | IllegalArgumentException | dev.shortwire.ShortwireException e) {
            return null;
        }
    }

    private static JsonObject read(byte[] bytes, int maxBytes) {
        if (bytes.length > maxBytes) {
            throw new IllegalArgumentException(bytes.length + " bytes, more than " + maxBytes);
        }
        return JsonObject.read(bytes);
    }

    private static JsonGenerator write(JsonGenerator out, Member member) {
        return out.writeStringProperty("name", member.name())
                .writeStringProperty("incarnation", hex(member.incarnation()))
                .writeNumberProperty("weight", member.weight());
    }

    private static Member member(JsonObject read) {
        return new Member(read.text("name"), unhex(read.text("incarnation")), weight(read.number("weight")));
    }

    private static int weight(long number) {
        if (number != (int) number) {
            throw new IllegalArgumentException("weight=" + number + " is out of range");
        }
        return (int) number;
    }

    private static void write(JsonGenerator out, String name, Map<String, String> entries) {
        out.writeObjectPropertyStart(name);
        new TreeMap<>(entries).forEach(out::writeStringProperty);
        out.writeEndObject();
    }

    private static String hex(long number) {
        return Long.toHexString(number);
    }

    private static long unhex(String text) {
        return Long.parseUnsignedLong(text, 16);
    }

    private static byte[] limited(String what, byte[] bytes, int maxBytes) {
        if (bytes.length > maxBytes) {
            throw FailureKind.TOO_LARGE.exception(what + " has " + bytes.length + " bytes, more than " + maxBytes
                    + "; use fewer or shorter names and details");
        }
        return bytes;
    }
}
