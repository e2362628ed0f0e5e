package dev.shortwire.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;

/// A terminal that keeps what is printed.
final class Captured {
    final ByteArrayOutputStream out = new ByteArrayOutputStream();
    final ByteArrayOutputStream err = new ByteArrayOutputStream();
    private byte[] input = new byte[0];

    Captured typing(byte[] bytes) {
        input = bytes.clone();
        return this;
    }

    /// Runs one command and returns its exit code.
    int run(String... words) {
        out.reset();
        err.reset();
        return Main.run(new Terminal(new ByteArrayInputStream(input), new PrintStream(out, true, UTF_8),
                new PrintStream(err, true, UTF_8)), words);
    }

    String out() {
        return out.toString(UTF_8);
    }

    String err() {
        return err.toString(UTF_8);
    }
}
