package dev.shortwire.http;

import io.netty.handler.codec.http.DefaultHttpHeadersFactory;
import io.netty.handler.codec.http.HttpHeadersFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/// The header fields of a message, in their order; names are compared without regard to case. Immutable.
public final class Headers {
    public static final Headers NONE = new Headers(List.of());

    /// Makes Netty's headers. They need not be checked again: these here were when they were made.
    static final HttpHeadersFactory NETTY = DefaultHttpHeadersFactory.headersFactory().withValidation(false);

    /// Name, value, name, value, …
    private final List<String> pairs;

    private Headers(List<String> pairs) {
        this.pairs = pairs;
    }

    /// A single field; see [#with].
    public static Headers of(String name, String value) {
        return NONE.with(name, value);
    }

    /// Fields that a decoder has checked already.
    static Headers adopt(List<String> pairs) {
        return pairs.isEmpty() ? NONE : new Headers(pairs);
    }

    /// These fields and one more.
    ///
    /// @throws IllegalArgumentException if the name is no token, or the value has a control character or one beyond
    ///                                  U+00FF: nothing that comes from a key may end a header
    public Headers with(String name, String value) {
        require(!name.isEmpty() && name.chars().allMatch(Headers::isTokenChar), "header name \"" + name
                + "\" must be of letters, digits and hyphens");
        require(value.chars().allMatch(Headers::isValueChar), "header " + name
                + " has a value with a control character or one beyond U+00FF; percent-encode it");
        List<String> more = new ArrayList<>(pairs.size() + 2);
        more.addAll(pairs);
        more.add(name);
        more.add(value);
        return new Headers(more);
    }

    /// The value of the first field of that name, or null where there is none.
    public @Nullable String first(String name) {
        for (int i = 0; i < pairs.size(); i += 2) {
            if (pairs.get(i).equalsIgnoreCase(name)) {
                return pairs.get(i + 1);
            }
        }
        return null;
    }

    /// The values of all fields of that name, in their order.
    public List<String> all(String name) {
        List<String> found = new ArrayList<>();
        forEach((n, value) -> {
            if (n.equalsIgnoreCase(name)) {
                found.add(value);
            }
        });
        return found;
    }

    /// Calls `action` with name and value of each field.
    public void forEach(BiConsumer<String, String> action) {
        for (int i = 0; i < pairs.size(); i += 2) {
            action.accept(pairs.get(i), pairs.get(i + 1));
        }
    }

    private static boolean isTokenChar(int c) {
        return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9'
                || "!#$%&'*+-.^_`|~".indexOf(c) >= 0;
    }

    private static boolean isValueChar(int c) {
        return c == '\t' || c >= 0x20 && c <= 0xff && c != 0x7f;
    }

    private static void require(boolean holds, String message) {
        if (!holds) {
            throw new IllegalArgumentException(message);
        }
    }

    @Override
    public String toString() {
        return pairs.toString();
    }
}
