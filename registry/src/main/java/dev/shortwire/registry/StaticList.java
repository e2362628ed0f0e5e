package dev.shortwire.registry;

import static dev.shortwire.ConfigurationException.require;

import dev.shortwire.Limits;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/// The members that a `static:` URI names: name → address, sorted by name.
record StaticList(SortedMap<String, String> addresses) {
    private static final String FORM = "static://name=host:port,… or static://host:port,…";

    static StaticList parse(URI uri) {
        String authority = uri.getRawAuthority();
        require(authority != null && !authority.isEmpty() && uri.getRawPath().isEmpty() && uri.getRawQuery() == null
                && uri.getRawFragment() == null, "registry=\"" + uri + "\" must have the form " + FORM);
        SortedMap<String, String> addresses = new TreeMap<>();
        for (String part : authority.split(",", -1)) {
            int equals = part.indexOf('=');
            String address = requireAddress(uri, part.substring(equals + 1));
            String name = equals < 0 ? address : Limits.requireName("registry", part.substring(0, equals));
            require(addresses.put(name, address) == null,
                    "registry=\"" + uri + "\" has the name " + name + " twice; each node is listed once");
        }
        return new StaticList(addresses);
    }

    private static String requireAddress(URI uri, String address) {
        int colon = address.lastIndexOf(':');
        boolean fits = colon > 0 && address.substring(colon + 1).matches("[0-9]{1,5}")
                && (address.indexOf(':') == colon || address.startsWith("[") && address.charAt(colon - 1) == ']');
        if (fits) {
            int port = Integer.parseInt(address.substring(colon + 1));
            fits = port >= 1 && port <= 65535;
        }
        require(fits,
                "registry=\"" + uri + "\": \"" + address + "\" must be host:port with a port from 1 to 65535; use "
                        + FORM);
        return address;
    }

    /// The registry incarnation that stands for this list: nodes with the same list understand each other, others
    /// refuse each other's frames. The first eight bytes of a SHA-256 over cluster, names and addresses.
    long incarnation(String cluster) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            digest.update(cluster.getBytes(StandardCharsets.UTF_8));
            addresses.forEach((name, address) -> digest
                    .update(("\n" + name + "=" + address).getBytes(StandardCharsets.UTF_8)));
            return ByteBuffer.wrap(digest.digest()).getLong();
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    View view(String cluster) {
        List<Member> members = addresses.keySet().stream().map(name -> new Member(name, 0, Member.DEFAULT_WEIGHT))
                .toList();
        return new View(incarnation(cluster), 1, members);
    }

    Map<String, Profile> profiles() {
        Map<String, Profile> profiles = new TreeMap<>();
        addresses.forEach((name, address) -> profiles.put(name,
                new Profile(name, 0, "", 0, Map.of("http", address), Map.of())));
        return Collections.unmodifiableMap(profiles);
    }

    @Override
    public String toString() {
        return String.join(", ", addresses.keySet());
    }
}
