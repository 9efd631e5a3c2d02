package nova.chat.config;

import static java.util.stream.Collectors.joining;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The environment variables, read and explained. Variables that it does not know are ignored, blank ones are unset, values
 * are trimmed, and a bad value of a known one refuses to start: a service that runs on a guess fails later, and elsewhere.
 */
public final class Environment {
    private Environment() {}

    /**
     * Reads all variables.
     *
     * @throws BadConfiguration naming every bad one
     */
    public static Config read(Map<String, String> env) {
        Reading reading = new Reading(env, new ArrayList<>());
        Config config = new Config(
                reading.service(),
                reading.edge(),
                reading.keys(),
                reading.upstream(),
                reading.turns(),
                reading.storage(),
                reading.standIn());
        if (!reading.problems.isEmpty()) {
            throw new BadConfiguration(reading.problems);
        }
        return config;
    }

    /** What each variable is, with secrets masked: for the log, at the start. In the table's order; empty: none. */
    public static Map<String, String> effective(Map<String, String> env) {
        Map<String, String> shown = new LinkedHashMap<>();
        Settings.all().forEach(setting -> shown.put(setting.name(), setting.shown(env)));
        return shown;
    }

    /** The table as plain text, for {@code --help}. */
    public static String help() {
        return Settings.all().stream()
                .map(setting -> "  %s%s%n      %s%n      Allowed: %s.%n"
                        .formatted(
                                setting.name(),
                                setting.fallback().isEmpty() ? "" : " (default " + setting.fallback() + ")",
                                setting.help().replace("`", ""),
                                setting.kind().allowed().replace("`", "")))
                .collect(joining());
    }

    /** The table in Markdown, for the README. */
    public static String markdown() {
        return Settings.all().stream()
                .map(setting -> "| `%s` | %s | %s | %s |\n"
                        .formatted(
                                setting.name(),
                                setting.fallback().isEmpty() ? "–" : "`" + setting.fallback() + "`",
                                setting.help() + setting.privacy().note,
                                setting.kind().allowed()))
                .collect(joining("", "| variable | default | what for | allowed |\n|---|---|---|---|\n", ""));
    }

    private record Reading(Map<String, String> env, List<String> problems) {
        Config.Service service() {
            return new Config.Service(
                    of(Settings.SERVICE_HOST),
                    of(Settings.SERVICE_PORT),
                    of(Settings.LOG_LEVEL),
                    of(Settings.DRAIN_TIMEOUT));
        }

        Config.Edge edge() {
            return new Config.Edge(
                    of(Settings.CORS_ALLOWED_ORIGINS),
                    of(Settings.TRUSTED_PROXIES),
                    of(Settings.WS_MAX_CONNECTIONS),
                    of(Settings.WS_MAX_PER_IP),
                    of(Settings.WS_MAX_MESSAGE_BYTES),
                    of(Settings.WS_COMPRESSION),
                    of(Settings.HANDSHAKE_TIMEOUT),
                    of(Settings.WS_PING_INTERVAL),
                    of(Settings.WS_PONG_TIMEOUT),
                    of(Settings.WS_SLOW_TIMEOUT));
        }

        Config.Keys keys() {
            return new Config.Keys(of(Settings.REQUIRE_AUTH), of(Settings.AUTH_TIMEOUT), of(Settings.KEY_CACHE));
        }

        Config.Upstream upstream() {
            return new Config.Upstream(
                    of(Settings.ORCHESTRATOR_URL),
                    of(Settings.DEFAULT_AGENT_NAME),
                    of(Settings.DEFAULT_MODEL),
                    of(Settings.UPSTREAM_CONNECT_TIMEOUT),
                    of(Settings.UPSTREAM_HEADER_TIMEOUT),
                    of(Settings.UPSTREAM_STALL_TIMEOUT));
        }

        Config.Turns turns() {
            return new Config.Turns(
                    of(Settings.WS_MAX_HISTORY),
                    of(Settings.TURN_MAX_BYTES),
                    of(Settings.TURN_TIMEOUT),
                    of(Settings.UPSTREAM_WAIT));
        }

        Config.Storage storage() {
            return new Config.Storage(of(Settings.REDIS_URL), of(Settings.SESSION_SECRET));
        }

        Config.StandIn standIn() {
            return new Config.StandIn(of(Settings.STANDIN_API_KEYS));
        }

        private <T> T of(Setting<T> setting) {
            return setting.read(env, problems);
        }
    }
}
