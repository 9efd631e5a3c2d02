package nova.chat.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.net.URI;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.crypto.SecretKey;
import javax.crypto.spec.SecretKeySpec;
import nova.chat.config.Config.Keys.Rule;
import nova.chat.config.Config.LogLevel;
import org.junit.jupiter.api.Test;

class EnvironmentTest {
    @Test
    void an_empty_environment_gives_the_defaults() {
        assertThat(Environment.read(Map.of()))
                .isEqualTo(new Config(
                        new Config.Service("0.0.0.0", 8080, LogLevel.INFO, Duration.ofSeconds(8)),
                        new Config.Edge(
                                List.of("*"),
                                List.of(),
                                5000,
                                2000,
                                262_144,
                                false,
                                Duration.ofSeconds(10),
                                Duration.ofSeconds(25),
                                Duration.ofSeconds(10),
                                Duration.ofSeconds(30)),
                        new Config.Keys(Rule.ASK, Duration.ofSeconds(10), Duration.ofSeconds(60)),
                        new Config.Upstream(
                                Optional.of(URI.create("http://orchestrator:8000")),
                                "Nova",
                                "auto",
                                Duration.ofSeconds(5),
                                Duration.ofSeconds(30),
                                Duration.ofSeconds(30)),
                        new Config.Turns(200, 16_777_216, Duration.ofMinutes(30), Duration.ofMinutes(15)),
                        new Config.Storage(Optional.of("redis://redis:6379/3"), Optional.empty()),
                        new Config.StandIn(List.of())));
    }

    private static final SecretKey TENS = new SecretKeySpec(HexFormat.of().parseHex("0a".repeat(32)), "AES");

    @Test
    void every_variable_has_its_place() {
        Map<String, String> env = Map.ofEntries(
                Map.entry("ORCHESTRATOR_URL", "https://nova.example:8443/api"),
                Map.entry("SERVICE_PORT", "9000"),
                Map.entry("SERVICE_HOST", "127.0.0.1"),
                Map.entry("CORS_ALLOWED_ORIGINS", "https://nova.example"),
                Map.entry("LOG_LEVEL", "ERROR"),
                Map.entry("REDIS_URL", "rediss://cache.example:6380/7"),
                Map.entry("SESSION_SECRET", "0A".repeat(32)),
                Map.entry("REQUIRE_AUTH", "true"),
                Map.entry("DEFAULT_MODEL", "small"),
                Map.entry("DEFAULT_AGENT_NAME", "Ada"),
                Map.entry("WS_MAX_CONNECTIONS", "11"),
                Map.entry("WS_MAX_PER_IP", "12"),
                Map.entry("WS_MAX_HISTORY", "13"),
                Map.entry("WS_MAX_MESSAGE_BYTES", "2014"),
                Map.entry("WS_COMPRESSION", "on"),
                Map.entry("TURN_MAX_BYTES", "65537"),
                Map.entry("TRUSTED_PROXIES", "10.0.0.0/8"),
                Map.entry("DRAIN_TIMEOUT", "16s"),
                Map.entry("HANDSHAKE_TIMEOUT", "17s"),
                Map.entry("AUTH_TIMEOUT", "18s"),
                Map.entry("KEY_CACHE", "19s"),
                Map.entry("WS_PING_INTERVAL", "20s"),
                Map.entry("WS_PONG_TIMEOUT", "21s"),
                Map.entry("WS_SLOW_TIMEOUT", "22s"),
                Map.entry("UPSTREAM_CONNECT_TIMEOUT", "3s"),
                Map.entry("UPSTREAM_HEADER_TIMEOUT", "24s"),
                Map.entry("UPSTREAM_STALL_TIMEOUT", "25s"),
                Map.entry("TURN_TIMEOUT", "26s"),
                Map.entry("UPSTREAM_WAIT", "27s"),
                Map.entry("STANDIN_API_KEYS", "sk-nova-one,sk-nova-two"));

        assertThat(Environment.read(env))
                .isEqualTo(new Config(
                        new Config.Service("127.0.0.1", 9000, LogLevel.ERROR, Duration.ofSeconds(16)),
                        new Config.Edge(
                                List.of("https://nova.example"),
                                List.of("10.0.0.0/8"),
                                11,
                                12,
                                2014,
                                true,
                                Duration.ofSeconds(17),
                                Duration.ofSeconds(20),
                                Duration.ofSeconds(21),
                                Duration.ofSeconds(22)),
                        new Config.Keys(Rule.REQUIRE, Duration.ofSeconds(18), Duration.ofSeconds(19)),
                        new Config.Upstream(
                                Optional.of(URI.create("https://nova.example:8443/api")),
                                "Ada",
                                "small",
                                Duration.ofSeconds(3),
                                Duration.ofSeconds(24),
                                Duration.ofSeconds(25)),
                        new Config.Turns(13, 65_537, Duration.ofSeconds(26), Duration.ofSeconds(27)),
                        new Config.Storage(Optional.of("rediss://cache.example:6380/7"), Optional.of(TENS)),
                        new Config.StandIn(List.of("sk-nova-one", "sk-nova-two"))));
        assertThat(Environment.effective(env)).containsOnlyKeys(env.keySet());
    }

