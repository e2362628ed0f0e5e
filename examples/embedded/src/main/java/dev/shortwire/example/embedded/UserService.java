package dev.shortwire.example.embedded;

import dev.shortwire.Cache;
import dev.shortwire.Node;
import dev.shortwire.node.Shortwire;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// A service whose instances share one cache of users: the example of the README. Each instance runs this class with a
/// name of its own and the same registry.
public final class UserService implements AutoCloseable {
    /// What is cached.
    public record User(String id, String name) {}

    /// Where users come from.
    public interface Database {
        @Nullable
        User find(String id);
    }

    // @start region="embedded"
    private final Node node;
    private final Cache<User> users;

    public UserService(String instance, String registry, Database database) {
        node = Shortwire.node(instance).cluster("user-service").registry(registry).start();
        users = node.cache("users", User.class, (id, context) -> database.find(id));
    }

    public @Nullable User user(String id) {
        return users.get(id); // from here, from the instance that owns it, or from the database: once
    }

    public void rename(String id, String name) {
        users.put(id, new User(id, name)); // every instance sees it from now on
    }

    @Override
    public void close() {
        node.close();
    }
    // @end

    /// The raw cache, for whoever wants more than this class offers.
    public Cache<User> users() {
        return users;
    }

    /// The node, to see who is in the cluster.
    public Node node() {
        return node;
    }

    /// Runs one instance against the registry given: `UserService INSTANCE REGISTRY`.
    public static void main(String[] arguments) {
        Map<String, String> table = Map.of("1", "Tom", "2", "Jack", "3", "Sam");
        try (UserService service = new UserService(arguments[0], arguments[1], id -> {
            System.out.println("database: " + id);
            return table.containsKey(id) ? new User(id, Objects.requireNonNull(table.get(id))) : null;
        })) {
            for (String id : new String[] {"1", "2", "3", "1", "4"}) {
                System.out.println(id + " -> " + service.user(id));
            }
        }
    }
}
