package dev.shortwire.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ScopeType;

/// The `shortwire` command.
@Command(name = "shortwire", mixinStandardHelpOptions = true, versionProvider = ProgramVersion.class, scope = ScopeType.INHERIT, description = "A distributed read-through cache that takes the shortest wire to every peer.", exitCodeListHeading = "%nExit codes:%n", exitCodeList = {
    "0:it worked", "1:it did not work; the message says why",
    "2:the command line or the configuration is wrong", "3:the cluster has no value for that key",
    "4:nobody answers at the address of the API", "5:no JDK 25 or no usable Maven (launcher script)",
    "130, 143:stopped by Ctrl-C or SIGTERM, with everything put away"})
public final class Main {
    @Option(names = "--verbose", scope = ScopeType.INHERIT, description = "Log more, and print stack traces of errors.")
    private boolean verbose;

    private final Terminal terminal;

    private Main(Terminal terminal) {
        this.terminal = terminal;
    }

    /// Runs one command and ends the process with its exit code.
    public static void main(String[] args) throws IOException {
        System.exit(run(Terminal.ofProcess(), Arguments.restored(args)));
    }

    /// Runs one command.
    ///
    /// @return its exit code
    static int run(Terminal terminal, String... args) {
        int code = execute(terminal, args);
        if (code == ExitCode.OK && terminal.out().checkError()) {
            terminal.error("the output could not be written; look at where it goes: a full disk, a closed pipe");
            return ExitCode.FAILED;
        }
        return code;
    }

    private static int execute(Terminal terminal, String... args) {
        try {
            DemoSettings demo = DemoRun.plain(List.of(args));
            return demo == null ? new Main(terminal).commandLine(List.of(args)).execute(args)
                    : DemoRun.run(terminal, demo);
        } catch (Exception failure) {
            return Failures.report(terminal, failure, false);
        }
    }

    private Map<String, Supplier<Object>> commands() {
        Map<String, Supplier<Object>> commands = new LinkedHashMap<>();
        commands.put("demo", () -> new DemoCommand(terminal));
        commands.put("node", () -> new NodeCommand(terminal));
        commands.put("registry", () -> new RegistryCommand(terminal));
        commands.put("prepare", () -> new PrepareCommand(terminal));
        commands.put("get", () -> new GetCommand(terminal));
        commands.put("put", () -> new PutCommand(terminal));
        commands.put("remove", RemoveCommand::new);
        commands.put("members", () -> new MembersCommand(terminal));
        commands.put("ring", () -> new RingCommand(terminal));
        commands.put("explain", () -> new ExplainCommand(terminal));
        commands.put("stats", () -> new StatsCommand(terminal));
        commands.put("bench", () -> new BenchCommand(terminal));
        return commands;
    }

    /// Looking through the annotations of a command takes time: where the first word names one, only that one is known.
    private CommandLine commandLine(List<String> words) {
        CommandLine line = new CommandLine(this);
        Map<String, Supplier<Object>> commands = commands();
        if (!words.isEmpty() && commands.containsKey(words.getFirst())) {
            commands.keySet().retainAll(Set.of(words.getFirst()));
        }
        commands.forEach((name, command) -> line.addSubcommand(name, command.get()));
        line.setOut(new PrintWriter(terminal.out(), true, UTF_8))
                .setErr(new PrintWriter(terminal.err(), true, UTF_8));
        line.setUsageHelpLongOptionsMaxWidth(30).setUsageHelpWidth(100).setExpandAtFiles(false);
        line.setExecutionStrategy(parsed -> {
            if (parsed.subcommand() == null && !parsed.isUsageHelpRequested() && !parsed.isVersionHelpRequested()) {
                parsed.commandSpec().commandLine().usage(terminal.out());
                return ExitCode.OK;
            }
            Logging.verbose(verbose);
            return new CommandLine.RunLast().execute(parsed);
        });
        line.setParameterExceptionHandler((wrong, all) -> misused(wrong));
        line.setExecutionExceptionHandler((failure, command, parsed) -> Failures.report(terminal, failure, verbose));
        return line;
    }

    private int misused(ParameterException wrong) {
        String name = wrong.getCommandLine().getCommandSpec().qualifiedName();
        terminal.error(Failures.oneLine(wrong.getMessage()) + "; see " + name + " --help");
        return ExitCode.USAGE;
    }
}
