package dev.shortwire.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import tools.jackson.databind.json.JsonMapper;

/// The process that asks. It is told a [ForkPlan] in one line of JSON and tells [Event]s; it ends when its input does.
final class BenchClient {
    private static final JsonMapper MAPPER = JsonMapper.builder().build();

    private BenchClient() {}

    static void main(String[] args) throws IOException {
        PrintStream out = System.out;
        System.setOut(System.err); // what libraries print is no event
        BufferedReader lines = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        String plan = lines.readLine();
        if (plan == null) {
            return;
        }
        Thread.ofPlatform().daemon().name("shortwire-bench-end").start(() -> endWith(lines));
        try (Fork fork = new Fork(MAPPER.readValue(plan, ForkPlan.class),
                event -> out.println(MAPPER.writeValueAsString(event)))) {
            fork.run();
        }
        System.exit(0); // whatever thread a library left behind
    }

    /// Without the process that started this one there is nothing to measure for.
    private static void endWith(BufferedReader lines) {
        try {
            while (lines.readLine() != null) {
                // Nothing more is asked of it.
            }
        } catch (IOException e) {
            System.err.println("bench: " + e);
        }
        Runtime.getRuntime().halt(1);
    }
}
