package dev.shortwire.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/// The process that answers. Each line it is told is a [Command] in JSON, each is answered by a line: an [Answer].
final class BenchServer {
    private static final JsonMapper MAPPER = JsonMapper.builder().build();

    private BenchServer() {}

    /// @param what `listen`, `floor`, `node`, `used` or `held`, as the methods of [Backend]
    record Command(String what, String name, boolean spin) {}

    /// @param error why there is none; null where there is
    record Answer(String address, Meters meters, @Nullable String error) {}

    static void main(String[] args) throws IOException {
        PrintStream out = System.out;
        System.setOut(System.err); // what libraries print is no answer
        try (Serving serving = new Serving();
                BufferedReader lines = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
            for (@Nullable
            String line = lines.readLine(); line != null; line = lines.readLine()) {
                out.println(MAPPER.writeValueAsString(answer(serving, MAPPER.readValue(line, Command.class))));
            }
        }
        System.exit(0); // whatever thread a library left behind
    }

    private static Answer answer(Backend serving, Command command) {
        try {
            return switch (command.what()) {
                case "listen" -> new Answer(serving.listen(command.name(), command.spin()), Meters.ZERO, null);
                case "floor" -> new Answer(serving.floor(command.name()), Meters.ZERO, null);
                case "node" -> new Answer(serving.node(command.name()), Meters.ZERO, null);
                case "used" -> new Answer("", Meters.used(), null);
                case "held" -> new Answer("", Meters.held(), null);
                default -> throw new IllegalArgumentException("command " + command.what() + " is not known");
            };
        } catch (IOException | RuntimeException | LinkageError e) {
            return new Answer("", Meters.ZERO, e.toString());
        }
    }
}
