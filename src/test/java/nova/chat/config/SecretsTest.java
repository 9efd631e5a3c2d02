package nova.chat.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What an operator keeps secret is said nowhere. */
class SecretsTest {
    private static final Map<String, String> ENV = Map.of(
            "REDIS_URL", "redis://ada:hunter2@redis:6379/3",
            "ORCHESTRATOR_URL", "http://ada:hunter2@nova:8000",
            "STANDIN_API_KEYS", "sk-nova-hunter2",
            "SESSION_SECRET", "5ec2e7".repeat(10) + "5ec2");

    @Test
    void the_log_shows_where_and_not_with_what() {
        assertThat(Environment.effective(ENV))
                .containsEntry("REDIS_URL", "redis://***@redis:6379/3")
                .containsEntry("ORCHESTRATOR_URL", "http://***@nova:8000")
                .containsEntry("STANDIN_API_KEYS", "***")
                .containsEntry("SESSION_SECRET", "***")
                .containsEntry("TRUSTED_PROXIES", "");
        assertThat(Environment.effective(Map.of()))
                .containsEntry("REDIS_URL", "redis://redis:6379/3")
                .containsEntry("STANDIN_API_KEYS", "");
    }

    @Test
    void a_config_holds_them_and_does_not_say_them() {
        Config config = Environment.read(ENV);

        assertThat(config.storage().redis()).hasValue(ENV.get("REDIS_URL"));
        assertThat(config.standIn().keys()).containsExactly("sk-nova-hunter2");
        assertThat(config.toString())
                .doesNotContain("hunter2", "ada", "5ec2")
                .contains("Storage[redis=Optional[redis://***@redis:6379/3], sessionSecret=…]")
                .contains("Upstream[url=Optional[http://***@nova:8000], agentName=Nova, model=auto, connect=PT5S,")
                .contains("StandIn[keys=1]");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ' ',
            value = {
                "redis+sentinel://ada:hunter2@one,two/3?master=nova redis+sentinel://***@one,two/3?master=nova",
                "rediss+cluster://:hunter2@one,two:7001 rediss+cluster://***@one,two:7001",
            })
    void several_hosts_are_shown_and_not_the_password(String url, String shown) {
        Map<String, String> env = Map.of("REDIS_URL", url);
        assertThat(Environment.effective(env)).containsEntry("REDIS_URL", shown);
        assertThat(Environment.read(env).storage().redis()).hasValue(url);
        assertThat(Environment.read(env).toString()).contains(shown).doesNotContain("hunter2", "ada");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ' ',
            value = {
                "redis://:hunter2@redis:port ***@redis:port",
                "redis//:hunter2@redis ***@redis",
                "redis://:hun/ter2@redis/x ***@redis/x",
                "redis://:hun#ter2@redis/x ***@redis/x",
                "redis://:hun@ter2@redis/x ***@redis/x",
                "redis://redis/3?password=hunter2 redis://redis/3?***",
                "ada:hunter2@redis ***@redis",
                "redis+sentinel://ada:hunter2@one,two/x?master=nova redis+sentinel://***@one,two/x?master=nova",
                "redis+sentinel://:hunter2@one,:hunter2@two?master=nova redis+sentinel://***@two?master=nova",
                "redis+sentinel://one/3?master=nova&password=hunter2 redis+sentinel://one/3?***",
                "redis+cluster://:hunter2@one,:hunter2@two redis+cluster://***@two",
                "redis+cluster://:hunter2@one,two/3 redis+cluster://***@one,two/3",
            })
    void a_refused_url_is_masked_too(String url, String shown) {
        for (String name : new String[] {"REDIS_URL", "ORCHESTRATOR_URL"}) {
            var failure = EnvironmentTest.refusal(Map.of(name, url));
            assertThat(failure).hasMessageContaining(shown + "\" is refused").hasNoCause();
            assertThat(failure.getMessage()).doesNotContain("hun", "ter2");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"hunter2", "sk-nova-good,hunter2", "sk-nova-hunter 2", "sk-nova-"})
    void a_refused_key_is_not_shown_at_all(String keys) {
        assertThat(EnvironmentTest.refusal(Map.of("STANDIN_API_KEYS", keys)))
                .hasMessage(
                        "STANDIN_API_KEYS=\"***\" is refused. Allowed: a comma-separated list, each entry `sk-nova-`"
                                + " and letters, digits, `_` or `-`.");
    }
}
