package nova.chat.endtoend;

import static java.time.Duration.ZERO;
import static java.time.Duration.ofMillis;
import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import nova.chat.standin.Endpoint;
import nova.chat.standin.Script;
import nova.chat.standin.Sse;
import nova.chat.testing.Bridge;
import nova.chat.testing.TestClient;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Whatever goes wrong upstream, wherever: the client gets one clear error, in time and without an address of ours, the
 * request is not repeated, and the conversation goes on with the question in it and without anything that was no answer.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class UpstreamFaultsTest {
    /** The longest that a fault here takes is a header that does not come: connect and header timeouts, and slack. */
    private static final long IN_TIME_MS = 10_000;

    private Bridge bridge;

    @BeforeAll
    void start() {
        bridge = Bridge.start("UPSTREAM_CONNECT_TIMEOUT", "1s", "UPSTREAM_HEADER_TIMEOUT", "2s");
    }

    @BeforeEach
    void answer() {
        bridge.orchestrator().unscript();
        bridge.orchestrator()
                .always(Endpoint.STREAM, Script.stream().text("fine").done());
    }

    @AfterAll
    void stop() {
        bridge.close();
    }

    static Stream<Fault> inTheStream() {
        return Stream.concat(Faults.ofAnyCall().stream(), Faults.ofStreams().stream());
    }

    static Stream<Fault> ofAgents() {
        return Stream.concat(Faults.ofAnyCall().stream(), Faults.ofAgents().stream());
    }

    @ParameterizedTest
    @MethodSource("inTheStream")
    void a_fault_in_the_stream_is_one_error_and_the_next_message_is_answered(Fault fault) {
        survives(Endpoint.STREAM, fault);
    }

    @ParameterizedTest
    @MethodSource("ofAgents")
    void a_fault_at_the_agents_creation_is_one_error_and_the_next_message_is_answered(Fault fault) {
        survives(Endpoint.AGENTS, fault);
    }

    static Stream<Script> wholeInAnOddWay() {
        Script whole = Script.stream().text("whole").done();
        String body = Sse.text("whole").appendBuffer(Sse.event(Sse.DONE)).toString();
        String head = "HTTP/1.1 200 OK\r\ncontent-type: Text/Event-Stream;charset=UTF-8\r\n\r\n";
        return Stream.of(
                whole.pause(ofMillis(50)).reset(),
                whole.close(),
                whole.hang(),
                whole.text(" and more").event("{\"error\":\"too late\"}"),
                whole.repeat(Script.FOR_EVER, "x".repeat(1_000), ZERO),
                Script.mute().raw(head).raw(body),
                Script.mute()
                        .raw("HTTP/1.1 103 Early Hints\r\nlink: x\r\n\r\n" + head)
                        .raw(body),
                Script.mute().raw("HTTP/1.1 100 Continue\r\n\r\n" + head).raw(body));
    }

    @ParameterizedTest
    @MethodSource("wholeInAnOddWay")
    void what_is_whole_is_an_answer_however_it_came_and_whatever_follows(Script odd) {
        bridge.orchestrator().next(Endpoint.STREAM, odd);
        try (TestClient client = bridge.client()) {
            client.session();
            client.say("hi");
            assertThat(client.answer()).isEqualTo("whole");
            client.say("again");
            assertThat(client.answer()).isEqualTo("fine");
            assertThat(bridge.lastConversation()).containsExactly("user: hi", "assistant: whole", "user: again");
        }
        Bridge.eventually("the stream is over", () -> bridge.orchestrator().openStreams() == 0);
    }

    @Test
    void twenty_faults_in_a_row_on_one_connection_and_then_a_good_answer() {
        List<Fault> faults = inTheStream().filter(Fault::isQuick).limit(20).toList();
        assertThat(faults).hasSize(20);
        List<String> asked = new ArrayList<>();
        try (TestClient client = bridge.client()) {
            client.session();
            for (Fault fault : faults) {
                bridge.orchestrator().next(Endpoint.STREAM, fault.script());
                client.say(fault.name());
                fault.check(client.error());
                asked.add("user: " + fault.name());
            }
            client.say("and now?");
            asked.add("user: and now?");
            assertThat(client.answer()).isEqualTo("fine");
        }
        assertThat(bridge.lastConversation()).isEqualTo(asked);
    }

    @Test
    void a_redirect_is_not_followed() {
        Script elsewhere = Script.refusal(307, "over there").header("location", "/elsewhere");
        bridge.orchestrator().next(Endpoint.STREAM, elsewhere);
        bridge.orchestrator().next(Endpoint.AGENTS, elsewhere);
        try (TestClient client = bridge.client()) {
            client.session();
            for (int i = 0; i < 2; i++) {
                client.say("hi");
                assertThat(client.error().getString("content")).contains("307");
            }
            client.say("hi");
            assertThat(client.answer()).isEqualTo("fine");
        }
        assertThat(bridge.orchestrator().recorded())
                .noneMatch(request -> request.uri().contains("elsewhere"));
    }

    @Test
    void an_agent_that_is_gone_is_made_anew_once_and_the_message_is_answered() {
        try (TestClient client = bridge.client()) {
            client.session();
            client.say("one");
            assertThat(client.answer()).isEqualTo("fine");
            String lost = agentAskedLast();
            bridge.orchestrator().next(Endpoint.STREAM, Script.refusal(404, "Agent not found"));
            long agents = bridge.orchestrator().requests(Endpoint.AGENTS);
            client.say("two");
            assertThat(client.answer()).isEqualTo("fine");
            String found = agentAskedLast();
            assertThat(found).isNotEqualTo(lost);
            assertThat(bridge.lastConversation()).containsExactly("user: one", "assistant: fine", "user: two");
            client.say("three");
            assertThat(client.answer()).isEqualTo("fine");
            assertThat(agentAskedLast()).as("remembered").isEqualTo(found);
            assertThat(bridge.orchestrator().requests(Endpoint.AGENTS)).isEqualTo(agents + 1);
        }
    }

    @Test
    void an_agent_that_stays_gone_is_an_error_after_one_more_try() {
        try (TestClient client = bridge.client()) {
            client.session();
            client.say("one");
            assertThat(client.answer()).isEqualTo("fine");
            Script gone = Script.refusal(404, "Agent not found");
            bridge.orchestrator().next(Endpoint.STREAM, gone, gone);
            long agents = bridge.orchestrator().requests(Endpoint.AGENTS);
            long streams = bridge.orchestrator().requests(Endpoint.STREAM);
            client.say("two");
            JsonObject error = client.next("error");
            assertThat(error.getString("code")).isEqualTo("upstream_4xx");
            assertThat(error.getString("content")).contains("404", "Agent not found");
            assertThat(bridge.orchestrator().requests(Endpoint.AGENTS)).isEqualTo(agents + 1);
            assertThat(bridge.orchestrator().requests(Endpoint.STREAM)).isEqualTo(streams + 2);
            client.say("three");
            assertThat(client.answer()).isEqualTo("fine");
        }
    }

    @Test
    void addresses_in_the_orchestrators_own_words_are_left_out() {
        String place = "127.0.0.1:" + bridge.orchestratorPort();
        bridge.orchestrator()
                .next(
                        Endpoint.STREAM,
                        Script.refusal(502, "cannot reach http://" + place + "/api/v1/tasks/stream"),
                        Script.stream()
                                .event(error("lost " + place + " in a fog"))
                                .done());
        try (TestClient client = bridge.client()) {
            client.session();
            client.say("hi");
            assertThat(withoutAddress(client.error())).contains("502", "cannot reach");
            client.say("hi");
            assertThat(withoutAddress(client.error())).contains("in a fog");
        }
    }

    private void survives(Endpoint place, Fault fault) {
        try (TestClient client = bridge.client()) {
            client.session();
            long agents = bridge.orchestrator().requests(Endpoint.AGENTS);
            long streams = bridge.orchestrator().requests(Endpoint.STREAM);
            bridge.orchestrator().next(place, fault.script());
            long asked = System.nanoTime();
            client.say(fault.name());
            JsonObject error = client.error();
            assertThat((System.nanoTime() - asked) / 1_000_000).isLessThan(IN_TIME_MS);
            fault.check(error);
            assertThat(withoutAddress(error)).isNotBlank();
            client.say("again");
            assertThat(client.answer()).isEqualTo("fine");
            assertThat(bridge.lastConversation()).containsExactly("user: " + fault.name(), "user: again");
            boolean atAgents = place == Endpoint.AGENTS;
            assertThat(bridge.orchestrator().requests(Endpoint.AGENTS) - agents).isEqualTo(atAgents ? 2 : 1);
            assertThat(bridge.orchestrator().requests(Endpoint.STREAM) - streams)
                    .isEqualTo(atAgents ? 1 : 2);
        }
    }

    private String withoutAddress(JsonObject error) {
        String content = error.getString("content");
        assertThat(content)
                .doesNotContain("127.0.0.1", "localhost", String.valueOf(bridge.orchestratorPort()), "Exception");
        return content;
    }

    private String agentAskedLast() {
        int turns = bridge.orchestrator().recorded(Endpoint.STREAM).size();
        return bridge.asked(Endpoint.STREAM, turns - 1).getString("agent_id");
    }

    private static String error(String words) {
        return new JsonObject().put("error", words).encode();
    }
}
