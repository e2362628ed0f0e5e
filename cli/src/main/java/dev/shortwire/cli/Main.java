package dev.shortwire.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.PrintWriter;
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
        int code = new Main(terminal).commandLine().execute(args);
        if (code == ExitCode.OK && terminal.out().checkError()) {
            terminal.error("the output could not be written; look at where it goes: a full disk, a closed pipe");
            return ExitCode.FAILED;
        }
        return code;
    }

    CommandLine commandLine() {
        CommandLine line = new CommandLine(this)
                .addSubcommand(new DemoCommand(terminal))
                .addSubcommand(new NodeCommand(terminal))
                .addSubcommand(new RegistryCommand(terminal))
                .addSubcommand(new PrepareCommand(terminal))
                .addSubcommand(new GetCommand(terminal))
                .addSubcommand(new PutCommand(terminal))
                .addSubcommand(new RemoveCommand())
                .addSubcommand(new MembersCommand(terminal))
                .addSubcommand(new RingCommand(terminal))
                .addSubcommand(new StatsCommand(terminal))
                .addSubcommand(new BenchCommand(terminal));
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
        line.setParameterExceptionHandler((wrong, words) -> misused(wrong));
        line.setExecutionExceptionHandler((failure, command, parsed) -> Failures.report(terminal, failure, verbose));
        return line;
    }

    private int misused(ParameterException wrong) {
        String name = wrong.getCommandLine().getCommandSpec().qualifiedName();
        terminal.error(Failures.oneLine(wrong.getMessage()) + "; see " + name + " --help");
        return ExitCode.USAGE;
    }
}
