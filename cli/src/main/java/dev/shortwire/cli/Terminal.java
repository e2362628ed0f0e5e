package dev.shortwire.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.InputStream;
import java.io.PrintStream;

/// Where a command reads and writes. Text is UTF-8 whatever the locale says.
///
/// @param in  standard input
/// @param out for results
/// @param err for errors and progress
record Terminal(InputStream in, PrintStream out, PrintStream err) {
    /// The standard streams of this process.
    static Terminal ofProcess() {
        return new Terminal(new FileInputStream(FileDescriptor.in),
                new PrintStream(new FileOutputStream(FileDescriptor.out), true, UTF_8),
                new PrintStream(new FileOutputStream(FileDescriptor.err), true, UTF_8));
    }

    /// Prints a line, whole even where several threads print.
    void line(String text) {
        out.print(text + "\n");
        out.flush();
    }

    void error(String text) {
        err.print("shortwire: " + text + "\n");
        err.flush();
    }
}
