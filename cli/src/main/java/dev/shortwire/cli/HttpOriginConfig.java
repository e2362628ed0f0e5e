package dev.shortwire.cli;

import static dev.shortwire.ConfigurationException.require;

import dev.shortwire.ConfigurationException;
import java.net.URI;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// An HTTP server as the origin of a group.
record HttpOriginConfig(
        @Setting(value = "`http` or `https` URL with `{key}` once, in its path or query, for the percent-encoded key."
                + " 200: the value; 404: no such key; anything else, redirects included: the load fails.", unset = "must be set") String url) {
    private static final Pattern AUTHORITY = Pattern.compile("https?://[^/?#{}\\s]+");
    static final String KEY = "{key}";

    HttpOriginConfig {
        String remedy = "; set http.url to something like https://example.org/users/{key}";
        require(url != null, "http.url is missing" + remedy);
        Matcher authority = AUTHORITY.matcher(url);
        require(authority.lookingAt(), "http.url=" + url + " must start with http:// or https:// and a host" + remedy);
        require(authority.group().indexOf('@') < 0,
                "http.url must have no user and password before the host, which would not be sent" + remedy);
        int key = url.indexOf(KEY);
        require(key >= authority.end() && key == url.lastIndexOf(KEY) && url.indexOf('#') < 0,
                "http.url=" + url + " must have {key} exactly once, after the host" + remedy);
        require(isUri(url.replace(KEY, "k")), "http.url=" + url + " is not a URL" + remedy);
    }

    private static boolean isUri(String text) {
        try {
            return URI.create(text).getHost() != null;
        } catch (IllegalArgumentException wrong) {
            throw new ConfigurationException("http.url is not a URL: " + wrong.getMessage());
        }
    }
}
