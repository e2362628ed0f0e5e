package dev.shortwire.registry.zookeeper;

import static dev.shortwire.ConfigurationException.require;

import java.net.URI;

/// Where an ensemble is, and under which node of its tree everything is kept.
///
/// @param servers `host:port`, separated by commas
/// @param chroot  empty, or an absolute path without a slash at its end
record ZooKeeperAddress(String servers, String chroot) {
    private static final String FORM = "zookeeper://host:port,…[/chroot]";

    static ZooKeeperAddress parse(URI uri) {
        String authority = uri.getRawAuthority();
        String place = "registry=\"" + uri + "\"";
        require(authority != null && !authority.isEmpty(), place + " names no server; use " + FORM);
        require(uri.getRawQuery() == null && uri.getRawFragment() == null && authority.indexOf('@') < 0,
                place.replaceAll("//.*@", "//***@") + " must have no user, query or fragment; use " + FORM);
        for (String server : authority.split(",", -1)) {
            require(isHostAndPort(server),
                    place + ": \"" + server + "\" must be host:port with a port from 1 to 65535; use " + FORM);
        }
        String path = uri.getPath();
        String chroot = path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
        require(chroot.isEmpty() || chroot.matches("(/[A-Za-z0-9_-][A-Za-z0-9._-]*)+"),
                place + ": chroot \"" + path + "\" must be a path of names of letters, digits, '.', '_' and '-'");
        return new ZooKeeperAddress(authority, chroot);
    }

    private static boolean isHostAndPort(String server) {
        int colon = server.lastIndexOf(':');
        if (colon < 1 || !server.substring(colon + 1).matches("[0-9]{1,5}")) {
            return false;
        }
        String host = server.substring(0, colon);
        int port = Integer.parseInt(server.substring(colon + 1));
        return port >= 1 && port <= 65535 && (host.matches("[A-Za-z0-9._-]+") || host.matches("\\[[0-9A-Fa-f:.%]+]"));
    }

    @Override
    public String toString() {
        return "zookeeper://" + servers + chroot;
    }
}
