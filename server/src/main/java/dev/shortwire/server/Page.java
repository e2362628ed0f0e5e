package dev.shortwire.server;

import dev.shortwire.Bytes;
import dev.shortwire.Node;
import dev.shortwire.http.HttpResponse;
import dev.shortwire.http.Percent;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// The page at `/` and its files, all of them resources of this module: nothing is fetched from elsewhere, and nothing
/// that comes from the cluster becomes markup.
final class Page {
    private static final String POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
            + "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";
    private static final Map<String, String> TYPES = Map.of("page.css", "text/css; charset=utf-8", "page.js",
            "text/javascript; charset=utf-8", "icon.svg", "image/svg+xml");

    private final Node node;
    private final ApiSettings settings;
    private final String template = read("page.html").utf8();

    Page(Node node, ApiSettings settings) {
        this.node = node;
        this.settings = settings;
    }

    HttpResponse html() {
        String html = template.replace("{{cluster}}", escaped(node.cluster())).replace("{{node}}", escaped(node.name()))
                .replace("{{groups}}", options()).replace("{{tries}}", samples());
        return Reply.of(200, "text/html; charset=utf-8", Bytes.utf8(html), POLICY, "no-store");
    }

    /// One of the page's files, or null if there is none of that name.
    static @Nullable HttpResponse file(String name) {
        String type = TYPES.get(name);
        return type == null ? null : Reply.of(200, type, read(name), POLICY, "no-cache");
    }

    private String options() {
        List<String> groups = new ArrayList<>(node.groups());
        if (groups.remove(settings.defaultGroup())) {
            groups.addFirst(settings.defaultGroup());
        }
        StringBuilder html = new StringBuilder();
        groups.forEach(group -> html.append("<option>").append(escaped(group)).append("</option>"));
        return html.toString();
    }

    private String samples() {
        StringBuilder html = new StringBuilder();
        for (ApiSettings.Sample sample : settings.samples()) {
            String group = sample.group().equals(settings.defaultGroup())
                    ? ""
                    : "group=" + Percent.encode(sample.group()) + "&";
            String link = escaped("/api?" + group + "key=" + Percent.encode(sample.key()));
            html.append("<li><a href=\"").append(link).append("\">").append(link).append("</a></li>");
        }
        return html.toString();
    }

    static String escaped(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("\"", "&quot;")
                .replace("'", "&#39;");
    }

    private static Bytes read(String name) {
        try (InputStream in = Objects.requireNonNull(Page.class.getResourceAsStream(name), name)) {
            return Bytes.adopt(in.readAllBytes());
        } catch (IOException e) {
            throw new UncheckedIOException("resource " + name + " of the page can't be read", e);
        }
    }
}
