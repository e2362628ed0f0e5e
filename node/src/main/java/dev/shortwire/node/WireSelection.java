package dev.shortwire.node;

import static dev.shortwire.ConfigurationException.require;

import dev.shortwire.ConfigurationException;
import dev.shortwire.wire.Wire;
import dev.shortwire.wire.WireProvider;
import dev.shortwire.wire.WireSettings;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The wires of one node: those that its policy allows, that are there, and that this machine can have.
///
/// @param wires       best first
/// @param out         the others, by name: why not
/// @param dispensable names of those without which the node starts as well
record WireSelection(List<Wire> wires, Map<String, String> out, List<String> dispensable) {
    private static final Logger LOG = LoggerFactory.getLogger(WireSelection.class);

    /// Makes the wires.
    ///
    /// @param policy   what may be used
    /// @param makers   wires that are made in another way than by their provider, by name
    /// @throws ConfigurationException if a wire that must be there can't be had, or none is left; then none stays open
    static WireSelection of(WirePolicy policy, Map<String, Function<WireSettings, Wire>> makers,
            WireSettings settings) {
        Map<String, Function<WireSettings, Wire>> available = new TreeMap<>();
        Map<String, String> out = new TreeMap<>();
        find(makers, available, out);
        requireKnown(policy, available, out);
        Map<String, Wire> made = new LinkedHashMap<>();
        for (String name : policy.order(available.keySet())) {
            Function<WireSettings, Wire> maker = available.get(name);
            if (maker != null) {
                make(name, maker, policy, settings, made, out);
            }
        }
        out.forEach((name, why) -> {
            if (!policy.order(List.of(name)).isEmpty()) {
                LOG.warn("this node does without {}: {}", name, why);
            }
        });
        available.keySet().forEach(name -> {
            if (!made.containsKey(name)) {
                out.putIfAbsent(name, policy.objection(name));
            }
        });
        require(!made.isEmpty(), "wires=" + policy.text() + " leaves none: " + out + "; allow another one");
        boolean several = made.size() > 1;
        return new WireSelection(List.copyOf(made.values()), out,
                made.keySet().stream().filter(name -> several && !policy.names(name)).toList());
    }

    /// Whether all that the policy names is known.
    static void check(WirePolicy policy) {
        Map<String, Function<WireSettings, Wire>> available = new TreeMap<>();
        Map<String, String> out = new TreeMap<>();
        find(Map.of(), available, out);
        requireKnown(policy, available, out);
    }

    private static void find(Map<String, Function<WireSettings, Wire>> makers,
            Map<String, Function<WireSettings, Wire>> available, Map<String, String> out) {
        for (WireProvider provider : ServiceLoader.load(WireProvider.class)) {
            String name = provider.name();
            String why = makers.containsKey(name) ? null : unavailable(provider);
            if (why == null) {
                available.put(name, provider::create);
            } else {
                out.put(name, why);
            }
        }
        available.putAll(makers);
    }

    private static void make(String name, Function<WireSettings, Wire> maker, WirePolicy policy, WireSettings settings,
            Map<String, Wire> made, Map<String, String> out) {
        try {
            made.put(name, maker.apply(settings));
        } catch (RuntimeException | LinkageError e) {
            if (policy.names(name) || !(e instanceof ConfigurationException || e instanceof LinkageError)) {
                made.values().forEach(Wire::close);
                throw e;
            }
            out.put(name, String.valueOf(e.getMessage()));
        }
    }

    /// A provider that can't even be asked has told that its wire can't be had.
    private static @Nullable String unavailable(WireProvider provider) {
        try {
            return provider.unavailable();
        } catch (LinkageError e) {
            return "this machine lacks what it needs: " + e;
        }
    }

    private static void requireKnown(WirePolicy policy, Map<String, ?> available, Map<String, String> out) {
        TreeSet<String> there = new TreeSet<>(available.keySet());
        for (String name : policy.preferred()) {
            String why = out.get(name);
            require(name.equals(WirePolicy.AUTO) || policy.expanded().contains(name) || there.contains(name)
                    || why != null && policy.preferred().size() > 1,
                    why != null ? "wires=" + policy.text() + " can't be had: " + why + "; allow another one"
                            : "wires=" + policy.text() + " names " + name + ", which is not one of " + there
                                    + "; add its module to the class path, or choose another");
        }
        TreeSet<String> known = new TreeSet<>(there);
        known.addAll(WirePolicy.ORDER);
        known.addAll(WirePolicy.OFF_BY_DEFAULT);
        known.addAll(out.keySet());
        for (String name : policy.forbidden()) {
            require(known.contains(name), "wires=" + policy.text() + " forbids " + name + ", which is not one of "
                    + known + "; correct the name");
        }
    }

    /// Those that somebody has made, and no others.
    static WireSelection made(List<Function<WireSettings, Wire>> makers, WireSettings settings) {
        List<Wire> wires = new ArrayList<>();
        try {
            makers.forEach(maker -> wires.add(maker.apply(settings)));
        } catch (RuntimeException failure) {
            wires.forEach(Wire::close); // nobody else knows them yet
            throw failure;
        }
        Map<String, Wire> byName = new LinkedHashMap<>();
        wires.forEach(wire -> byName.put(wire.name(), wire));
        List<Wire> ordered = WirePolicy.parse(WirePolicy.AUTO).order(byName.keySet()).stream().map(byName::get)
                .toList();
        return new WireSelection(ordered, Map.of(), List.of());
    }
}
