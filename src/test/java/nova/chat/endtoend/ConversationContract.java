package nova.chat.endtoend;

import static java.time.Duration.ofMillis;
import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonArray;
import java.util.ArrayList;
import java.util.List;
import nova.chat.standin.Endpoint;
import nova.chat.standin.Script;
import nova.chat.testing.Bridge;
import nova.chat.testing.TestClient;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What was said before goes upstream with each message, wherever the client was in between: on every store. */
abstract class ConversationContract {
    static final int MAX_HISTORY = 12;

    Bridge bridge;

    /** Where {@code REDIS_URL} points. */
    abstract String store();

    @BeforeEach
    void start() {
        bridge = Bridge.start("REDIS_URL", store(), "WS_MAX_HISTORY", String.valueOf(MAX_HISTORY));
        // Each answer says which message it is for, so that one in a wrong place shows.
        bridge.orchestrator().always(Endpoint.STREAM, request -> {
            JsonArray messages = request.json().getJsonArray("messages");
            String said = messages.getJsonObject(messages.size() - 1).getString("content");
            return Script.stream().text("re: ").text(said).done();
        });
    }

    @AfterEach
    void stop() {
        bridge.close();
    }

    @Test
    void it_grows_and_is_sent_whole_each_time() {
        List<String> expected = new ArrayList<>();
        try (TestClient client = bridge.client()) {
            client.session();
            for (String content : List.of("one", "two", "three", "four")) {
                ask(client, content);
                expected.add("user: " + content);
                assertThat(bridge.lastConversation()).isEqualTo(expected);
                expected.add("assistant: re: " + content);
            }
        }
    }

    @Test
    void it_goes_on_after_a_reconnect_by_url_or_by_message() {
        String session;
        try (TestClient client = bridge.client()) {
            session = client.session();
            ask(client, "one");
        }
        try (TestClient client = bridge.client("?session_id=" + session)) {
            assertThat(client.session()).isEqualTo(session);
            ask(client, "two");
        }
        try (TestClient client = bridge.client()) {
            client.session();
            client.say("three", session);
            assertThat(client.session()).isEqualTo(session);
            assertThat(client.answer()).isEqualTo("re: three");
        }
        assertThat(bridge.lastConversation())
                .containsExactly("user: one", "assistant: re: one", "user: two", "assistant: re: two", "user: three");
    }

    @Test
    void it_is_cut_at_the_newest_messages() {
        try (TestClient client = bridge.client()) {
            client.session();
            for (int i = 1; i <= 10; i++) {
                ask(client, "m" + i);
            }
        }
        assertThat(bridge.lastConversation())
                .hasSize(MAX_HISTORY)
                .startsWith("assistant: re: m4", "user: m5", "assistant: re: m5")
                .endsWith("assistant: re: m9", "user: m10");
    }

    @Test
    void two_sessions_know_nothing_of_each_other() {
        try (TestClient one = bridge.client();
                TestClient two = bridge.client()) {
            one.session();
            two.session();
            ask(one, "mine");
            ask(two, "yours");
            assertThat(bridge.lastConversation()).containsExactly("user: yours");
        }
    }

    @Test
    void content_is_passed_on_exactly_as_typed_and_as_answered() {
        List<String> odd = List.of(
                "  spaces around  ",
                "\n\nlines\r\n\tand tabs\n",
                "emoji 🙂👩‍👩‍👧‍👦 and \uffff",
                "a NUL \u0000 and a bell \u0007",
                "lines \u2028 and \u2029 paragraphs \u0085",
                "\ufeffmark",
                "\"quoted\\\" {\"t\":\"x\"} [DONE] data: x\n\n");
        List<String> expected = new ArrayList<>();
        try (TestClient client = bridge.client()) {
            client.session();
            for (String content : odd.subList(0, MAX_HISTORY / 2)) {
                ask(client, content);
                expected.add("user: " + content);
                assertThat(bridge.lastConversation()).isEqualTo(expected);
                expected.add("assistant: re: " + content);
            }
        }
        try (TestClient client = bridge.client()) {
            client.session();
            ask(client, odd.get(MAX_HISTORY / 2));
            assertThat(bridge.lastConversation()).containsExactly("user: " + odd.get(MAX_HISTORY / 2));
        }
    }

    @Test
    void half_a_surrogate_pair_from_anywhere_poisons_nothing() {
        try (TestClient client = bridge.client()) {
            client.session();
            client.sendText("{\"type\":\"user\",\"content\":\"a\\ud800b\"}");
            assertThat(client.answer()).isEqualTo("re: a\ufffdb");
            bridge.orchestrator()
                    .next(
                            Endpoint.STREAM,
                            Script.stream().event("{\"t\":\"x\\ude00y\"}").done());
            client.say("two");
            assertThat(client.answer()).isEqualTo("x\ude00y");
            bridge.orchestrator()
                    .next(
                            Endpoint.STREAM,
                            Script.stream().event("{\"t\":\"half \\ud83d\"}").done());
            client.say("three");
            assertThat(client.answer()).isEqualTo("half \ud83d");
            ask(client, "four");
            assertThat(bridge.lastConversation())
                    .containsExactly(
                            "user: a\ufffdb",
                            "assistant: re: a\ufffdb",
                            "user: two",
                            "assistant: x\ufffdy",
                            "user: three",
                            "assistant: half \ufffd",
                            "user: four");
        }
    }

    @Test
    void six_messages_on_three_connections_that_are_reset_are_all_there_and_in_order() throws Exception {
        bridge.orchestrator()
                .always(
                        Endpoint.STREAM,
                        Script.stream().text("ok").pause(ofMillis(200)).done());
        List<String> expected = new ArrayList<>();
        for (int connection = 0; connection < 3; connection++) {
            try (ResettingClient client = new ResettingClient(bridge.service().port(), "mine")) {
                for (int i = 0; i < 2; i++) {
                    String content = connection + "." + i;
                    client.say(content);
                    expected.addAll(List.of("user: " + content, "assistant: ok"));
                }
                int turns = 2 * connection + 2;
                Bridge.eventually(
                        "both messages went upstream",
                        () -> bridge.orchestrator().requests(Endpoint.STREAM) == turns);
            }
        }
        try (TestClient client = bridge.client()) {
            client.session();
            client.say("and?", "mine");
            assertThat(client.session()).isEqualTo("mine");
            assertThat(client.answer()).isEqualTo("ok");
        }
        expected.add("user: and?");
        assertThat(expected).hasSize(MAX_HISTORY + 1);
        assertThat(bridge.lastConversation()).isEqualTo(expected.subList(1, expected.size()));
        assertThat(bridge.orchestrator().requests(Endpoint.STREAM)).isEqualTo(7);
    }

    static void ask(TestClient client, String content) {
        client.say(content);
        assertThat(client.answer()).isEqualTo("re: " + content);
    }
}
