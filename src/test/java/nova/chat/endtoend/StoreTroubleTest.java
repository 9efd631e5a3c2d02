package nova.chat.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import nova.chat.standin.Endpoint;
import nova.chat.standin.Script;
import nova.chat.testing.Bridge;
import nova.chat.testing.RedisServer;
import nova.chat.testing.TestClient;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Redis goes away, hangs, forgets or refuses under a running conversation: clear errors, in time, and then it heals. */
class StoreTroubleTest {
    /** The promise, for an error or an answer as for the recovery. */
    private static final Duration IN_TIME = Duration.ofSeconds(10);

    private static final Script FINE = Script.stream().text("fine").done();

    private RedisServer redis;
    private Bridge bridge;

    @AfterEach
    void stop() {
        bridge.close();
        redis.close();
    }

    @Test
    void away_at_the_start_it_costs_the_message_and_not_the_connection() {
        on(RedisServer.stopped());
        try (TestClient client = bridge.client()) {
            String session = client.session();
            for (int i = 0; i < 3; i++) {
                client.say("too early");
                unavailable(ended(client));
            }
            assertThat(bridge.orchestrator().requests(Endpoint.STREAM)).isZero();
            redis.start();
            recovers(client);
            assertThat(bridge.lastConversation()).containsExactly("user: well?");
            assertThat(redis.command("EXISTS", "nova:chat:session:" + session)).isEqualTo(1L);
        }
    }

    @Test
    void a_session_asked_for_while_it_is_away_keeps_its_name_and_goes_on(@TempDir Path data) {
        on(RedisServer.persistent(data));
        try (TestClient client = bridge.client("?session_id=mine")) {
            client.session();
            client.say("one");
            assertThat(client.answer()).isEqualTo("fine");
        }
        redis.kill();
        try (TestClient client = bridge.client("?session_id=mine")) {
            assertThat(client.session()).isEqualTo("mine");
            client.say("two");
            JsonObject error = client.next("error");
            unavailable(error);
            assertThat(error.getString("session_id")).isEqualTo("mine");
            redis.start();
            recovers(client);
            assertThat(bridge.lastConversation()).containsExactly("user: one", "assistant: fine", "user: well?");
            assertThat(bridge.orchestrator().requests(Endpoint.AGENTS)).isEqualTo(1);
        }
    }

    @Test
    void a_session_asked_for_while_it_hangs_keeps_its_name_and_goes_on() {
        on(RedisServer.started());
        try (TestClient client = bridge.client("?session_id=mine")) {
            client.session();
            client.say("one");
            assertThat(client.answer()).isEqualTo("fine");
        }
        redis.pause();
        try (TestClient client = bridge.client("?session_id=mine")) {
            assertThat(client.session()).isEqualTo("mine");
            client.say("two");
            unavailable(ended(client));
            redis.resume();
            recovers(client);
            assertThat(bridge.lastConversation()).containsExactly("user: one", "assistant: fine", "user: well?");
        }
    }

    @Test
    void killed_in_mid_turn_the_turn_ends_in_time_and_it_heals() {
        on(RedisServer.started());
        try (TestClient client = bridge.client()) {
            Script.Gate gate = running(client);
            redis.kill();
            gate.open();
            assertThat(client.next("stream_chunk").getString("delta")).isEqualTo("whole");
            unavailable(ended(client));
            client.say("anybody?");
            unavailable(ended(client));
            redis.start();
            recovers(client);
        }
    }

    @Test
    void restarted_in_mid_turn_nothing_is_lost(@TempDir Path data) {
        on(RedisServer.persistent(data));
        try (TestClient client = bridge.client()) {
            Script.Gate gate = running(client);
            redis.kill();
            gate.open();
            redis.start();
            assertThat(ended(client).getString("type")).isEqualTo("stream_end");
            client.say("next");
            assertThat(client.answer()).isEqualTo("fine");
            assertThat(bridge.lastConversation()).containsExactly("user: hi", "assistant: half whole", "user: next");
        }
    }

    @Test
    void hung_in_mid_turn_the_turn_ends_in_time_and_it_heals() {
        on(RedisServer.started());
        try (TestClient client = bridge.client()) {
            Script.Gate gate = running(client);
            redis.pause();
            gate.open();
            unavailable(ended(client));
            client.say("anybody?");
            unavailable(ended(client));
            redis.resume();
            recovers(client);
        }
    }

