package dev.shortwire.registry.zookeeper;

import dev.shortwire.registry.Registry;
import dev.shortwire.registry.RegistryProvider;
import java.net.URI;

/// Makes clients of a ZooKeeper ensemble: `zookeeper://host:port,host:port/chroot`, the chroot being optional.
public final class ZooKeeperRegistryProvider implements RegistryProvider {
    @Override
    public String scheme() {
        return "zookeeper";
    }

    @Override
    public Registry create(URI uri, RegistrySettings settings) {
        return new ZooKeeperRegistry(ZooKeeperAddress.parse(uri), settings);
    }
}
