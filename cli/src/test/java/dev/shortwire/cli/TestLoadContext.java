package dev.shortwire.cli;

import dev.shortwire.Bytes;
import dev.shortwire.LoadContext;
import java.time.Duration;

/// A load that has ten seconds and asks for nothing else.
record TestLoadContext(Duration remaining) implements LoadContext {
    TestLoadContext() {
        this(Duration.ofSeconds(10));
    }

    @Override
    public String group() {
        return "test";
    }

    @Override
    public Bytes get(String group, String key) {
        throw new UnsupportedOperationException("these loads ask for no other key");
    }
}
