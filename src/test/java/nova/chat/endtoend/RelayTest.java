package nova.chat.endtoend;

import static java.time.Duration.ZERO;
import static java.time.Duration.ofMillis;
import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import nova.chat.standin.Endpoint;
import nova.chat.standin.Script;
import nova.chat.standin.Sse;
import nova.chat.testing.Bridge;
import nova.chat.testing.TestClient;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** What a seed client sees of a turn: the documented frames, and the answer code unit for code unit. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RelayTest {
    private Bridge bridge;

    @BeforeAll
    void start() {
        bridge = Bridge.start();
    }

    @AfterEach
    void unscript() {
        bridge.orchestrator().unscript();
    }

    @AfterAll
    void stop() {
        bridge.close();
    }

    @Test
    void system_comes_at_once_and_a_silent_connection_costs_nothing_upstream() {
        long before = bridge.orchestrator().requests(Endpoint.AGENTS);
        try (TestClient client = bridge.client()) {
            JsonObject system = client.next("system");
            assertThat(system.getString("session_id")).matches("[A-Za-z0-9_-]{1,128}");
            assertThat(system.getString("timestamp")).endsWith("Z");
            assertThat(system.getString("content")).isNotBlank();
            assertThat(system.containsKey("agent_id")).isFalse();
        }
        assertThat(bridge.orchestrator().requests(Endpoint.AGENTS)).isEqualTo(before);
    }

    @Test
    void a_message_is_answered_by_chunks_and_one_end_that_all_name_the_session() {
        answerWith(Script.stream().text("Hel").text("lo").done());
        try (TestClient client = bridge.client()) {
            String session = client.session();
            client.say("hi");
            List<JsonObject> frames = new ArrayList<>();
            do {
                frames.add(client.next());
            } while (frames.get(frames.size() - 1).getString("type").equals("stream_chunk"));
            assertThat(frames).allSatisfy(frame -> {
                assertThat(frame.getString("session_id")).isEqualTo(session);
                assertThat(frame.getString("timestamp")).isNotNull();
            });
            assertThat(frames.get(frames.size() - 1).getString("type")).isEqualTo("stream_end");
            assertThat(client.hears(200)).as("a frame after the end").isFalse();
        }
    }

    @Test
    void the_first_delta_is_out_while_upstream_pauses() {
        Script.Gate gate = new Script.Gate();
        answerWith(Script.stream().text("first").await(gate).text(" second").done());
        try (TestClient client = bridge.client()) {
            client.session();
            client.say("hi");
            assertThat(client.next("stream_chunk").getString("delta")).isEqualTo("first");
            gate.open();
            assertThat(client.answer()).isEqualTo(" second");
        }
    }

    @Test
    void escapes_newlines_and_every_plane_of_unicode_arrive_exactly() {
        String text = "a\"b\\c/\b\f\n\r\t\u0000\u001f\u007f\u00a0\u2028\u2029é漢字🙂👩‍👩‍👧‍👦עברית\uffff\u0301";
        Script script = Script.stream();
        for (String piece : text.codePoints().mapToObj(Character::toString).toList()) {
            script = script.text(piece);
        }
        answerWith(script.done());
        assertThat(ask("hi")).isEqualTo(text);
    }

    @Test
    void surrogate_halves_split_over_two_deltas_meet_again() {
        answerWith(Script.stream()
                .event("{\"t\":\"x\\ud83d\"}")
                .pause(ofMillis(30))
                .event("{\"t\": \"\\ude00y\"}")
                .done());
        assertThat(ask("hi")).isEqualTo("x😀y");
    }

    @Test
    void utf_8_split_over_tcp_segments_at_every_byte_arrives_exactly() {
        Buffer stream = Buffer.buffer()
                .appendBuffer(Sse.text("ü😀 "))
                .appendBuffer(Buffer.buffer("data: plain ß\r\n\r\n"))
                .appendBuffer(Sse.text("end"))
                .appendBuffer(Sse.event(Sse.DONE));
        int[] everyByte = IntStream.range(1, stream.length()).toArray();
        answerWith(Script.stream().cut(stream, ofMillis(1), everyByte));
        assertThat(ask("hi")).isEqualTo("ü😀 plain ßend");
    }

    @Test
    void empty_deltas_add_nothing() {
        answerWith(
                Script.stream().text("").text("a").text("").text("b").text("").done());
        assertThat(ask("hi")).isEqualTo("ab");
    }

    @Test
    void an_empty_answer_is_an_end_and_nothing_else() {
        answerWith(Script.stream().done());
        assertThat(ask("hi")).isEmpty();
    }

    @Test
    void progress_and_thinking_and_heartbeats_are_never_text() {
        answerWith(Script.stream()
                .event("{\"meta\":{\"model\":\"m\"}}")
                .event("{\"status\":{\"step\":\"memory\",\"state\":\"running\"}}")
                .event("{\"think\":\"let me see\"}")
                .event("{\"hb\":3000}")
                .text("ok")
                .done());
        assertThat(ask("hi")).isEqualTo("ok");
    }

    @Test
    void what_is_not_the_protocols_is_text_as_it_stands() {
        List<String> pieces = List.of(
                "plain ",
                "{\"answer\": 42}",
                "{\"t\":\"a\",\"x\":1}",
                "{\"t\":5}",
                "{}",
                "[1,2]",
                "7",
                "{\"hb\":\"x\"}",
                "{\"error\":{\"a\":1}}");
        Script script = Script.stream();
        for (String piece : pieces) {
            script = script.event(piece);
        }
        answerWith(script.done());
        assertThat(ask("hi")).isEqualTo(String.join("", pieces));
    }

    @Test
    void twenty_thousand_chunks_arrive_whole() {
        answerWith(Script.stream().deltas(20_000, 20, ZERO).done());
        assertThat(ask("hi")).isEqualTo(deltas(20_000, 20));
    }

    @Test
    void ten_megabytes_arrive_whole_in_many_deltas_and_in_one() {
        answerWith(Script.stream().deltas(10_000, 1_000, ZERO).done());
        assertThat(ask("hi")).isEqualTo(deltas(10_000, 1_000));
        String huge = "x".repeat(10_000_000);
        answerWith(Script.stream().text(huge).done());
        assertThat(ask("hi")).isEqualTo(huge);
    }

    @Test
    void messages_while_busy_wait_in_order_and_say_so() {
        Script.Gate gate = new Script.Gate();
        answerWith(Script.stream().await(gate).text("one").done());
        answerWith(Script.stream().text("two").done());
        answerWith(Script.stream().text("three").done());
        try (TestClient client = bridge.client()) {
            client.session();
            client.say("1").say("2").say("3");
            assertThat(client.next("queued").getInteger("position")).isEqualTo(1);
            assertThat(client.next("queued").getInteger("position")).isEqualTo(2);
            gate.open();
            assertThat(List.of(client.answer(), client.answer(), client.answer()))
                    .containsExactly("one", "two", "three");
        }
    }

    @Test
    void the_twenty_first_waiting_message_is_refused_and_the_others_run() {
        Script.Gate gate = new Script.Gate();
        answerWith(Script.stream().await(gate).text("a").done());
        bridge.orchestrator().always(Endpoint.STREAM, Script.stream().text("b").done());
        try (TestClient client = bridge.client()) {
            client.session();
            client.say("first");
            for (int i = 1; i <= 20; i++) {
                client.say("waiting " + i);
                assertThat(client.next("queued").getInteger("position")).isEqualTo(i);
            }
            client.say("too many");
            JsonObject refused = client.next("error");
            assertThat(refused.getString("code")).isEqualTo("queue_full");
            assertThat(refused.getBoolean("retryable")).isTrue();
            gate.open();
            List<String> answers = new ArrayList<>();
            for (int i = 0; i <= 20; i++) {
                answers.add(client.answer());
            }
            assertThat(answers).startsWith("a").hasSize(21);
            assertThat(Collections.frequency(answers, "b")).isEqualTo(20);
        }
    }

    @Test
    void one_connection_cannot_take_all_the_turns_there_are() {
        Script.Gate gate = new Script.Gate();
        bridge.orchestrator()
                .always(Endpoint.STREAM, Script.stream().await(gate).text("ok").done());
        try (TestClient greedy = bridge.client();
                TestClient other = bridge.client()) {
            greedy.session();
            for (int i = 0; i < 20; i++) {
                greedy.say("hi", "greedy-" + i);
                assertThat(greedy.session()).isEqualTo("greedy-" + i);
            }
            greedy.say("hi", "greedy-20");
            assertThat(greedy.session()).isEqualTo("greedy-20");
            assertThat(greedy.next("error").getString("code")).isEqualTo("queue_full");
            other.session();
            other.say("hi");
            gate.open();
            assertThat(other.answer()).isEqualTo("ok");
            Bridge.eventually(
                    "the greedy one's turns are over",
                    () -> bridge.orchestrator().openStreams() == 0);
            greedy.say("hi");
            assertThat(greedy.answer()).isEqualTo("ok");
        }
    }

    @Test
    void two_connections_on_one_session_both_see_the_answer() {
        answerWith(Script.stream().text("shared").done());
        try (TestClient one = bridge.client()) {
            String session = one.session();
            try (TestClient two = bridge.client("?session_id=" + session)) {
                assertThat(two.session()).isEqualTo(session);
                one.say("hi");
                assertThat(one.answer()).isEqualTo("shared");
                assertThat(two.answer()).isEqualTo("shared");
            }
        }
    }

    @Test
    void who_comes_back_by_url_while_an_answer_runs_sees_it_from_its_start() {
        Script.Gate gate = new Script.Gate();
        answerWith(Script.stream().text("first ").await(gate).text("second").done());
        String session;
        try (TestClient client = bridge.client()) {
            session = client.session();
            client.say("hi");
            client.next("stream_chunk");
            client.vanish();
        }
        try (TestClient back = bridge.client("?session_id=" + session)) {
            JsonObject system = back.next("system");
            assertThat(system.getString("session_id")).isEqualTo(session);
            assertThat(system.getString("agent_id")).isNotBlank();
            assertThat(back.next("stream_chunk").getString("delta")).isEqualTo("first ");
            gate.open();
            assertThat(back.answer()).isEqualTo("second");
        }
    }

    @Test
    void who_comes_back_with_a_message_gets_one_end_for_it_and_no_other() {
        Script.Gate gate = new Script.Gate();
        answerWith(Script.stream().text("old").await(gate).done());
        answerWith(Script.stream().text("waited").done());
        answerWith(Script.stream().text("new").done());
        String session;
        try (TestClient client = bridge.client()) {
            session = client.session();
            client.say("1");
            client.next("stream_chunk");
            client.say("2");
            client.next("queued");
            client.vanish();
        }
        try (TestClient back = bridge.client()) {
            assertThat(back.session()).isNotEqualTo(session);
            back.say("3", session);
            assertThat(back.session()).isEqualTo(session);
            assertThat(back.next("queued").getInteger("position")).isEqualTo(2);
            gate.open();
            assertThat(back.answer()).isEqualTo("new");
        }
    }

    @Test
    void a_message_that_names_another_session_moves_the_connection_there() {
        bridge.orchestrator().always(Endpoint.STREAM, Script.stream().text("ok").done());
        try (TestClient client = bridge.client()) {
            assertThat(client.session()).isNotEqualTo("my-own-name");
            client.say("hi", "my-own-name");
            assertThat(client.session()).isEqualTo("my-own-name");
            assertThat(client.answer()).isEqualTo("ok");
            client.say("again");
            assertThat(client.next("stream_chunk").getString("session_id")).isEqualTo("my-own-name");
        }
    }

    @Test
    void an_id_that_is_not_well_formed_is_an_error_and_nothing_changes() {
        answerWith(Script.stream().text("ok").done());
        try (TestClient client = bridge.client()) {
            String session = client.session();
            client.say("hi", "no good {id}");
            assertThat(client.next("error").getString("code")).isEqualTo("invalid_session_id");
            client.say("hi");
            assertThat(client.next("stream_chunk").getString("session_id")).isEqualTo(session);
        }
        try (TestClient client = bridge.client("?session_id=%7Bx%7D")) {
            assertThat(client.next("error").getString("code")).isEqualTo("invalid_session_id");
            assertThat(client.session()).isNotBlank();
        }
    }

    @Test
    void twenty_clients_at_once_hear_only_their_own() {
        bridge.orchestrator().always(Endpoint.STREAM, request -> {
            JsonArray messages = request.json().getJsonArray("messages");
            String said = messages.getJsonObject(messages.size() - 1).getString("content");
            Script script = Script.stream();
            for (int i = 0; i < 20; i++) {
                script = script.text(said).pause(ofMillis(1));
            }
            return script.done();
        });
        List<TestClient> clients =
                IntStream.range(0, 20).mapToObj(i -> bridge.client()).toList();
        for (int turn = 0; turn < 5; turn++) {
            for (int i = 0; i < clients.size(); i++) {
                clients.get(i).say("<" + i + "." + turn + ">");
            }
        }
        for (int i = 0; i < clients.size(); i++) {
            try (TestClient client = clients.get(i)) {
                assertThat(client.session()).isNotBlank();
                for (int turn = 0; turn < 5; turn++) {
                    assertThat(client.answer()).isEqualTo(("<" + i + "." + turn + ">").repeat(20));
                }
            }
        }
    }

    @Test
    void a_turn_ends_though_everybody_left_and_leaves_nothing_open_upstream() {
        bridge.orchestrator()
                .always(
                        Endpoint.STREAM,
                        Script.stream().deltas(20, 10, ofMillis(10)).done());
        for (int i = 0; i < 50; i++) {
            try (TestClient client = bridge.client()) {
                client.session();
                client.say("hi");
                if (i % 2 == 0) {
                    client.next("stream_chunk");
                }
                client.vanish();
            }
        }
        Bridge.eventually("all streams are over", () -> bridge.orchestrator().openStreams() == 0);
    }

    private void answerWith(Script script) {
        bridge.orchestrator().next(Endpoint.STREAM, script);
    }

    private String ask(String content) {
        try (TestClient client = bridge.client()) {
            client.session();
            client.say(content);
            return client.answer();
        }
    }

    private static String deltas(int count, int chars) {
        StringBuilder all = new StringBuilder(count * chars);
        for (int i = 0; i < count; i++) {
            all.append(Sse.delta(i, chars));
        }
        return all.toString();
    }
}
