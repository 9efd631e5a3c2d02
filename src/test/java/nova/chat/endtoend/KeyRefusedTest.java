package nova.chat.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import nova.chat.standin.Endpoint;
import nova.chat.standin.Script;
import nova.chat.testing.Bridge;
import nova.chat.testing.TestClient;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The Orchestrator refuses a key that was good at the door: an error of that turn, and the key is validated again. */
class KeyRefusedTest {
    private static final String KEY = "sk-nova-it-was-good";

    @ParameterizedTest
    @CsvSource({"401,AGENTS", "403,AGENTS", "401,STREAM", "403,STREAM"})
    void a_key_that_has_gone_bad_closes_the_connection(int status, Endpoint place) {
        try (Bridge bridge = Bridge.start();
                TestClient client = bridge.client("?token=" + KEY)) {
            client.session();
            bridge.orchestrator().always(Endpoint.VALIDATE, Script.refusal(401, "Invalid API key"));
            bridge.orchestrator().next(place, Script.refusal(status, "Invalid API key"));
            client.say("hi");
            refused(status, client.next("error"));
            assertThat(client.next("error").getString("code")).isEqualTo("token_expired");
            assertThat(client.closeCode()).isEqualTo(4012);
        }
    }

    @ParameterizedTest
    @CsvSource({"401,AGENTS", "403,STREAM"})
    void a_key_that_is_still_good_stays(int status, Endpoint place) {
        staysWith(Script.json(200, new JsonObject().put("valid", true).put("name", "me")), status, place);
    }

    @ParameterizedTest
    @CsvSource({"401,STREAM", "403,AGENTS"})
    void a_key_that_nobody_can_judge_now_stays(int status, Endpoint place) {
        staysWith(Script.refusal(503, "Later"), status, place);
    }

    @ParameterizedTest
    @CsvSource({"401,AGENTS", "401,STREAM", "403,STREAM"})
    void where_nobody_asks_for_keys_nobody_is_sent_away(int status, Endpoint place) {
        try (Bridge bridge = Bridge.start("REQUIRE_AUTH", "false");
                TestClient client = bridge.client("?token=" + KEY)) {
            client.session();
            bridge.orchestrator().always(Endpoint.VALIDATE, Script.refusal(401, "Invalid API key"));
            bridge.orchestrator().next(place, Script.refusal(status, "Invalid API key"));
            client.say("hi");
            refused(status, client.next("error"));
            goesOn(bridge, client);
            assertThat(bridge.orchestrator().requests(Endpoint.VALIDATE)).isZero();
        }
    }

    private static void staysWith(Script verdict, int status, Endpoint place) {
        try (Bridge bridge = Bridge.start();
                TestClient client = bridge.client("?token=" + KEY)) {
            client.session();
            long asked = bridge.orchestrator().requests(Endpoint.VALIDATE);
            bridge.orchestrator().always(Endpoint.VALIDATE, verdict);
            bridge.orchestrator().next(place, Script.refusal(status, "Invalid API key"));
            client.say("hi");
            refused(status, client.next("error"));
            Bridge.eventually(
                    "the key is validated again", () -> bridge.orchestrator().requests(Endpoint.VALIDATE) > asked);
            goesOn(bridge, client);
        }
    }

    private static void goesOn(Bridge bridge, TestClient client) {
        bridge.orchestrator().next(Endpoint.STREAM, Script.stream().text("fine").done());
        client.say("again");
        assertThat(client.answer()).isEqualTo("fine");
        assertThat(client.isClosed()).isFalse();
        assertThat(bridge.lastConversation()).containsExactly("user: hi", "user: again");
    }

    private static void refused(int status, JsonObject error) {
        assertThat(error.getString("code")).isEqualTo("upstream_4xx");
        assertThat(error.getBoolean("retryable")).isFalse();
        assertThat(error.getString("content"))
                .contains("key", String.valueOf(status))
                .doesNotContain(KEY);
    }
}
