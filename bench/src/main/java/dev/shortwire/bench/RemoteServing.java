package dev.shortwire.bench;

import dev.shortwire.bench.BenchServer.Answer;
import dev.shortwire.bench.BenchServer.Command;
import java.io.IOException;
import java.time.Duration;
import tools.jackson.databind.json.JsonMapper;

/// The answering side in a process of its own, [BenchServer].
final class RemoteServing implements Backend {
    private static final JsonMapper MAPPER = JsonMapper.builder().build();
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final Child child;

    RemoteServing() throws IOException {
        this(Child.start(BenchServer.class));
    }

    /// @param child a [BenchServer], closed with this
    RemoteServing(Child child) {
        this.child = child;
    }

    long pid() {
        return child.pid();
    }

    @Override
    public String listen(String wire, boolean spin) throws IOException {
        return ask(new Command("listen", wire, spin)).address();
    }

    @Override
    public String floor(String name) throws IOException {
        return ask(new Command("floor", name, false)).address();
    }

    @Override
    public String node(String wire) throws IOException {
        return ask(new Command("node", wire, true)).address();
    }

    @Override
    public Meters used() throws IOException {
        return ask(new Command("used", "", false)).meters();
    }

    @Override
    public Meters held() throws IOException {
        return ask(new Command("held", "", false)).meters();
    }

    private Answer ask(Command command) throws IOException {
        child.tell(MAPPER.writeValueAsString(command));
        Answer answer = MAPPER.readValue(child.hear(PATIENCE), Answer.class);
        if (answer.error() != null) {
            throw new IOException("the server can't " + command.what() + " " + command.name() + ": " + answer.error());
        }
        return answer;
    }

    @Override
    public void close() {
        child.close();
    }
}
