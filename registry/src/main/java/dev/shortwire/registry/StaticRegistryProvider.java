package dev.shortwire.registry;

import java.net.URI;

/// Makes registries from a list in the URI: `static://a=127.0.0.1:8001,b=127.0.0.1:8002`, or
/// `static://127.0.0.1:8001,127.0.0.1:8002` where the addresses are the names.
public final class StaticRegistryProvider implements RegistryProvider {
    @Override
    public String scheme() {
        return "static";
    }

    @Override
    public Registry create(URI uri, RegistrySettings settings) {
        return new StaticRegistry(StaticList.parse(uri), settings);
    }
}
