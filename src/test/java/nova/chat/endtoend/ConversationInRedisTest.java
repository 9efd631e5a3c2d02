package nova.chat.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import nova.chat.standin.Endpoint;
import nova.chat.standin.Script;
import nova.chat.testing.RedisServer;
import nova.chat.testing.TestClient;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The same in Redis, and what is to be seen there. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ConversationInRedisTest extends ConversationContract {
    private static final String AGENT_OF_MINE = "nova:chat:session:mine";

    private RedisServer redis;

    @BeforeAll
    void startRedis() {
        redis = RedisServer.started();
    }

    @BeforeEach
    void empty() {
        redis.command("FLUSHALL");
    }

    @AfterAll
    void stopRedis() {
        redis.close();
    }

    @Override
    String store() {
        return redis.url();
    }

    @Test
    void it_survives_a_restart_of_the_service() {
        try (TestClient client = bridge.client("?session_id=mine")) {
            client.session();
            ask(client, "one");
        }
        bridge.restartService();
        try (TestClient client = bridge.client("?session_id=mine")) {
            JsonObject system = client.next("system");
            assertThat(system.getString("session_id")).isEqualTo("mine");
            assertThat(system.getString("agent_id")).isEqualTo(redis.command("GET", AGENT_OF_MINE));
            ask(client, "two");
        }
        assertThat(bridge.lastConversation()).containsExactly("user: one", "assistant: re: one", "user: two");
        assertThat(bridge.orchestrator().requests(Endpoint.AGENTS)).isEqualTo(1);
    }

    @ParameterizedTest
    @EnumSource(names = {"AGENTS", "STREAM"})
    void a_message_is_stored_before_the_orchestrator_is_asked_anything(Endpoint first) {
        CompletableFuture<String> then = new CompletableFuture<>();
        bridge.orchestrator().always(first, request -> {
            then.complete(stored());
            return first == Endpoint.AGENTS
                    ? agent()
                    : Script.stream().text("ok").done();
        });
        if (first == Endpoint.AGENTS) {
            bridge.orchestrator()
                    .always(Endpoint.STREAM, Script.stream().text("ok").done());
        }
        try (TestClient client = bridge.client("?session_id=mine")) {
            client.session();
            client.say("remember me");
            assertThat(client.answer()).isEqualTo("ok");
        }
        assertThat(then).isCompletedWithValueMatching(stored -> stored.contains("remember me"));
    }

    @Test
    void an_answer_is_stored_before_its_end_is_told() {
        try (TestClient client = bridge.client("?session_id=mine")) {
            client.session();
            for (int i = 0; i < 10; i++) {
                ask(client, "m" + i);
                assertThat(stored()).contains("re: m" + i);
            }
        }
    }

    @Test
    void an_answer_that_cannot_be_stored_yet_is_not_told_as_ended() {
        Script.Gate gate = new Script.Gate();
        bridge.orchestrator()
                .next(
                        Endpoint.STREAM,
                        Script.stream().text("a").await(gate).text("b").done());
        try (TestClient client = bridge.client("?session_id=mine")) {
            client.session();
            client.say("hi");
            assertThat(client.next("stream_chunk").getString("delta")).isEqualTo("a");
            redis.pause();
            gate.open();
            assertThat(client.next("stream_chunk").getString("delta")).isEqualTo("b");
            boolean ended = client.hears(500);
            redis.resume();
            assertThat(ended).isFalse();
            assertThat(client.answer()).isEmpty();
            assertThat(stored()).contains("\"ab\"");
        }
    }

    @Test
    void a_session_of_the_original_bridge_goes_on_with_its_agent() {
        redis.command("SET", AGENT_OF_MINE, "11111111-2222-3333-4444-555555555555");
        bridge.orchestrator().always(Endpoint.STREAM, Script.stream().text("ok").done());
        try (TestClient client = bridge.client()) {
            client.session();
            client.say("hi", "mine");
            assertThat(client.next("system").getString("agent_id")).isEqualTo("11111111-2222-3333-4444-555555555555");
            assertThat(client.answer()).isEqualTo("ok");
        }
        assertThat(bridge.asked(Endpoint.STREAM, 0).getString("agent_id"))
                .isEqualTo("11111111-2222-3333-4444-555555555555");
        assertThat(bridge.orchestrator().requests(Endpoint.AGENTS)).isZero();
        assertThat((long) redis.command("PTTL", AGENT_OF_MINE)).isBetween(days(6), days(7));
    }

    @Test
    void the_original_bridge_finds_our_sessions_agent() {
        try (TestClient client = bridge.client("?session_id=mine")) {
            client.session();
            ask(client, "hi");
        }
        assertThat(redis.command("GET", AGENT_OF_MINE))
                .isEqualTo(bridge.asked(Endpoint.STREAM, 0).getString("agent_id"));
    }

    @Test
    void every_key_is_in_our_corner_of_database_3_and_dies_in_a_week() {
        bridge.orchestrator().next(Endpoint.STREAM, Script.refusal(500, "no"));
        try (TestClient client = bridge.client("?token=sk-nova-do-not-keep-me")) {
            client.session();
            client.say("one");
            assertThat(client.error()).isNotNull();
            ask(client, "two");
            client.say("three", "another");
            assertThat(client.session()).isEqualTo("another");
            assertThat(client.answer()).isEqualTo("re: three");
        }
        List<?> keys = (List<?>) redis.command("KEYS", "*");
        assertThat(keys).hasSizeGreaterThanOrEqualTo(6).allSatisfy(key -> {
            assertThat(key.toString()).startsWith("nova:chat:");
            boolean isLog = key.toString().endsWith(":log"); // kept for ten minutes after the last turn
            assertThat((long) redis.command("PTTL", key.toString())).isBetween(isLog ? 1 : days(6), days(7));
            assertThat(dump(key.toString())).doesNotContain("sk-nova", "keep-me");
        });
        assertThat(redis.command("INFO", "keyspace").toString())
                .contains("db3:")
                .doesNotContainPattern("db[^3]:");
    }

    private String stored() {
        return redis.command("LRANGE", "nova:chat:{mine}:messages", "0", "-1").toString();
    }

    private String dump(String key) {
        return switch ((String) redis.command("TYPE", key)) {
            case "hash" -> redis.command("HGETALL", key).toString();
            case "list" -> redis.command("LRANGE", key, "0", "-1").toString();
            case "stream" -> redis.command("XRANGE", key, "-", "+").toString();
            case "zset" -> redis.command("ZRANGE", key, "0", "-1").toString();
            default -> redis.command("GET", key).toString();
        };
    }

    private static Script agent() {
        return Script.json(201, new JsonObject().put("id", "11111111-2222-3333-4444-555555555555"));
    }

    private static long days(int days) {
        return Duration.ofDays(days).toMillis();
    }
}