    @Test
    void hung_while_a_message_comes_it_is_refused_in_time_and_never_sent_upstream() {
        on(RedisServer.started());
        try (TestClient client = bridge.client()) {
            client.session();
            client.say("one");
            assertThat(client.answer()).isEqualTo("fine");
            redis.pause();
            client.say("two");
            unavailable(ended(client));
            assertThat(bridge.orchestrator().requests(Endpoint.STREAM)).isEqualTo(1);
            redis.resume();
            recovers(client);
            assertThat(bridge.lastConversation())
                    .startsWith("user: one", "assistant: fine")
                    .endsWith("user: well?");
        }
    }

    @Test
    void emptied_between_turns_the_conversation_begins_anew() {
        on(RedisServer.started());
        try (TestClient client = bridge.client()) {
            client.session();
            client.say("one");
            assertThat(client.answer()).isEqualTo("fine");
            redis.command("FLUSHALL");
            redis.command("SCRIPT", "FLUSH");
            client.say("two");
            assertThat(client.answer()).isEqualTo("fine");
            assertThat(bridge.lastConversation()).containsExactly("user: two");
            client.say("three");
            assertThat(client.answer()).isEqualTo("fine");
            assertThat(bridge.lastConversation()).containsExactly("user: two", "assistant: fine", "user: three");
        }
    }

    @Test
    void emptied_in_mid_turn_the_turn_ends_and_the_next_is_answered() {
        on(RedisServer.started());
        try (TestClient client = bridge.client()) {
            Script.Gate gate = running(client);
            redis.command("FLUSHALL");
            gate.open();
            assertThat(ended(client).getString("type")).isEqualTo("stream_end");
            client.say("next");
            assertThat(client.answer()).isEqualTo("fine");
        }
    }

    @Test
    void out_of_memory_it_is_unavailable_and_says_so() {
        on(RedisServer.started("--maxmemory-policy", "noeviction"));
        try (TestClient client = bridge.client()) {
            client.session();
            redis.command("CONFIG", "SET", "maxmemory", "1");
            client.say("one");
            unavailable(ended(client));
            redis.command("CONFIG", "SET", "maxmemory", "0");
            recovers(client);
        }
    }

    @Test
    void many_at_once_get_one_end_each_and_the_service_lives() {
        on(RedisServer.started());
        List<TestClient> clients = new ArrayList<>();
        for (int i = 0; i < 30; i++) {
            clients.add(bridge.client());
            clients.get(i).session();
        }
        redis.kill();
        clients.forEach(client -> client.say("hi"));
        clients.forEach(client -> unavailable(ended(client)));
        redis.start();
        clients.forEach(this::recovers);
        clients.forEach(client -> assertThat(client.hears(1)).isFalse());
        clients.forEach(TestClient::close);
    }

    private void on(RedisServer server) {
        redis = server;
        bridge = Bridge.start("REDIS_URL", server.url());
        bridge.orchestrator().always(Endpoint.STREAM, FINE);
    }

    /** A turn whose first half has arrived. */
    private Script.Gate running(TestClient client) {
        Script.Gate gate = new Script.Gate();
        bridge.orchestrator()
                .next(
                        Endpoint.STREAM,
                        Script.stream().text("half ").await(gate).text("whole").done());
        client.session();
        client.say("hi");
        assertThat(client.next("stream_chunk").getString("delta")).isEqualTo("half ");
        return gate;
    }

    private void unavailable(JsonObject end) {
        assertThat(end.getString("code")).as(end.encode()).isEqualTo("store_unavailable");
        assertThat(end.getBoolean("retryable")).isTrue();
        assertThat(end.getString("content"))
                .isNotBlank()
                .doesNotContain("127.0.0.1", "localhost", String.valueOf(redis.port()), "redis://", "Exception");
    }

    /** The next message's end, whichever it is: in time. */
    private static JsonObject ended(TestClient client) {
        long begun = System.nanoTime();
        JsonObject frame = client.next();
        while (List.of("stream_chunk", "system").contains(frame.getString("type"))) {
            frame = client.next();
        }
        assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(IN_TIME);
        return frame;
    }

    /** Asks until it is answered: in time. */
    private void recovers(TestClient client) {
        long begun = System.nanoTime();
        JsonObject end;
        do {
            client.say("well?");
            end = ended(client);
            assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(IN_TIME);
        } while (!end.getString("type").equals("stream_end"));
    }
}
