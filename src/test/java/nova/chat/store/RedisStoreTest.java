package nova.chat.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import nova.chat.config.Config;
import nova.chat.log.Batch;
import nova.chat.protocol.Message.State;
import nova.chat.protocol.OnBusy;
import nova.chat.protocol.Position;
import nova.chat.protocol.SessionId;
import nova.chat.testing.RedisServer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class RedisStoreTest extends StoreContract {
    private static RedisServer redis;

    private final String agentKey = "nova:chat:session:" + session;
    private final String metaKey = "nova:chat:{" + session + "}:meta";
    private final String logKey = "nova:chat:{" + session + "}:log";
    private final String messagesKey = "nova:chat:{" + session + "}:messages";
    private final String queueKey = "nova:chat:{" + session + "}:queue";

    @BeforeAll
    static void start_redis() {
        redis = RedisServer.started();
    }

    @AfterAll
    static void stop_redis() {
        redis.close();
    }

    @Override
    Store open(Vertx vertx, Config.Turns turns) {
        return new RedisStore(vertx, redis.url(), turns);
    }

    @Override
    void timePasses(Duration time) {
        letPass(redis, session, time);
    }

    /** Brings forward whatever Redis will do or answer by its clock. */
    static void letPass(RedisServer redis, SessionId session, Duration time) {
        redis.command(
                "EVAL",
                """
                local millis = tonumber(ARGV[1])
                for _, key in ipairs(redis.call('KEYS', '*' .. ARGV[2] .. '*')) do
                  redis.call('PEXPIRE', key, redis.call('PTTL', key) - millis)
                end
                if redis.call('HEXISTS', KEYS[1], 'deadline') == 1 then
                  redis.call('HINCRBY', KEYS[1], 'deadline', -millis)
                end
                for _, member in ipairs(redis.call('ZRANGE', KEYS[2], 0, -1)) do
                  redis.call('ZINCRBY', KEYS[2], -millis, member)
                end
                """,
                "2",
                new Keys(session).meta(),
                DueIndex.KEY,
                String.valueOf(time.toMillis()),
                session.value());
    }

    @Test
    void the_keys_are_laid_out_as_told() {
        Lease lease = run(named("m1", question("t1", "hello")));
        begin(question("t2", "more"));
        loop.await(() -> store.keepAgent(session, "agent-1"));
        append(lease, DEPARTED, 1, said("t1"), started("t1"), delta("t1", "h"), delta("t1", "i"));
        assertThat(redis.command("GET", agentKey)).isEqualTo("agent-1");
        assertThat(redis.command("GET", "nova:chat:{" + session + "}:m:m1")).isEqualTo("t1");
        assertThat(redis.command("HMGET", metaKey, "schema", "owner", "epoch", "q", "turn", "from", "departed"))
                .isEqualTo(List.of("2", "ada", lease.from().epoch(), "4", "t1", "0", "1"));
        List<?> entry = (List<?>) ((List<?>) redis.command("XRANGE", logKey, "-", "+")).get(0);
        assertThat(entry.get(0)).isEqualTo("4-0");
        List<Object> fields = new ArrayList<>((List<?>) entry.get(1));
        assertThat(fields).hasSize(8).startsWith("first", "1", "e").endsWith("t 1,1 t1", "hi");
        assertThat(redis.command("LLEN", queueKey)).isEqualTo(1L);
    }

    @Test
    void a_message_is_kept_as_told() {
        talk("t1", "hello", answer("t1", "hi"));
        List<?> messages = (List<?>) redis.command("LRANGE", messagesKey, "0", "-1");
        assertThat(messages).hasSize(2);
        assertThat(new JsonObject((String) messages.get(1)))
                .isEqualTo(new JsonObject(Map.of(
                        "role", "assistant",
                        "turn", "t1",
                        "at", "2026-03-01T12:00:00.123456789Z",
                        "state", "complete",
                        "content", "hi")));
    }

    @Test
    void every_key_expires_after_every_operation() {
        loop.await(() -> store.keepAgent(session, "agent-1"));
        Lease lease = run(named("m1", question("t1")));
        assertAllExpire();
        depart(lease);
        append(lease, DEPARTED, 1, said("t1"), delta("t1", "a"));
        assertAllExpire();
        begin(named("m2", question("t2")));
        stop(null, "m3");
        cancel("m2");
        assertAllExpire();
        begin(question("t3"));
        timePasses(LEASE_PAST);
        assertThat(read().running()).isNull();
        assertAllExpire();
        Lease next = claimed("other");
        assertAllExpire();
        end(next, answer("t3", "hi"));
        assertAllExpire();
        redis.command("DEL", metaKey);
        loop.await(() -> store.restore(session, lease));
        assertAllExpire();
        loop.await(store::due);
        assertThat(ttl(DueIndex.KEY)).isPositive();
    }

    private void assertAllExpire() {
        for (Object key : (List<?>) redis.command("KEYS", "*" + session + "*")) {
            assertThat(ttl((String) key)).as((String) key).isBetween(1L, Store.KEPT.toMillis());
        }
    }

    @Test
    void the_log_is_kept_while_a_turn_runs_and_some_minutes_more() {
        Lease lease = run("t1");
        append(lease, 1, said("t1"));
        assertThat(ttl(logKey)).isGreaterThan(Store.LOG_KEPT.toMillis());
        end(lease, null);
        assertThat(ttl(logKey)).isBetween(1L, Store.LOG_KEPT.toMillis());
    }

    @Test
    void the_size_of_messages_and_log_is_kept_true() {
        bound(2_000);
        for (int turn = 1; turn <= 12; turn++) {
            Lease lease = run(question("t" + turn, "q".repeat(turn)));
            for (int i = 0; i < 4; i++) {
                append(lease, DEPARTED, top().seq() + 1, delta("t" + turn, "x".repeat(100 * turn)));
            }
            if (turn % 4 == 0) {
                timePasses(LEASE_PAST);
                assertThat(read().running()).isNull();
            } else {
                end(lease, answer("t" + turn, "a".repeat(100 * turn), turn % 2 == 0 ? State.COMPLETE : State.FAILED));
            }
            assertSizesAreTrue();
        }
    }

    private void assertSizesAreTrue() {
        long messages = ((List<?>) redis.command("LRANGE", messagesKey, "0", "-1"))
                .stream().mapToLong(message -> ((String) message).length()).sum();
        assertThat(redis.command("HGET", metaKey, "bytes")).isEqualTo(String.valueOf(messages));
        long log = 0;
        for (Object entry : (List<?>) redis.command("XRANGE", logKey, "-", "+")) {
            List<?> fields = (List<?>) ((List<?>) entry).get(1);
            log += fields.stream()
                    .skip(2)
                    .mapToLong(field -> ((String) field).length())
                    .sum();
        }
        assertThat(redis.command("HGET", metaKey, "text")).isEqualTo(String.valueOf(log));
        assertThat(log).isLessThan(2 * 2_000 + 2_000);
    }

    @Test
    void after_a_change_of_master_the_next_lease_begins_a_new_epoch() {
        Lease first = run("t1");
        end(first, null);
        Lease second = run("t2");
        assertThat(second.from()).isEqualTo(new Position(first.from().epoch(), 1));
        redis.command("HSET", metaKey, "master", "another");
        assertThat(append(second, 2, said("t2"))).as("its own numbers").isInstanceOf(Written.Kept.class);
        end(second, null);
        Lease third = run("t3");
        assertThat(third.from().seq()).isZero();
        assertThat(third.from().epoch()).isNotEqualTo(first.from().epoch());
    }

    @Test
    void an_append_is_one_command() {
        Lease lease = run("t1");
        append(lease, 1, said("t1"));
        long before = commandsSoFar();
        for (int i = 0; i < 100; i++) {
            append(lease, i + 2L, delta("t1", "a"));
        }
        // The index of due sessions, every few seconds; and the two that ask here.
        assertThat(commandsSoFar() - before).isBetween(100L, 110L);
    }

    /** By clients: what a script does is counted elsewhere. */
    private static long commandsSoFar() {
        return ((String) redis.command("INFO", "commandstats"))
                .lines()
                .filter(line -> line.matches("cmdstat_(evalsha|eval|select|info).*"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("[^=]*=(\\d+),.*", "$1")))
                .sum();
    }

    @Test
    void a_session_of_the_original_bridge_goes_on() {
        redis.command("SET", agentKey, "agent-0", "EX", "1000");
        assertThat(loop.await(() -> store.agent(session))).isEqualTo("agent-0");
        assertThat(departure(run("t1")).agentId()).isEqualTo("agent-0");
        assertThat(ttl(agentKey)).isGreaterThan(Duration.ofDays(6).toMillis());
    }

    @Test
    void a_conversation_of_the_version_before_goes_on() {
        redis.command("HSET", metaKey, "schema", "1", "owner", "ada", "turn", "t0", "state", "running", "bytes", "104");
        redis.command("RPUSH", messagesKey, """
                {"role":"user","turn":"t0","at":"2026-03-01T12:00:00Z","state":"complete","content":"hello"}""");
        Reading reading = read();
        assertThat(reading.owner()).isEqualTo("ada");
        assertThat(reading.top()).isEqualTo(Position.NONE);
        assertThat(messages()).containsExactly("USER COMPLETE hello");
        assertThat(redis.command("HGET", metaKey, "schema"))
                .as("looking changes nothing")
                .isEqualTo("1");
        assertThat(begin(by("eve", question("t1")))).isEqualTo(new Begun.Forbidden());
        assertThat(contents(run(question("t2", "next")))).containsExactly("hello", "next");
        assertThat(redis.command("HMGET", metaKey, "schema", "turn")).isEqualTo(List.of("2", "t2"));
    }

    @Test
    void a_session_of_a_newer_version_is_refused_and_left_alone() {
        Lease lease = run("t1");
        redis.command("DEL", metaKey, messagesKey);
        redis.command("HSET", metaKey, "schema", "3");
        for (Callable<? extends Future<?>> call : allCalls(lease)) {
            assertThat(loop.failure(call)).hasMessageContaining("newer version").hasMessageContaining("schema 3");
        }
        assertThat(redis.command("HGETALL", metaKey)).isEqualTo(List.of("schema", "3"));
        assertThat(redis.command("EXISTS", messagesKey)).isEqualTo(0L);
    }

    @Test
    void a_key_of_a_wrong_type_is_a_clear_failure_and_changes_nothing() {
        for (String key : List.of(logKey, messagesKey, queueKey)) {
            redis.command("SET", key, "secret");
            Lease lease = new Lease("k", new Position("e", 0), question("t1"), false, 0, false);
            for (Callable<? extends Future<?>> call : allCalls(lease)) {
                assertThat(loop.failure(call)).hasMessage("Redis: WRONGTYPE").hasNoCause();
            }
            assertThat(redis.command("EXISTS", metaKey)).isEqualTo(0L);
            redis.command("DEL", key);
        }
        redis.command("LPUSH", agentKey, "not a string");
        assertThat(loop.failure(() -> store.agent(session))).hasMessage("Redis: WRONGTYPE");
    }

    private List<Callable<? extends Future<?>>> allCalls(Lease lease) {
        var batch = new Batch(1, List.of(said("t1")));
        return List.of(
                () -> store.begin(session, question("t9", "a secret"), OnBusy.ENQUEUE, "k9", Position.NONE),
                () -> store.claim(session, "k9", ANYBODY),
                () -> store.queue(session),
                () -> store.depart(session, lease),
                () -> store.append(session, lease, batch, NO_NEWS),
                () -> store.end(session, lease, batch, NO_NEWS, answer("t1", "a secret"), null, ANYBODY),
                () -> store.restore(session, lease),
                () -> store.stop(session, null, null),
                () -> store.cancel(session, "m1"),
                () -> store.read(session, null, true));
    }

    @Test
    void what_is_left_of_a_session_whose_owner_redis_has_evicted_is_shown_to_nobody() {
        Lease lease = run(question("t1", "a secret"));
        begin(question("t2", "another secret"));
        append(lease, 1, said("t1"));
        redis.command("DEL", metaKey);
        assertThat(read(null).messages()).isEmpty();
        assertThat(queue().waiting()).isEmpty();
        assertThat(contents(run(by("eve", question("t3", "?"))))).containsExactly("?");
        assertThat(queue().waiting()).isEmpty();
        assertThat(events()).isEmpty();
    }

    @Test
    void rubbish_among_the_messages_is_a_clear_failure_that_quotes_nothing() {
        run("t1");
        for (String rubbish : List.of("secret", "[]", "{\"role\":\"user\"}", "{\"content\":\"secret")) {
            redis.command("LPUSH", messagesKey, rubbish);
            assertThat(loop.failure(() -> store.read(session, null, true)))
                    .hasMessage("a stored message cannot be read")
                    .hasNoCause();
            redis.command("LREM", messagesKey, "0", rubbish);
        }
    }

    @Test
    void fields_and_states_of_a_later_version_do_no_harm() {
        run("t1");
        redis.command("HSET", metaKey, "mood", "7");
        redis.command("RPUSH", messagesKey, """
                {"role":"assistant","turn":"t0","at":"2026-03-01T12:00:00Z","state":"pending","content":"h","id":{"x":[1]}}""");
        assertThat(messages()).containsExactly("USER RUNNING t1?", "ASSISTANT FAILED h");
        stop("t1", null);
        assertThat(redis.command("HGET", metaKey, "mood")).isEqualTo("7");
    }

    @Test
    void a_script_that_redis_has_forgotten_is_sent_again_and_calls_keep_their_order() {
        Lease lease = run("t1");
        redis.command("SCRIPT", "FLUSH");
        List<String> answered = new ArrayList<>();
        loop.await(() -> Future.all(
                store.append(session, lease, new Batch(1, List.of(said("t1"))), NO_NEWS)
                        .onSuccess(written -> answered.add("append")),
                store.read(session, null, false)
                        .onSuccess(
                                reading -> answered.add("read " + reading.top().seq())),
                store.stop(session, null, null).onSuccess(stopped -> answered.add("stop"))));
        assertThat(answered).containsExactly("append", "read 1", "stop");
    }

    @Test
    void a_redis_that_was_emptied_starts_over() {
        Lease lease = run("t1");
        redis.command("FLUSHALL");
        assertThat(append(lease, 1, said("t1"))).isEqualTo(new Written.Gone());
        assertThat(redis.command("DBSIZE")).isEqualTo(0L);
        assertThat(contents(run(question("t2", "next")))).containsExactly("next");
    }

    @Test
    void a_full_redis_is_a_clear_failure_and_changes_nothing() {
        redis.command("CONFIG", "SET", "maxmemory", "1");
        try {
            assertThat(loop.failure(() -> store.begin(session, question("t1"), OnBusy.ENQUEUE, "k", Position.NONE)))
                    .hasMessage("Redis: OOM");
        } finally {
            redis.command("CONFIG", "SET", "maxmemory", "0");
        }
        assertThat(redis.command("EXISTS", metaKey)).isEqualTo(0L);
    }

    @Test
    void the_database_of_the_url_is_used() {
        run("t1");
        assertThat(redis.commandIn(0, "EXISTS", metaKey)).isEqualTo(0L);
        assertThat(redis.commandIn(3, "EXISTS", metaKey)).isEqualTo(1L);
    }

    @Test
    void a_url_that_is_none_is_refused_without_being_quoted() {
        for (String url : List.of("http://ada:secret@redis", "redis://ada:secret@ /3", "secret", "redis:///3")) {
            assertThatThrownBy(() -> new RedisStore(loop.vertx, url, turns(MAX_BYTES)))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageNotContaining("secret")
                    .hasNoCause();
        }
    }

    @Test
    void others_may_use_it() {
        assertThat(store.isShared()).isTrue();
        assertThat(store.kind()).isEqualTo("redis");
    }

    @CanIgnoreReturnValue
    private static long ttl(String key) {
        return (Long) redis.command("PTTL", key);
    }
}
