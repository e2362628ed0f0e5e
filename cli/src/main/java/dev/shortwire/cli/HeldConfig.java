package dev.shortwire.cli;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// A node's configuration on its way from the launcher, through the pipe that holds the node's process. It says what a
/// demo says of a node and no more. A program that is started by another need not read YAML, which would take a third
/// of the time until it serves. Both ends are of one build: the form needs no version.
final class HeldConfig {
    private HeldConfig() {}

    /// Writes `config`, and leaves `out` open.
    ///
    /// @throws IllegalArgumentException if it has an option that no demo sets
    static void write(NodeConfig config, OutputStream out) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        write(config, new DataOutputStream(bytes));
        if (!read(new ByteArrayInputStream(bytes.toByteArray())).equals(config)) {
            throw new IllegalArgumentException("a node that is held by a pipe can't be told all of " + config);
        }
        bytes.writeTo(out);
        out.flush();
    }

    /// Reads what [#write] wrote and not a byte more. Blocks until it is there.
    ///
    /// @throws java.io.EOFException if `in` ends before
    static NodeConfig read(InputStream in) throws IOException {
        return read(new DataInputStream(in));
    }

    private static void write(NodeConfig config, DataOutputStream out) throws IOException {
        word(out, config.name());
        word(out, config.cluster());
        word(out, config.registry());
        word(out, config.listen());
        word(out, config.wires());
        number(out, config.expectedMembers());
        word(out, config.defaultGroup());
        RegistryServerConfig server = config.registryServer();
        out.writeBoolean(server != null);
        if (server != null) {
            out.writeInt(server.id());
            out.writeInt(server.servers().size());
            for (String each : server.servers()) {
                out.writeUTF(each);
            }
            out.writeUTF(server.dataDir());
            out.writeBoolean(Boolean.TRUE.equals(server.firstStart()));
        }
        out.writeInt(config.groupsOrEmpty().size());
        for (Map.Entry<String, GroupConfig> group : config.groupsOrEmpty().entrySet()) {
            out.writeUTF(group.getKey());
            write(group.getValue(), out);
        }
    }

    private static void write(GroupConfig group, DataOutputStream out) throws IOException {
        word(out, group.contentType());
        number(out, group.maxConcurrentLoads());
        JdbcOriginConfig jdbc = group.origin() == null ? null : group.origin().jdbc();
        out.writeBoolean(jdbc != null);
        if (jdbc != null) {
            out.writeUTF(jdbc.url());
            word(out, jdbc.user());
            word(out, jdbc.password() == null ? null : jdbc.password().reveal());
            out.writeUTF(jdbc.query());
            number(out, jdbc.maxConnections());
        }
    }

    private static NodeConfig read(DataInputStream in) throws IOException {
        NodeConfigBuilder config = new NodeConfigBuilder(word(in)).cluster(word(in)).registry(word(in))
                .listen(word(in)).wires(word(in)).store(true).expectedMembers(number(in)).defaultGroup(word(in))
                .registryServer(in.readBoolean() ? server(in) : null);
        Map<String, GroupConfig> groups = new TreeMap<>();
        for (int left = in.readInt(); left > 0; left--) {
            groups.put(in.readUTF(), group(in));
        }
        return config.groups(groups).build();
    }

    private static RegistryServerConfig server(DataInputStream in) throws IOException {
        int id = in.readInt();
        List<String> servers = new ArrayList<>();
        for (int left = in.readInt(); left > 0; left--) {
            servers.add(in.readUTF());
        }
        return new RegistryServerConfig(id, servers, in.readUTF(), in.readBoolean());
    }

    private static GroupConfig group(DataInputStream in) throws IOException {
        String contentType = word(in);
        Integer maxConcurrentLoads = number(in);
        OriginConfig origin = null;
        if (in.readBoolean()) {
            String url = in.readUTF();
            String user = word(in);
            String password = word(in);
            origin = new OriginConfig(new JdbcOriginConfig(url, user, password == null ? null : new Secret(password),
                    in.readUTF(), number(in)), null);
        }
        return GroupConfig.of(origin, contentType, maxConcurrentLoads);
    }

    private static void word(DataOutputStream out, @Nullable String word) throws IOException {
        out.writeBoolean(word != null);
        if (word != null) {
            out.writeUTF(word);
        }
    }

    private static @Nullable String word(DataInputStream in) throws IOException {
        return in.readBoolean() ? in.readUTF() : null;
    }

    private static void number(DataOutputStream out, @Nullable Integer number) throws IOException {
        out.writeBoolean(number != null);
        if (number != null) {
            out.writeInt(number);
        }
    }

    private static @Nullable Integer number(DataInputStream in) throws IOException {
        return in.readBoolean() ? Integer.valueOf(in.readInt()) : null;
    }
}
