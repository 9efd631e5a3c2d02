package nova.chat.endtoend;

import static nova.chat.endtoend.V2.last;
import static nova.chat.endtoend.V2.only;
import static nova.chat.endtoend.V2.text;
import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import nova.chat.standin.Endpoint;
import nova.chat.standin.Script;
import nova.chat.testing.Bridge;
import nova.chat.testing.TestClient;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a v2 client asks for, and is told, while it is connected. */
class V2TurnsTest {
    private Bridge bridge;

    @BeforeEach
    void start() {
        bridge = Bridge.start();
        bridge.orchestrator()
                .always(Endpoint.STREAM, Script.stream().text("fine").done());
    }

    @AfterEach
    void stop() {
        bridge.close();
    }

    @Test
    void a_message_is_acknowledged_and_its_answer_is_numbered() {
        try (V2 client = V2.fresh(bridge.service())) {
            List<JsonObject> frames = new ArrayList<>(client.say("hi", "m-1"));
            frames.addAll(client.until("stream_end"));
            JsonObject ack = only("ack", frames).get(0);
            assertThat(ack.getString("ref")).isEqualTo("m-1");
            assertThat(ack.getString("state")).isEqualTo("accepted");
            JsonObject begun = only("turn_start", frames).get(0);
            assertThat(begun.getString("turn_id")).isEqualTo(ack.getString("turn_id"));
            assertThat(begun.getString("ref")).isEqualTo("m-1");
            assertThat(begun.getLong("from")).as("with the message itself").isEqualTo(1);
            assertThat(text(frames)).isEqualTo("fine");
            JsonObject end = last(frames);
            assertThat(end.getString("turn_id")).isEqualTo(ack.getString("turn_id"));
            assertThat(end.getString("reason")).isEqualTo("complete");
            assertThat(end.getJsonObject("stats").getLong("bytes")).isEqualTo(4);
            assertThat(frames).noneMatch(frame -> frame.getBoolean("replay", false));
        }
    }

    @Test
    void the_first_message_begins_an_epoch_and_viewers_begin_it_empty() {
        try (V2 client = V2.fresh(bridge.service())) {
            client.send("{'type':'user','content':'hi'}");
            List<JsonObject> frames = client.until("stream_end");
            JsonObject system = only("system", frames).get(0);
            assertThat(system.getBoolean("resumed")).isFalse();
            assertThat(system.getString("reason")).isEqualTo("epoch_changed");
            JsonObject history = only("history", frames).get(0);
            assertThat(history.getJsonArray("messages")).isEmpty();
            assertThat(history.getBoolean("reset")).isTrue();
            assertThat(history.getLong("seq")).isZero();
            assertThat(only("synced", frames).get(0).getString("epoch"))
                    .isNotEmpty()
                    .isEqualTo(history.getString("epoch"));
        }
    }

    @Test
    void only_the_kinds_that_were_asked_for_come_and_the_numbers_still_add_up() {
        Script script = Script.stream()
                .event("{\"status\":{\"step\":1}}")
                .text("a")
                .event("{\"think\":\"hm\"}")
                .text("b")
                .event("{\"meta\":{\"model\":\"m\"}}")
                .done();
        try (V2 all = V2.fresh(bridge.service(), "user", "status", "thinking", "meta");
                V2 some = V2.resuming(bridge.service(), all.session(), new JsonObject())) {
            some.entered();
            bridge.orchestrator().next(Endpoint.STREAM, script);
            all.send("{'type':'user','content':'hi','id':'m-1'}");
            List<JsonObject> frames = all.until("stream_end");
            JsonObject user = only("user", frames).get(0);
            assertThat(user.getString("content")).isEqualTo("hi");
            assertThat(user.getString("id")).isEqualTo("m-1");
            assertThat(user.getLong("seq")).isEqualTo(1);
            assertThat(only("status", frames).get(0).getJsonObject("status"))
                    .isEqualTo(new JsonObject().put("step", 1));
            assertThat(only("thinking", frames).get(0).getString("delta")).isEqualTo("hm");
            assertThat(only("meta", frames).get(0).getJsonObject("meta")).isEqualTo(new JsonObject().put("model", "m"));
            List<JsonObject> plain = some.until("stream_end");
            assertThat(text(plain)).isEqualTo("ab").isEqualTo(text(frames));
            assertThat(plain)
                    .extracting(frame -> frame.getString("type"))
                    .isSubsetOf("system", "history", "synced", "turn_start", "stream_chunk", "stream_end");
        }
    }

