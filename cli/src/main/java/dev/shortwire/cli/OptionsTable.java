package dev.shortwire.cli;

import dev.shortwire.GroupOptions;
import java.lang.reflect.RecordComponent;
import java.time.Duration;
import java.util.Locale;

/// Writes `docs/options.md` from the configuration records, so that it can't say anything else than they do.
final class OptionsTable {
    private static final String HEAD = """
            # Options

            Written by a test from the records that read them; change those, not this page.

            A node takes its options from a YAML file (`shortwire node --config FILE`), from system properties
            (`-Dshortwire.listen=…`, the options of the first table that are one word), from the environment
            (`SHORTWIRE_LISTEN`, the same ones), and from the command line (`--listen`, or any path with
            `--set groups.users.time-to-live=30s`). Later ones win. An unknown key in the file is an error,
            and so is an unknown variable `SHORTWIRE_…`, other than those that Kubernetes sets for services.

            Durations are written with a unit: `100ms`, `30s`, `5m`, `2h`, `7d`, or `forever`; sizes as bytes or with a
            unit: `65536`, `64KiB`, `64MiB`, `2GiB`.
            """;

    private OptionsTable() {}

    /// The whole page.
    static String markdown() {
        StringBuilder page = new StringBuilder(HEAD);
        table(page, "A node", "", NodeConfig.class);
        table(page, "A group", "groups.NAME.", GroupConfig.class);
        table(page, "A database as origin", "groups.NAME.origin.jdbc.", JdbcOriginConfig.class);
        table(page, "An HTTP server as origin", "groups.NAME.origin.http.", HttpOriginConfig.class);
        table(page, "A pool of groupcache or geecache programs", "groups.NAME.peers.", PoolConfig.class);
        table(page, "TLS", "tls.", TlsConfig.class);
        table(page, "An embedded registry server", "registry-server.", RegistryServerConfig.class);
        return page.toString();
    }

    private static void table(StringBuilder page, String title, String prefix, Class<? extends Record> type) {
        page.append("\n## ").append(title)
                .append("\n\n| option | what it does | where not set |\n| --- | --- | --- |\n");
        for (RecordComponent component : type.getRecordComponents()) {
            Setting setting = component.getAnnotation(Setting.class);
            if (setting == null) {
                throw new IllegalStateException(type.getSimpleName() + "." + component.getName() + " has no @Setting");
            }
            page.append("| `").append(prefix).append(kebab(component.getName())).append("` | ")
                    .append(setting.value()).append(" | ")
                    .append(setting.unset().equals(GroupConfig.GIVEN) ? groupDefault(component.getName())
                            : setting.unset())
                    .append(" |\n");
        }
    }

    private static String groupDefault(String option) {
        try {
            Object value = GroupOptions.class.getMethod(option).invoke(GroupOptions.DEFAULT);
            String text = switch (value) {
                case Duration duration -> Units.text(duration);
                case Long bytes -> Units.text(bytes);
                case Enum<?> name -> name.name().toLowerCase(Locale.ROOT);
                default -> String.valueOf(value);
            };
            return "`" + text + "`";
        } catch (ReflectiveOperationException missing) {
            throw new IllegalStateException("GroupOptions has no " + option, missing);
        }
    }

    /// `timeToLive` → `time-to-live`.
    static String kebab(String name) {
        return name.replaceAll("([A-Z])", "-$1").toLowerCase(Locale.ROOT);
    }
}
