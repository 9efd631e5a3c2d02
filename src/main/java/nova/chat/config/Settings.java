package nova.chat.config;

import static java.util.Map.entry;
import static nova.chat.config.Kind.AES_KEY;
import static nova.chat.config.Kind.duration;
import static nova.chat.config.Kind.integer;
import static nova.chat.config.Kind.listOf;
import static nova.chat.config.Kind.text;
import static nova.chat.config.Kind.words;

import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import javax.crypto.SecretKey;
import nova.chat.config.Config.Keys.Rule;
import nova.chat.config.Config.LogLevel;

/** The table of all environment variables. */
final class Settings {
    private static final List<Setting<?>> ROWS = new ArrayList<>();

    private static final Duration NONE = Duration.ZERO;
    private static final Duration TICK = Duration.ofMillis(100); // below this a busy machine is late by itself
    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final Duration MINUTES = Duration.ofMinutes(10); // more than a waiting human has
    private static final Duration DAY = Duration.ofDays(1);

    /** Neighbours in a Nova deployment have 0, 1, 2 and 5. */
    private static final int NOVAS_REDIS_DATABASE = 3;

    private static final Kind<LogLevel> LEVEL = words(
            "`DEBUG`, `INFO`, `WARNING`, `ERROR` or `CRITICAL`, in any case (also `WARN`, `FATAL`, `NOTSET`)",
            Map.of(
                    "notset", LogLevel.DEBUG,
                    "debug", LogLevel.DEBUG,
                    "info", LogLevel.INFO,
                    "warn", LogLevel.WARNING,
                    "warning", LogLevel.WARNING,
                    "error", LogLevel.ERROR,
                    "fatal", LogLevel.CRITICAL,
                    "critical", LogLevel.CRITICAL));

    private static final Kind<Rule> RULE = words(
            "`true` (everybody), `false` (nobody) or unset (the Orchestrator decides); also `1`/`0`, `yes`/`no`, `on`/`off`",
            Map.ofEntries(
                    entry("", Rule.ASK),
                    entry("true", Rule.REQUIRE),
                    entry("1", Rule.REQUIRE),
                    entry("yes", Rule.REQUIRE),
                    entry("on", Rule.REQUIRE),
                    entry("false", Rule.OFF),
                    entry("0", Rule.OFF),
                    entry("no", Rule.OFF),
                    entry("off", Rule.OFF)));

    private static final Kind<Boolean> SWITCH = words(
            "`true` or `false`; also `1`/`0`, `yes`/`no`, `on`/`off`",
            Map.of(
                    "true", true, "1", true, "yes", true, "on", true, //
                    "false", false, "0", false, "no", false, "off", false));

    private static final Kind<String> KEY = new Kind<>("`sk-nova-` and letters, digits, `_` or `-`", text -> {
        Kind.demand(Pattern.matches("sk-nova-[0-9A-Za-z_-]{1,256}", text), text);
        return text;
    });

    static final Setting<Optional<URI>> ORCHESTRATOR_URL = row(
            "ORCHESTRATOR_URL",
            "http://orchestrator:8000",
            Addresses.httpUrl().or("standin", "the built-in one, for a first look"),
            Privacy.USER_INFO,
            "Where Nova's Orchestrator is.");
    static final Setting<Integer> SERVICE_PORT =
            row("SERVICE_PORT", "8080", integer(0, 65_535), "The port to listen on; 0 lets the system choose one.");
    static final Setting<String> SERVICE_HOST =
            row("SERVICE_HOST", "0.0.0.0", Addresses.host(), "The address to listen on.");
    static final Setting<List<String>> CORS_ALLOWED_ORIGINS = row(
            "CORS_ALLOWED_ORIGINS",
            "*",
            listOf(Addresses.origin()),
            "Which web pages may connect; the service's own always may.");
    static final Setting<LogLevel> LOG_LEVEL =
            row("LOG_LEVEL", "INFO", LEVEL, "The least important lines to log, by Python's names.");
    static final Setting<Optional<String>> REDIS_URL = row(
            "REDIS_URL",
            "redis://redis:6379/" + NOVAS_REDIS_DATABASE,
            Addresses.redisUrl(NOVAS_REDIS_DATABASE).or("memory", "conversations are lost with the process"),
            Privacy.USER_INFO,
            "Where conversations are kept.");
    static final Setting<Optional<SecretKey>> SESSION_SECRET = row(
            "SESSION_SECRET",
            "",
            AES_KEY,
            Privacy.SECRET,
            "Seals the API keys of waiting messages in Redis, so that another replica can run them; the same on all"
                    + " replicas. Unset: such a message waits for a client that brings the key again.");
    static final Setting<Rule> REQUIRE_AUTH = row("REQUIRE_AUTH", "", RULE, "Who needs an API key.");
    static final Setting<String> DEFAULT_MODEL =
            row("DEFAULT_MODEL", "auto", text(200), "The model that new agents are created with.");
    static final Setting<String> DEFAULT_AGENT_NAME =
            row("DEFAULT_AGENT_NAME", "Nova", text(200), "The name that new agents are created with.");