    @Test
    void blank_is_unset_and_values_are_trimmed() {
        Map<String, String> env = Map.of("SERVICE_PORT", "  ", "LOG_LEVEL", "", "DEFAULT_MODEL", " small\t");

        Config config = Environment.read(env);

        assertThat(config.service().port()).isEqualTo(8080);
        assertThat(config.service().logLevel()).isEqualTo(LogLevel.INFO);
        assertThat(config.upstream().model()).isEqualTo("small");
    }

    @Test
    void unknown_variables_are_ignored() {
        Map<String, String> env = Map.of("PATH", "/bin", "SERVICE_PORTS", "many", "service_port", "none");

        assertThat(Environment.read(env)).isEqualTo(Environment.read(Map.of()));
        assertThat(Environment.effective(env)).isEqualTo(Environment.effective(Map.of()));
    }

    @Test
    void all_bad_variables_are_named_at_once() {
        var failure = refusal(Map.of("LOG_LEVEL", "loud", "SERVICE_PORT", "70000", "REQUIRE_AUTH", "maybe"));

        assertThat(failure.problems())
                .containsExactlyInAnyOrder(
                        "SERVICE_PORT=\"70000\" is refused. Allowed: a whole number, 0 to 65535.",
                        "LOG_LEVEL=\"loud\" is refused. Allowed: `DEBUG`, `INFO`, `WARNING`, `ERROR` or `CRITICAL`,"
                                + " in any case (also `WARN`, `FATAL`, `NOTSET`).",
                        "REQUIRE_AUTH=\"maybe\" is refused. Allowed: `true` (everybody), `false` (nobody) or unset"
                                + " (the Orchestrator decides); also `1`/`0`, `yes`/`no`, `on`/`off`.");
        assertThat(failure).hasMessage(String.join("\n", failure.problems()));
    }

    @Test
    void a_refused_list_names_the_entry_that_is_wrong() {
        assertThat(refusal(Map.of("CORS_ALLOWED_ORIGINS", "https://nova.example, nova.example")))
                .hasMessageStartingWith("CORS_ALLOWED_ORIGINS=\"https://nova.example, nova.example\""
                        + " is refused for \"nova.example\". Allowed: a comma-separated list, each entry `*`");
    }

    @Test
    void a_refused_value_is_shown_on_one_line_of_bearable_length() {
        String message =
                refusal(Map.of("SERVICE_PORT", "1\n2\u001b" + "3".repeat(1000))).getMessage();

        assertThat(message).startsWith("SERVICE_PORT=\"1?2?333").hasSizeLessThan(300);
    }

    @Test
    void help_tells_of_every_variable() {
        assertThat(Environment.help()).contains(Environment.effective(Map.of()).keySet());
        assertThat(Environment.help()).contains("""
                \n  SERVICE_PORT (default 8080)
                      The port to listen on; 0 lets the system choose one.
                      Allowed: a whole number, 0 to 65535.
                """);
    }

    static BadConfiguration refusal(Map<String, String> env) {
        BadConfiguration failure = catchThrowableOfType(BadConfiguration.class, () -> Environment.read(env));
        assertThat(failure).as("refusal of %s", env).isNotNull();
        return failure;
    }
}
