package dev.shortwire.bench;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Binds processes to processors with `taskset`, all threads of each, and gives them back what they had. Confined to one
/// thread.
final class Cores implements AutoCloseable {
    private final Map<Long, String> before = new LinkedHashMap<>();

    /// The processors that a process may use, as `taskset` writes them: `0-3,8`.
    ///
    /// @throws IOException if they can't be told
    static String of(long pid) throws IOException {
        String answer = SystemTool.run("taskset", "-pc", Long.toString(pid));
        return answer.substring(answer.lastIndexOf(':') + 1).trim();
    }

    /// How many processors a list names.
    static int count(String list) {
        int count = 0;
        for (String part : list.split(",", -1)) {
            String[] ends = part.split("-", -1);
            count += Integer.parseInt(ends[ends.length - 1].trim()) - Integer.parseInt(ends[0].trim()) + 1;
        }
        return count;
    }

    /// Binds all processes to the last processor that the first of them may use.
    ///
    /// @throws IOException if one can't be bound
    void pinTogether(List<Long> pids) throws IOException {
        String allowed = of(pids.getFirst());
        String last = allowed.substring(Math.max(allowed.lastIndexOf(','), allowed.lastIndexOf('-')) + 1);
        for (long pid : pids) {
            before.putIfAbsent(pid, of(pid));
            SystemTool.run("taskset", "-apc", last, Long.toString(pid));
        }
    }

    /// Gives all processes back what they had.
    @Override
    public void close() throws IOException {
        for (Map.Entry<Long, String> entry : before.entrySet()) {
            SystemTool.run("taskset", "-apc", entry.getValue(), Long.toString(entry.getKey()));
        }
        before.clear();
    }
}
