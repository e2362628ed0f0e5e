package dev.shortwire.wire.shm;

import java.nio.file.Path;
import java.util.regex.Pattern;

/// Where a listener is: the path of its socket, and behind a `#` the mark of the folder it lies in. Processes that see the
/// same path but not the same folder, on different hosts or in different containers, tell by the mark that they do not.
///
/// @param path absolute
/// @param mark of the folder, 8 hexadecimal digits; empty if it is not known
record ShmAddress(Path path, String mark) {
    private static final Pattern MARKED = Pattern.compile(".+#[0-9a-f]{8}");

    static ShmAddress parse(String address) {
        if (!MARKED.matcher(address).matches()) {
            return new ShmAddress(Path.of(address), "");
        }
        int hash = address.lastIndexOf('#');
        return new ShmAddress(Path.of(address.substring(0, hash)), address.substring(hash + 1));
    }

    @Override
    public String toString() {
        return mark.isEmpty() ? path.toString() : path + "#" + mark;
    }
}
