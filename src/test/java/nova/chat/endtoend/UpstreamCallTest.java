package nova.chat.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import nova.chat.standin.Endpoint;
import nova.chat.standin.Recorded;
import nova.chat.standin.Script;
import nova.chat.testing.Bridge;
import nova.chat.testing.RedisServer;
import nova.chat.testing.TestClient;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the Orchestrator is asked: which calls, with which headers and bodies, over how many connections. */
class UpstreamCallTest {
    private static final Script FINE = Script.stream().text("fine").done();
    private static final String TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";
    private static final String TRACEPARENT = "00-" + TRACE + "-00f067aa0ba902b7-01";

    @Test
    void an_agent_is_made_for_the_first_message_as_configured() {
        try (Bridge bridge = answering("DEFAULT_AGENT_NAME", "Stella \"S\"", "DEFAULT_MODEL", "large-1")) {
            ask(bridge, "", "hi");
            JsonObject body = bridge.asked(Endpoint.AGENTS, 0);
            assertThat(body.fieldNames()).containsExactly("config");
            JsonObject config = body.getJsonObject("config");
            assertThat(config.fieldNames()).containsExactlyInAnyOrder("name", "system_prompt", "model");
            assertThat(config.getString("name")).isEqualTo("Stella \"S\"");
            assertThat(config.getString("model")).isEqualTo("large-1");
            assertThat(config.getString("system_prompt")).isNotBlank();
        }
    }

    @Test
    void an_agent_is_nova_and_chooses_its_model_unless_configured() {
        try (Bridge bridge = answering()) {
            ask(bridge, "", "hi");
            JsonObject config = bridge.asked(Endpoint.AGENTS, 0).getJsonObject("config");
            assertThat(config.getString("name")).isEqualTo("Nova");
            assertThat(config.getString("model")).isEqualTo("auto");
        }
    }

    @Test
    void a_turn_is_asked_for_in_the_contracts_words_and_no_others() {
        try (Bridge bridge = answering()) {
            ask(bridge, "?session_id=mine", "hi");
            JsonObject body = bridge.asked(Endpoint.STREAM, 0);
            String agent = body.getString("agent_id");
            assertThat(agent).isNotBlank();
            assertThat(body)
                    .isEqualTo(new JsonObject()
                            .put("agent_id", agent)
                            .put(
                                    "messages",
                                    new JsonArray()
                                            .add(new JsonObject()
                                                    .put("role", "user")
                                                    .put("content", "hi")))
                            .put("session_id", "mine")
                            .put("metadata", new JsonObject()));
        }
    }

    @Test
    void one_agent_serves_a_session_over_turns_reconnects_and_restarts() {
        try (RedisServer redis = RedisServer.started();
                Bridge bridge = answering("REDIS_URL", redis.url())) {
            try (TestClient client = bridge.client("?session_id=mine")) {
                client.session();
                for (String content : List.of("one", "two")) {
                    client.say(content);
                    assertThat(client.answer()).isEqualTo("fine");
                }
            }
            ask(bridge, "?session_id=mine", "three");
            bridge.restartService();
            ask(bridge, "?session_id=mine", "four");
            assertThat(bridge.orchestrator().requests(Endpoint.AGENTS)).isEqualTo(1);
            assertThat(bridge.orchestrator().recorded(Endpoint.STREAM))
                    .hasSize(4)
                    .extracting(request -> request.json().getString("agent_id"))
                    .containsOnly(bridge.asked(Endpoint.STREAM, 0).getString("agent_id"));
        }
    }

    @Test
    void each_session_has_an_agent_of_its_own() {
        try (Bridge bridge = answering()) {
            ask(bridge, "", "hi");
            ask(bridge, "", "hi");
            assertThat(bridge.asked(Endpoint.STREAM, 0).getString("agent_id"))
                    .isNotEqualTo(bridge.asked(Endpoint.STREAM, 1).getString("agent_id"));
        }
    }

    @Test
    void the_key_goes_with_every_call_however_it_came() {
        String key = "sk-nova-forward-me";
        try (Bridge bridge = answering()) {
            ask(bridge, "?token=" + key, "hi");
            ask(bridge, "", "hi", "Authorization", "Bearer " + key);
            ask(bridge, "", "hi", "X-API-Key", key);
            for (Endpoint endpoint : List.of(Endpoint.VALIDATE, Endpoint.AGENTS, Endpoint.STREAM)) {
                assertThat(bridge.orchestrator().recorded(endpoint))
                        .isNotEmpty()
                        .allSatisfy(request ->
                                assertThat(request.header("X-API-Key")).isEqualTo(key));
            }
            assertThat(bridge.orchestrator().recorded())
                    .allSatisfy(request -> assertThat(request.uri()).doesNotContain(key));
        }
    }

    @Test
    void without_a_key_none_is_sent() {
        try (Bridge bridge = answering()) {
            ask(bridge, "", "hi");
            assertThat(bridge.orchestrator().recorded())
                    .hasSizeGreaterThanOrEqualTo(3)
                    .allSatisfy(
                            request -> assertThat(request.header("X-API-Key")).isNull());
        }
    }