    @Test
    void a_message_sent_again_is_the_same_message() {
        try (V2 client = V2.fresh(bridge.service())) {
            String turn = last(client.say("hi", "m-1")).getString("turn_id");
            client.find("stream_end");
            JsonObject again = last(client.say("hi", "m-1"));
            assertThat(again.getString("state")).isEqualTo("duplicate");
            assertThat(again.getString("turn_id")).isEqualTo(turn);
            assertThat(bridge.orchestrator().requests(Endpoint.STREAM)).isEqualTo(1);
        }
    }

    @Test
    void a_message_that_waits_can_be_dropped_and_has_its_end() {
        Script.Gate gate = gate();
        try (V2 client = V2.fresh(bridge.service())) {
            client.say("one", "m-1");
            List<JsonObject> frames = new ArrayList<>(client.say("two", "m-2"));
            JsonObject ack = last(frames);
            assertThat(ack.getString("state")).isEqualTo("queued");
            assertThat(ack.getInteger("position")).isEqualTo(1);
            if (only("queued", frames).isEmpty()) {
                frames.addAll(client.until("queued"));
            }
            JsonObject queued = only("queued", frames).get(0);
            assertThat(queued.getString("ref")).isEqualTo("m-2");
            assertThat(queued.getString("reason")).isEqualTo("busy");
            client.send("{'type':'cancel','id':'m-2'}");
            List<JsonObject> after = new ArrayList<>(client.until("stream_end"));
            assertThat(last(after).getString("turn_id")).isEqualTo(ack.getString("turn_id"));
            assertThat(last(after).getString("reason")).isEqualTo("stopped");
            if (only("ack", after).isEmpty()) {
                after.addAll(client.until("ack"));
            }
            assertThat(only("ack", after).get(0).getString("state")).isEqualTo("accepted");
            client.send("{'type':'cancel','id':'m-3'}");
            assertThat(client.find("ack").getString("state")).isEqualTo("idle");
            gate.open();
            client.find("stream_end");
            assertThat(bridge.orchestrator().requests(Endpoint.STREAM)).isEqualTo(1);
        }
    }

    @Test
    void a_message_that_will_not_wait_is_refused_by_name() {
        Script.Gate gate = gate();
        try (V2 client = V2.fresh(bridge.service())) {
            client.say("one", "m-1");
            client.send("{'type':'user','content':'two','id':'m-2','on_busy':'reject'}");
            JsonObject error = client.find("error");
            assertThat(error.getString("code")).isEqualTo("busy");
            assertThat(error.getString("ref")).isEqualTo("m-2");
            assertThat(error.getBoolean("retryable")).isTrue();
            gate.open();
            client.find("stream_end");
        }
    }

    @Test
    void a_message_that_interrupts_stops_the_answer_that_runs() {
        gate();
        try (V2 client = V2.fresh(bridge.service())) {
            String first = last(client.say("one", "m-1")).getString("turn_id");
            client.find("stream_chunk");
            client.send("{'type':'user','content':'two','id':'m-2','on_busy':'interrupt'}");
            JsonObject stopped = client.find("stream_end");
            assertThat(stopped.getString("turn_id")).isEqualTo(first);
            assertThat(stopped.getString("reason")).isEqualTo("stopped");
            assertThat(client.find("stream_end").getString("reason")).isEqualTo("complete");
        }
    }

    @Test
    void stop_ends_what_runs_and_is_idle_where_nothing_does() {
        gate();
        try (V2 client = V2.fresh(bridge.service());
                TestClient seed = bridge.client("?session_id=" + client.session())) {
            seed.next("system");
            String turn = last(client.say("one", "m-1")).getString("turn_id");
            client.find("stream_chunk");
            client.send("{'type':'stop'}");
            List<JsonObject> frames = new ArrayList<>(client.until("ack"));
            assertThat(last(frames).getString("state")).isEqualTo("accepted");
            assertThat(last(frames).getString("turn_id")).isEqualTo(turn);
            if (only("stream_end", frames).isEmpty()) {
                frames.addAll(client.until("stream_end"));
            }
            assertThat(only("stream_end", frames).get(0).getString("reason")).isEqualTo("stopped");
            client.send("{'type':'stop'}");
            assertThat(client.next("ack").getString("state")).isEqualTo("idle");
            assertThat(seed.answer())
                    .as("for a seed it is an end like any other")
                    .isEqualTo("half");
        }
    }

    @Test
    void a_stop_that_overtakes_its_message_is_kept_for_it() {
        try (V2 client = V2.fresh(bridge.service())) {
            client.send("{'type':'stop','ref':'m-1'}");
            JsonObject idle = client.find("ack");
            assertThat(idle.getString("ref")).isEqualTo("m-1");
            assertThat(idle.getString("state")).isEqualTo("idle");
            List<JsonObject> frames = new ArrayList<>(client.say("hi", "m-1"));
            if (only("stream_end", frames).isEmpty()) {
                frames.addAll(client.until("stream_end"));
            }
            assertThat(only("stream_end", frames).get(0).getString("reason")).isEqualTo("stopped");
            assertThat(bridge.orchestrator().requests(Endpoint.STREAM)).isZero();
        }
    }

