package nova.chat.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import nova.chat.config.Config;
import nova.chat.protocol.Message;
import nova.chat.store.Store1.Begun;
import nova.chat.store.Store1.Known;
import nova.chat.testing.RedisServer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class RedisStoreTest1 extends StoreContract1 {
    private static RedisServer redis;

    private final String agentKey = "nova:chat:session:" + session;
    private final String metaKey = "nova:chat:{" + session + "}:meta";
    private final String messagesKey = "nova:chat:{" + session + "}:messages";

    @BeforeAll
    static void start_redis() {
        redis = RedisServer.started();
    }

    @AfterAll
    static void stop_redis() {
        redis.close();
    }

    @Override
    Store1 open(Vertx vertx, Config.Turns turns) {
        return new RedisStore1(vertx, redis.url(), turns);
    }

    /** Shortens what every key has left; Redis does the expiring. */
    @Override
    void daysPass(int days) {
        for (Object key : (List<?>) redis.command("KEYS", "*" + session + "*")) {
            long left = ttl((String) key) - Duration.ofDays(days).toMillis();
            redis.command("PEXPIRE", (String) key, String.valueOf(left));
        }
    }

    @Test
    void the_keys_are_laid_out_as_told() {
        begin("ada", question("t1", "hello"));
        loop.await(() -> store.keepAgent(session, "agent-1"));
        assertThat(redis.command("HGET", metaKey, "state")).isEqualTo("running");
        end(answer("t1", "hi"));
        assertThat(redis.command("GET", agentKey)).isEqualTo("agent-1");
        assertThat(redis.command("HMGET", metaKey, "schema", "owner", "turn", "state"))
                .isEqualTo(List.of("1", "ada", "t1", "idle"));
        List<?> messages = (List<?>) redis.command("LRANGE", messagesKey, "0", "-1");
        assertThat(messages).hasSize(2);
        assertThat(new JsonObject((String) messages.get(1)))
                .isEqualTo(new JsonObject()
                        .put("role", "assistant")
                        .put("turn", "t1")
                        .put("at", "2026-03-01T12:00:00.123456789Z")
                        .put("state", "complete")
                        .put("content", "hi"));
    }

    @Test
    void a_session_without_a_key_has_no_owner_field() {
        begin(null, question("t1", "hello"));
        assertThat(redis.command("HEXISTS", metaKey, "owner")).isEqualTo(0L);
    }

    @Test
    void every_key_of_a_session_expires() {
        loop.await(() -> store.keepAgent(session, "agent-1"));
        begin("ada", question("t1", "hello"));
        assertFreshlyKept();
        daysPass(3);
        end(answer("t1", "hi"));
        assertFreshlyKept();
        daysPass(3);
        begin("ada", question("t1", "hello"));
        assertFreshlyKept();
    }

    private void assertFreshlyKept() {
        for (String key : List.of(agentKey, metaKey, messagesKey)) {
            assertThat(ttl(key)).as(key).isBetween(Duration.ofDays(6).toMillis(), Store1.KEPT.toMillis());
        }
        assertThat((List<?>) redis.command("KEYS", "*" + session + "*")).hasSize(3);
    }

    @Test
    void the_size_of_the_messages_is_kept_true() {
        for (int turn = 1; turn <= MAX_HISTORY; turn++) {
            begin("ada", question("t" + turn, "q".repeat(turn)));
            assertSizeIsTrue();
            end(answer("t" + turn, "a".repeat(100 * turn)));
            assertSizeIsTrue();
        }
    }

    private void assertSizeIsTrue() {
        long size = ((List<?>) redis.command("LRANGE", messagesKey, "0", "-1"))
                .stream().mapToLong(message -> ((String) message).length()).sum();
        assertThat(redis.command("HGET", metaKey, "bytes")).isEqualTo(String.valueOf(size));
    }

    @Test
    void a_session_of_the_original_bridge_goes_on() {
        redis.command("SET", agentKey, "agent-0", "EX", "1000");
        assertThat(loop.await(() -> store.look(session))).isEqualTo(new Known(null, "agent-0"));
        Message question = question("t1", "hello");
        assertThat(begin("ada", question)).isEqualTo(new Begun.Accepted("agent-0", List.of(question)));
        assertFreshlyKept();
    }

    @Test
    void a_session_of_a_newer_version_is_refused_and_left_alone() {
        redis.command("HSET", metaKey, "schema", "2");
        assertThat(loop.failure(() -> store.look(session))).hasMessageContaining("newer version");
        assertThat(loop.failure(() -> store.begin(session, "ada", question("t1", "hello"))))
                .hasMessageContaining("schema 2");
        assertThat(loop.failure(() -> store.end(session, answer("t1", "hi")))).hasMessageContaining("newer version");
        assertThat(redis.command("HGETALL", metaKey)).isEqualTo(List.of("schema", "2"));
        assertThat(redis.command("EXISTS", messagesKey)).isEqualTo(0L);
    }

    @Test
    void fields_and_states_of_a_later_version_do_no_harm() {
        begin("ada", question("t1", "hello"));
        redis.command("HSET", metaKey, "epoch", "e1", "fence", "7");
        redis.command("RPUSH", messagesKey, """
                {"role":"assistant","turn":"t1","at":"2026-03-01T12:00:00Z","state":"stopped","content":"h","id":{"x":[1]}}""");
        assertThat(contents(begin("ada", question("t2", "next")))).containsExactly("hello", "next");
        assertThat(redis.command("HGET", metaKey, "fence")).isEqualTo("7");
    }

    @Test
    void messages_whose_owner_redis_has_evicted_are_shown_to_nobody() {
        begin("ada", question("t1", "a secret"));
        redis.command("DEL", metaKey);
        assertThat(contents(begin("eve", question("t2", "?")))).containsExactly("?");
    }

    @Test
    void a_session_whose_messages_redis_has_evicted_starts_over() {
        begin("ada", question("t1", "hello"));
        redis.command("DEL", messagesKey);
        assertThat(contents(begin("ada", question("t1", "hello")))).containsExactly("hello");
        end(answer("t1", "hi"));
        assertSizeIsTrue();
        assertThat(contents(begin("ada", question("t2", "next")))).containsExactly("hi", "next");
    }

    @Test
    void a_key_of_a_wrong_type_is_a_clear_failure_and_changes_nothing() {
        redis.command("SET", messagesKey, "not a list");
        assertThat(loop.failure(() -> store.begin(session, "ada", question("t1", "hello"))))
                .hasMessage("Redis: WRONGTYPE");
        assertThat(redis.command("EXISTS", metaKey)).isEqualTo(0L);
        redis.command("LPUSH", agentKey, "not a string");
        assertThat(loop.failure(() -> store.look(session))).hasMessage("Redis: WRONGTYPE");
    }

    @Test
    void rubbish_among_the_messages_is_a_clear_failure_that_quotes_nothing() {
        begin("ada", question("t1", "hello"));
        for (String rubbish : List.of("secret", "[]", "{\"role\":\"user\"}", "{\"content\":\"secret")) {
            redis.command("LPUSH", messagesKey, rubbish);
            assertThat(loop.failure(() -> store.begin(session, "ada", question("t2", "next"))))
                    .hasMessage("a stored message cannot be read")
                    .hasNoCause();
            redis.command("LREM", messagesKey, "0", rubbish);
        }
    }

    @Test
    void scripts_that_redis_has_forgotten_are_sent_again() {
        begin("ada", question("t1", "hello"));
        redis.command("SCRIPT", "FLUSH");
        end(answer("t1", "hi"));
        redis.command("SCRIPT", "FLUSH");
        assertThat(contents(begin("ada", question("t2", "next")))).containsExactly("hello", "hi", "next");
    }

    @Test
    void a_redis_that_was_emptied_starts_over() {
        begin("ada", question("t1", "hello"));
        redis.command("FLUSHALL");
        end(answer("t1", "hi"));
        assertThat(redis.command("DBSIZE")).isEqualTo(0L);
        assertThat(contents(begin("ada", question("t2", "next")))).containsExactly("next");
    }

    @Test
    void the_database_of_the_url_is_used() {
        begin("ada", question("t1", "hello"));
        assertThat(redis.commandIn(0, "EXISTS", metaKey)).isEqualTo(0L);
        assertThat(redis.commandIn(3, "EXISTS", metaKey)).isEqualTo(1L);
    }

    @Test
    void a_full_redis_is_a_clear_failure() {
        redis.command("CONFIG", "SET", "maxmemory", "1");
        try {
            assertThat(loop.failure(() -> store.begin(session, "ada", question("t1", "hello"))))
                    .hasMessage("Redis: OOM");
        } finally {
            redis.command("CONFIG", "SET", "maxmemory", "0");
        }
    }

    @Test
    void a_url_that_is_none_is_refused_without_being_quoted() {
        for (String url : List.of("http://ada:secret@redis", "redis://ada:secret@ /3", "secret", "redis:///3")) {
            assertThatThrownBy(() -> new RedisStore1(loop.vertx, url, turns(MAX_BYTES)))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageNotContaining("secret")
                    .hasNoCause();
        }
    }

    @Test
    void the_operator_chooses_redis_by_giving_its_url() {
        var storage = new Config.Storage(Optional.of(redis.url()));
        assertThat(Store1.open(loop.vertx, storage, turns(MAX_BYTES)).kind()).isEqualTo("redis");
    }

    private static long ttl(String key) {
        return (Long) redis.command("PTTL", key);
    }
}
