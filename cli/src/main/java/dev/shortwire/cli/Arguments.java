package dev.shortwire.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// The command line as it was typed. A virtual machine that was started under `LC_ALL=C` without the launcher script
/// has decoded it as ASCII and lost every other character; on Linux the bytes can still be had.
final class Arguments {
    private static final Path RAW = Path.of("/proc/self/cmdline");

    private Arguments() {}

    /// `args`, with what was lost put back where that is possible.
    static String[] restored(String[] args) throws IOException {
        boolean decodedAsUtf8 = "UTF-8".equalsIgnoreCase(System.getProperty("sun.jnu.encoding"));
        if (decodedAsUtf8 || List.of(args).stream().allMatch(arg -> arg.chars().allMatch(c -> c < 0x80))
                || !Files.isReadable(RAW)) {
            return args;
        }
        return restored(args, Files.readAllBytes(RAW));
    }

    /// The last `args.length` words of a process's raw command line, if they can be the same words.
    static String[] restored(String[] args, byte[] commandLine) {
        List<String> words = words(commandLine);
        if (words.size() < args.length) {
            return args;
        }
        List<String> last = words.subList(words.size() - args.length, words.size());
        for (int i = 0; i < args.length; i++) {
            boolean ascii = args[i].chars().allMatch(c -> c < 0x80);
            if (ascii && !args[i].equals(last.get(i))) {
                return args; // not the command line that these arguments came from
            }
        }
        return last.toArray(new String[0]);
    }

    private static List<String> words(byte[] commandLine) {
        List<String> words = new ArrayList<>();
        int start = 0;
        for (int i = 0; i < commandLine.length; i++) {
            if (commandLine[i] == 0) {
                words.add(new String(commandLine, start, i - start, UTF_8));
                start = i + 1;
            }
        }
        return words;
    }
}