    @Test
    void an_error_that_ends_a_turn_is_numbered_and_names_the_message() {
        bridge.orchestrator().next(Endpoint.STREAM, Script.refusal(429, "slow down"));
        try (V2 client = V2.fresh(bridge.service())) {
            client.say("hi", "m-1");
            JsonObject error = client.find("error");
            assertThat(error.getString("code")).isEqualTo("upstream_busy");
            assertThat(error.getString("ref")).isEqualTo("m-1");
            assertThat(error.getString("turn_id")).isNotNull();
            assertThat(error.getLong("seq")).isEqualTo(client.last());
        }
    }

    @Test
    void the_conversation_is_read_page_by_page_and_moves_nobody() {
        try (V2 client = V2.fresh(bridge.service())) {
            for (int i = 1; i <= 3; i++) {
                client.say("q" + i, "m-" + i);
                client.find("stream_end");
            }
            long last = client.last();
            JsonObject newest = client.send("{'type':'history','limit':3}").next("history");
            assertThat(contents(newest)).as("whole turns").containsExactly("q3", "fine");
            assertThat(newest.getBoolean("more")).isTrue();
            assertThat(newest.containsKey("reset")).isFalse();
            assertThat(newest.getLong("seq")).isEqualTo(last);
            String before = newest.getJsonArray("messages").getJsonObject(0).getString("turn_id");
            JsonObject older =
                    client.send("{'type':'history','before':'" + before + "'}").next("history");
            assertThat(contents(older)).containsExactly("q1", "fine", "q2", "fine");
            assertThat(older.containsKey("more")).isFalse();
            JsonObject question = older.getJsonArray("messages").getJsonObject(0);
            assertThat(question.getString("role")).isEqualTo("user");
            assertThat(question.getString("id")).isEqualTo("m-1");
            assertThat(question.getString("state")).isEqualTo("complete");
        }
    }

    @Test
    void a_ping_is_answered_with_where_the_session_is() {
        Script.Gate gate = gate();
        try (V2 client = V2.fresh(bridge.service())) {
            assertThat(client.send("{'type':'ping'}").next("pong").getValue("turn"))
                    .isNull();
            String turn = last(client.say("hi", "m-1")).getString("turn_id");
            client.find("stream_chunk");
            JsonObject pong = client.send("{'type':'ping','id':'p'}").find("pong");
            assertThat(pong.getString("id")).isEqualTo("p");
            assertThat(pong.getJsonObject("turn"))
                    .isEqualTo(new JsonObject().put("id", turn).put("state", "running"));
            gate.open();
            client.find("stream_end");
            JsonObject after = client.send("{'type':'ping'}").next("pong");
            assertThat(after.getLong("seq")).isEqualTo(client.last());
            assertThat(after.getValue("turn")).isNull();
        }
    }

    @Test
    void whoever_hears_nothing_else_hears_a_ping() {
        try (Bridge quick = Bridge.start("WS_PING_INTERVAL", "1s");
                V2 client = V2.fresh(quick.service());
                TestClient seed = quick.client()) {
            seed.next("system");
            assertThat(client.next("ping").getLong("seq")).isZero();
            client.next("ping");
            assertThat(seed.hears(1)).isFalse();
        }
    }

    @Test
    void seed_clients_beside_it_hear_what_they_always_heard() {
        bridge.orchestrator()
                .next(
                        Endpoint.STREAM,
                        Script.stream()
                                .event("{\"status\":{}}")
                                .text("a")
                                .event("{\"think\":\"hm\"}")
                                .text("b")
                                .done());
        try (V2 client = V2.fresh(bridge.service(), "user", "status");
                TestClient seed = bridge.client("?session_id=" + client.session())) {
            seed.next("system");
            client.say("hi", "m-1");
            assertThat(seed.answer()).isEqualTo("ab");
        }
    }

    /** The next answer is half, and ends when this opens. */
    private Script.Gate gate() {
        Script.Gate gate = new Script.Gate();
        bridge.orchestrator()
                .next(Endpoint.STREAM, Script.stream().text("half").await(gate).done());
        return gate;
    }

    private static List<String> contents(JsonObject history) {
        JsonArray messages = history.getJsonArray("messages");
        List<String> contents = new ArrayList<>();
        for (int i = 0; i < messages.size(); i++) {
            contents.add(messages.getJsonObject(i).getString("content"));
        }
        return contents;
    }
}
