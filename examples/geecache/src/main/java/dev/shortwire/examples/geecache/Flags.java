package dev.shortwire.examples.geecache;

import static dev.shortwire.ConfigurationException.require;

import dev.shortwire.ConfigurationException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.stream.Stream;

/// What the command line says.
///
/// @param port    of this process's cache server
/// @param api     whether this process has the API for users too
/// @param apiPort where
/// @param peers   ports of all cache servers, this one included
/// @param delay   how long the database takes for a query
/// @param timeout how long a load, and a peer's answer, may take
record Flags(int port, boolean api, int apiPort, List<Integer> peers, Duration delay, Duration timeout) {
    static final String USAGE = """
            Usage: geecache [-port 8001] [-api] [-api-port 9999] [-peers 8001,8002,8003] [-delay 0] [-timeout 1000]
              -port      port of this process's cache server
              -api       serve the API for users too
              -api-port  its port
              -peers     ports of all cache servers, the same list at each of them
              -delay     milliseconds that the database takes for a query
              -timeout   milliseconds that a load, and a peer's answer, may take
            """;

    /// @throws ConfigurationException if they are wrong
    static Flags parse(String... args) {
        int port = 8001;
        boolean api = false;
        int apiPort = 9999;
        List<Integer> peers = List.of(8001, 8002, 8003);
        int delayMillis = 0;
        int timeoutMillis = 1000;
        Deque<String> left = new ArrayDeque<>(List.of(args));
        while (!left.isEmpty()) {
            String flag = left.remove();
            switch (flag) {
                case "-api" -> api = true;
                case "-port" -> port = port(flag, value(flag, left));
                case "-api-port" -> apiPort = port(flag, value(flag, left));
                case "-peers" -> peers = Stream.of(value(flag, left).split(",", -1)).map(p -> port(flag, p)).toList();
                case "-delay" -> delayMillis = number(flag, value(flag, left), 0, 60_000);
                case "-timeout" -> timeoutMillis = number(flag, value(flag, left), 1, 60_000);
                default -> throw new ConfigurationException("unknown flag " + flag + "; -help lists them");
            }
        }
        require(peers.contains(port), "-port " + port + " must be one of -peers " + peers + "; set both");
        return new Flags(port, api, apiPort, peers, Duration.ofMillis(delayMillis),
                Duration.ofMillis(timeoutMillis));
    }

    private static String value(String flag, Deque<String> left) {
        require(!left.isEmpty(), flag + " needs a value; -help shows which");
        return left.remove();
    }

    private static int port(String flag, String text) {
        return number(flag, text, 1, 65_535);
    }

    private static int number(String flag, String text, int min, int max) {
        boolean isNumber = text.matches("[0-9]{1,5}");
        require(isNumber && Integer.parseInt(text) >= min && Integer.parseInt(text) <= max,
                flag + " " + text + " must be a number from " + min + " to " + max + "; set " + flag);
        return Integer.parseInt(text);
    }
}
