package nova.chat.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import nova.chat.config.Config.Keys.Rule;
import nova.chat.config.Config.LogLevel;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Each kind of value: what it takes, what it forgives, what it refuses. */
class KindTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = ' ',
            value = {
                "SERVICE_PORT -1",
                "SERVICE_PORT 65536",
                "SERVICE_PORT 8080.0",
                "SERVICE_PORT +80",
                "SERVICE_PORT ٨٠",
                "SERVICE_PORT 99999999999999999999",
                "SERVICE_HOST http://localhost",
                "SERVICE_HOST [::1]",
                "WS_MAX_CONNECTIONS 0",
                "WS_MAX_CONNECTIONS 100001",
                "WS_MAX_PER_IP 0",
                "WS_MAX_PER_IP 100001",
                "WS_MAX_HISTORY 0",
                "WS_MAX_HISTORY 10001",
                "WS_MAX_MESSAGE_BYTES 1023",
                "WS_MAX_MESSAGE_BYTES 16777217",
                "TURN_MAX_BYTES 65535",
                "TURN_MAX_BYTES 268435457",
                "DRAIN_TIMEOUT 601",
                "DRAIN_TIMEOUT -1s",
                "DRAIN_TIMEOUT 8h",
                "DRAIN_TIMEOUT s",
                "DRAIN_TIMEOUT .5",
                "DRAIN_TIMEOUT 0.0001",
                "DRAIN_TIMEOUT 1e1",
                "HANDSHAKE_TIMEOUT 999ms",
                "HANDSHAKE_TIMEOUT 11m",
                "AUTH_TIMEOUT 0",
                "AUTH_TIMEOUT 11m",
                "KEY_CACHE 91",
                "WS_PING_INTERVAL 0",
                "WS_PING_INTERVAL 11m",
                "WS_PONG_TIMEOUT 0",
                "WS_PONG_TIMEOUT 11m",
                "WS_SLOW_TIMEOUT 0",
                "WS_SLOW_TIMEOUT 11m",
                "UPSTREAM_CONNECT_TIMEOUT 5.001",
                "UPSTREAM_CONNECT_TIMEOUT 99ms",
                "UPSTREAM_HEADER_TIMEOUT 30001ms",
                "UPSTREAM_HEADER_TIMEOUT 99ms",
                "UPSTREAM_STALL_TIMEOUT 31s",
                "UPSTREAM_STALL_TIMEOUT 3.999",
                "TURN_TIMEOUT 0",
                "TURN_TIMEOUT 1441m",
                "UPSTREAM_WAIT 1441m",
                "LOG_LEVEL verbose",
                "REQUIRE_AUTH 2",
                "ORCHESTRATOR_URL orchestrator:8000",
                "ORCHESTRATOR_URL ftp://orchestrator",
                "ORCHESTRATOR_URL http://",
                "ORCHESTRATOR_URL http:///path",
                "ORCHESTRATOR_URL http://under_score:8000",
                "ORCHESTRATOR_URL http://orchestrator:0",
                "ORCHESTRATOR_URL http://orchestrator:65536",
                "ORCHESTRATOR_URL http://orchestrator?a=b",
                "ORCHESTRATOR_URL http://orchestrator#a",
                "ORCHESTRATOR_URL stand-in",
                "REDIS_URL redis:6379",
                "REDIS_URL http://redis:6379",
                "REDIS_URL redis://redis/three",
                "REDIS_URL redis://redis/3/",
                "REDIS_URL redis://redis?db=3",
                "REDIS_URL redis://",
                "REDIS_URL none",
                "REDIS_URL redis://one,two",
                "REDIS_URL redis://redis/3?master=nova",
                "REDIS_URL redis://:p%zz@redis",
                "REDIS_URL redis+sentinel://one,two/3",
                "REDIS_URL redis+sentinel://one,two?master=",
                "REDIS_URL redis+sentinel://one,,two?master=nova",
                "REDIS_URL redis+sentinel://one,two:0?master=nova",
                "REDIS_URL redis+sentinel://one:65536?master=nova",
                "REDIS_URL redis+sentinel://ada:p@one,ada:p@two?master=nova",
                "REDIS_URL redis+sentinel://one?master=nova&db=3",
                "REDIS_URL redis+cluster://one,two/3",
                "REDIS_URL redis+cluster://one,two?master=nova",
                "REDIS_URL redis+cluster://",
                "REDIS_URL redis+replica://one",
                "REDIS_URL cluster+redis://one",
                "CORS_ALLOWED_ORIGINS null",
                "CORS_ALLOWED_ORIGINS nova.example",
                "CORS_ALLOWED_ORIGINS https://nova.example/path",
                "CORS_ALLOWED_ORIGINS https://*.nova.example",
                "CORS_ALLOWED_ORIGINS https://nova.example:https",
                "CORS_ALLOWED_ORIGINS https://",
                "CORS_ALLOWED_ORIGINS ,",
                "TRUSTED_PROXIES proxy.example",
                "TRUSTED_PROXIES 10.0.0.0/33",
                "TRUSTED_PROXIES 10.0.0/8",
                "TRUSTED_PROXIES 10.0.0.0/",
                "TRUSTED_PROXIES 10.0.0.0/-1",
                "TRUSTED_PROXIES fd00::/129",
                "TRUSTED_PROXIES [fd00::1]",
                "TRUSTED_PROXIES fe80::1%eth0",
                "TRUSTED_PROXIES 1:2",
            })
    void a_bad_value_is_refused_by_name_with_what_is_allowed(String name, String value) {
        assertThat(EnvironmentTest.refusal(Map.of(name, value)).problems())
                .singleElement()
                .satisfies(problem -> assertThat(problem)
                        .startsWith(name + "=\"")
                        .contains("=\"" + Privacy.USER_INFO.mask(value) + "\" is refused. Allowed: "));
    }

    @ParameterizedTest
    @ValueSource(strings = {"DEFAULT_MODEL", "DEFAULT_AGENT_NAME"})
    void names_are_short_and_of_one_line(String name) {
        assertThat(EnvironmentTest.refusal(Map.of(name, "a".repeat(201))))
                .hasMessageContaining("at most 200 characters");
        assertThat(EnvironmentTest.refusal(Map.of(name, "a\nb"))).hasMessageContaining("at most 200 characters");
        assertThat(Environment.effective(Map.of(name, "a".repeat(200)))).containsEntry(name, "a".repeat(200));
    }

    @ParameterizedTest
    @CsvSource({
        "8,8000",
        "0.5,500",
        "500ms,500",
        "8s,8000",
        "2m,120000",
        "0,0",
        "1.2345,X",
        "1.5000,1500",
        "0.25m,15000"
    })
    void a_duration_is_seconds_or_has_a_unit(String text, String millis) {
        if (millis.equals("X")) {
            assertThat(EnvironmentTest.refusal(Map.of("DRAIN_TIMEOUT", text))).isNotNull();
        } else {
            assertThat(read("DRAIN_TIMEOUT", text, config -> config.service().drain()))
                    .isEqualTo(Duration.ofMillis(Long.parseLong(millis)));
        }
    }

    @ParameterizedTest
    @CsvSource({
        "debug,DEBUG",
        "NotSet,DEBUG",
        "INFO,INFO",
        "warn,WARNING",
        "Warning,WARNING",
        "error,ERROR",
        "FATAL,CRITICAL",
        "critical,CRITICAL"
    })
    void levels_are_pythons(String text, LogLevel level) {
        assertThat(read("LOG_LEVEL", text, config -> config.service().logLevel()))
                .isEqualTo(level);
    }

    @ParameterizedTest
    @CsvSource({
        "'',ASK",
        "true,REQUIRE",
        "1,REQUIRE",
        "Yes,REQUIRE",
        "ON,REQUIRE",
        "False,OFF",
        "0,OFF",
        "no,OFF",
        "off,OFF"
    })
    void who_needs_a_key_is_said_in_any_of_the_usual_words(String text, Rule rule) {
        assertThat(read("REQUIRE_AUTH", text, config -> config.keys().rule())).isEqualTo(rule);
    }

    @Test
    void an_orchestrator_is_a_url_or_the_built_in_one() {
        Function<Config, Object> url = config -> config.upstream().url().orElse(null);

        assertThat(read("ORCHESTRATOR_URL", "http://nova:8000/", url)).isEqualTo(URI.create("http://nova:8000"));
        assertThat(read("ORCHESTRATOR_URL", "https://a/b/", url)).isEqualTo(URI.create("https://a/b"));
        assertThat(read("ORCHESTRATOR_URL", "http://[::1]:8000", url)).isEqualTo(URI.create("http://[::1]:8000"));
        assertThat(read("ORCHESTRATOR_URL", "StandIn", url)).isNull();
    }

    @Test
    void a_redis_url_without_a_database_means_novas_number_for_this_service() {
        Function<Config, Object> redis = config -> config.storage().redis().orElse(null);

        assertThat(read("REDIS_URL", "redis://redis", redis)).isEqualTo("redis://redis/3");
        assertThat(read("REDIS_URL", "redis://redis:6379/", redis)).isEqualTo("redis://redis:6379/3");
        assertThat(read("REDIS_URL", "rediss://:p%40ss@redis/0", redis)).isEqualTo("rediss://:p%40ss@redis/0");
        assertThat(read("REDIS_URL", "redis+sentinel://one,two?master=nova", redis))
                .isEqualTo("redis+sentinel://one,two/3?master=nova");
        assertThat(read("REDIS_URL", "rediss+sentinel://a:b@one:1,[::1]:2/?master=nova", redis))
                .isEqualTo("rediss+sentinel://a:b@one:1,[::1]:2/3?master=nova");
        assertThat(read("REDIS_URL", "redis+sentinel://one/0?master=nova", redis))
                .isEqualTo("redis+sentinel://one/0?master=nova");
        assertThat(read("REDIS_URL", "redis+cluster://one,two:7000", redis)).isEqualTo("redis+cluster://one,two:7000");
        assertThat(read("REDIS_URL", "rediss+cluster://one/0", redis)).isEqualTo("rediss+cluster://one/0");
        assertThat(read("REDIS_URL", "Memory", redis)).isNull();
    }

    @Test
    void origins_may_be_written_with_spaces_slashes_and_empty_entries() {
        String origins = " https://nova.example/ ,, http://[::1]:3000,app://ui , ";

        assertThat(read("CORS_ALLOWED_ORIGINS", origins, config -> config.edge().allowedOrigins()))
                .isEqualTo(List.of("https://nova.example", "http://[::1]:3000", "app://ui"));
    }

    @Test
    void proxies_are_addresses_or_blocks() {
        String proxies = "10.0.0.1, 172.16.0.0/12, fd00::1, fd00::/8, ::/0";

        assertThat(read("TRUSTED_PROXIES", proxies, config -> config.edge().trustedProxies()))
                .isEqualTo(List.of("10.0.0.1", "172.16.0.0/12", "fd00::1", "fd00::/8", "::/0"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"::", "127.0.0.1", "localhost", "chat_api.internal"})
    void a_host_is_a_name_or_an_address(String host) {
        assertThat(read("SERVICE_HOST", host, config -> config.service().host()))
                .isEqualTo(host);
    }

    private static Object read(String name, String value, Function<Config, ?> part) {
        return part.apply(Environment.read(Map.of(name, value)));
    }
}