    @Test
    void nothing_else_of_the_clients_headers_leaks() {
        try (Bridge bridge = answering()) {
            ask(
                    bridge,
                    "",
                    "hi",
                    "Cookie",
                    "a=b",
                    "Origin",
                    "http://x.example",
                    "X-Forwarded-For",
                    "6.6.6.6",
                    "X-Mine",
                    "1");
            assertThat(bridge.orchestrator().recorded())
                    .allSatisfy(request -> assertThat(names(request))
                            .isSubsetOf(
                                    "host",
                                    "accept",
                                    "accept-encoding",
                                    "content-type",
                                    "content-length",
                                    "x-forwarded-for",
                                    "traceparent",
                                    "user-agent"));
            assertThat(bridge.request(Endpoint.STREAM, 0).header("content-type"))
                    .isEqualTo("application/json");
            assertThat(bridge.request(Endpoint.STREAM, 0).header("accept")).isEqualTo("text/event-stream");
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "''           | 6.6.6.6              | 127.0.0.1",
                "10.0.0.0/8   | 6.6.6.6              | 127.0.0.1",
                "127.0.0.1    | 6.6.6.6, 203.0.113.9 | 203.0.113.9",
                "127.0.0.0/8  | 203.0.113.9,127.0.0.2| 203.0.113.9",
                "127.0.0.1    | not-an-address       | unknown",
            })
    void the_callers_address_is_the_sockets_or_what_a_trusted_proxy_says(String trusted, String said, String address) {
        try (Bridge bridge = answering("TRUSTED_PROXIES", trusted)) {
            ask(bridge, "", "hi", "X-Forwarded-For", said);
            for (Endpoint endpoint : List.of(Endpoint.VALIDATE, Endpoint.AGENTS, Endpoint.STREAM)) {
                assertThat(bridge.request(endpoint, 0).headers().getAll("X-Forwarded-For"))
                        .containsExactly(address);
            }
        }
    }

    @Test
    void a_trace_is_passed_on_with_a_span_of_its_own_for_each_call() {
        try (Bridge bridge = answering()) {
            ask(bridge, "", "hi", "traceparent", TRACEPARENT);
            Set<String> spans = new HashSet<>();
            for (Endpoint endpoint : List.of(Endpoint.AGENTS, Endpoint.STREAM)) {
                String[] parts = trace(bridge, endpoint, 0).split("-", -1);
                assertThat(parts[1]).isEqualTo(TRACE);
                assertThat(parts[3]).isEqualTo("01");
                spans.add(parts[2]);
            }
            assertThat(spans).hasSize(2).doesNotContain("00f067aa0ba902b7");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "rubbish",
                "00-00000000000000000000000000000000-00f067aa0ba902b7-01",
                "00-" + TRACE + "-0000000000000000-01",
                "ff-" + TRACE + "-00f067aa0ba902b7-01",
                "00-" + TRACE + "-00f067aa0ba902b7-01-more",
            })
    void a_trace_that_is_missing_or_malformed_is_begun_here(String malformed) {
        try (Bridge bridge = answering();
                TestClient client =
                        malformed.isEmpty() ? bridge.client() : bridge.client("", "traceparent", malformed)) {
            client.session();
            for (int turn = 0; turn < 2; turn++) {
                client.say("hi");
                assertThat(client.answer()).isEqualTo("fine");
                assertThat(trace(bridge, Endpoint.STREAM, turn))
                        .matches("00-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-01")
                        .doesNotContain(TRACE);
            }
            String first = trace(bridge, Endpoint.STREAM, 0).substring(3, 35);
            assertThat(trace(bridge, Endpoint.AGENTS, 0)).contains(first);
            assertThat(trace(bridge, Endpoint.STREAM, 1))
                    .as("another turn, another trace")
                    .doesNotContain(first);
        }
    }

    @Test
    void turns_one_after_the_other_share_a_few_connections() {
        try (Bridge bridge = answering();
                TestClient client = bridge.client()) {
            client.session();
            for (int turn = 0; turn < 20; turn++) {
                client.say("hi");
                assertThat(client.answer()).isEqualTo("fine");
            }
            assertThat(bridge.orchestrator().requests(Endpoint.STREAM)).isEqualTo(20);
            assertThat(bridge.orchestrator().connections()).isLessThanOrEqualTo(6);
        }
    }

    private static Bridge answering(String... settings) {
        Bridge bridge = Bridge.start(settings);
        bridge.orchestrator().always(Endpoint.STREAM, FINE);
        return bridge;
    }

    private static void ask(Bridge bridge, String query, String content, String... headers) {
        try (TestClient client = bridge.client(query, headers)) {
            client.session();
            client.say(content);
            assertThat(client.answer()).isEqualTo("fine");
        }
    }

    private static String trace(Bridge bridge, Endpoint endpoint, int n) {
        return bridge.request(endpoint, n).header("traceparent");
    }

    private static Set<String> names(Recorded request) {
        return request.headers().names().stream()
                .map(name -> name.toLowerCase(Locale.ROOT))
                .collect(Collectors.toSet());
    }
}