    static final Setting<Integer> WS_MAX_CONNECTIONS =
            row("WS_MAX_CONNECTIONS", "5000", integer(1, 100_000), "The most WebSockets at a time.");
    static final Setting<Integer> WS_MAX_PER_IP = row(
            "WS_MAX_PER_IP",
            "2000",
            integer(1, 100_000),
            "The most WebSockets at a time from one address; many, since a proxy is one address.");
    static final Setting<Integer> WS_MAX_HISTORY =
            row("WS_MAX_HISTORY", "200", integer(1, 10_000), "The most messages of a conversation that go upstream.");
    static final Setting<Integer> WS_MAX_MESSAGE_BYTES = row(
            "WS_MAX_MESSAGE_BYTES",
            "262144",
            integer(1024, 16_777_216),
            "The largest message from a client, in bytes.");
    static final Setting<Boolean> WS_COMPRESSION = row(
            "WS_COMPRESSION",
            "false",
            SWITCH,
            "Whether clients may compress (permessage-deflate); at a delta's size it costs more than it saves.");
    static final Setting<Integer> TURN_MAX_BYTES = row(
            "TURN_MAX_BYTES",
            "16777216",
            integer(65_536, 268_435_456),
            "The longest answer, and the longest conversation sent upstream, in bytes.");
    static final Setting<List<String>> TRUSTED_PROXIES = row(
            "TRUSTED_PROXIES",
            "",
            listOf(Addresses.network()),
            "Whose `X-Forwarded-For` is believed; unset: nobody's.");

    static final Setting<Duration> DRAIN_TIMEOUT = row(
            "DRAIN_TIMEOUT",
            "8s",
            duration(NONE, MINUTES),
            "How long running turns may go on after SIGTERM; `docker stop` kills after 10 s.");
    static final Setting<Duration> HANDSHAKE_TIMEOUT = row(
            "HANDSHAKE_TIMEOUT",
            "10s",
            duration(SECOND, MINUTES),
            "How long a connection may take to send a request's header.");
    static final Setting<Duration> AUTH_TIMEOUT = row(
            "AUTH_TIMEOUT",
            "10s",
            duration(SECOND, MINUTES),
            "How long a WebSocket may take to bring a key that it needs.");
    // At most 90 s: then a revoked key ends within the two minutes that the protocol promises.
    static final Setting<Duration> KEY_CACHE = row(
            "KEY_CACHE",
            "60s",
            duration(NONE, Duration.ofSeconds(90)),
            "How long a good key is believed without asking again.");
    static final Setting<Duration> WS_PING_INTERVAL = row(
            "WS_PING_INTERVAL",
            "25s",
            duration(SECOND, MINUTES),
            "How long a WebSocket may be silent before it is pinged.");
    static final Setting<Duration> WS_PONG_TIMEOUT =
            row("WS_PONG_TIMEOUT", "10s", duration(SECOND, MINUTES), "How long it may take to answer.");
    static final Setting<Duration> WS_SLOW_TIMEOUT = row(
            "WS_SLOW_TIMEOUT",
            "30s",
            duration(SECOND, MINUTES),
            "How long a WebSocket may take nothing while something waits for it.");

    // A client is to be told of a dead Orchestrator while it still waits, so these can be lowered, not raised.
    static final Setting<Duration> UPSTREAM_CONNECT_TIMEOUT = row(
            "UPSTREAM_CONNECT_TIMEOUT",
            "5s",
            duration(TICK, Duration.ofSeconds(5)),
            "How long connecting to the Orchestrator may take.");
    static final Setting<Duration> UPSTREAM_HEADER_TIMEOUT = row(
            "UPSTREAM_HEADER_TIMEOUT",
            "30s",
            duration(TICK, Duration.ofSeconds(30)),
            "How long the Orchestrator may take to begin an answer.");
    // At least 4 s: a shorter one would end healthy turns between two heartbeats.
    static final Setting<Duration> UPSTREAM_STALL_TIMEOUT = row(
            "UPSTREAM_STALL_TIMEOUT",
            "30s",
            duration(Duration.ofSeconds(4), Duration.ofSeconds(30)),
            "How long an answer may be silent; the Orchestrator's heartbeat comes every 3 s.");
    static final Setting<Duration> TURN_TIMEOUT =
            row("TURN_TIMEOUT", "30m", duration(SECOND, DAY), "How long a turn may run.");
    static final Setting<Duration> UPSTREAM_WAIT = row(
            "UPSTREAM_WAIT", "15m", duration(NONE, DAY), "How long a message waits for an Orchestrator that is away.");

    static final Setting<List<String>> STANDIN_API_KEYS = row(
            "STANDIN_API_KEYS",
            "",
            listOf(KEY),
            Privacy.SECRET,
            "Keys that the built-in Orchestrator accepts; unset: none is needed.");

    private Settings() {}

    /** All rows, in the order of the table. */
    static List<Setting<?>> all() {
        return Collections.unmodifiableList(ROWS);
    }

    private static <T> Setting<T> row(String name, String fallback, Kind<T> kind, String help) {
        return row(name, fallback, kind, Privacy.PUBLIC, help);
    }

    private static <T> Setting<T> row(String name, String fallback, Kind<T> kind, Privacy privacy, String help) {
        var setting = new Setting<>(name, fallback, kind, privacy, help);
        ROWS.add(setting);
        return setting;
    }
}
